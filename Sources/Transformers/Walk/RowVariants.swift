import Attention
import CKernels
import Glibc
import Threads

/// Variants of one row of a decoder that run side by side, each with another head turned off at that row.
///
/// Tokens see only what came before them. What a head does not write at a row changes that row alone, so that keys and
/// values of all others are those of the run in which nothing was changed; and all variants are rows of one product
/// with each matrix of weights.
///
/// Shape letters: V variants, S keys, H query heads, G key heads, D head size.
struct RowVariants: Sendable {
  let row: Int
  /// The attention in the run without changes, values included.
  let clean: [AttentionKind: AttentionStack]
  /// The decoder's keys and values of an encoder's output, one for each layer, or none.
  let encoded: [KeysAndValues]
  var variants: [Variant] = []

  struct Variant: Sendable {
    let head: HeadAddress
    /// The vector that replaces the head's sum of values, `[D]`.
    let sum: [Float]
  }

  var tokenCount: Int { clean.values.first { $0.kind != .encoder }?.queries.count ?? 0 }

  /// The heads' sums of values in each variant, side by side `[V, H · D]`.
  ///
  /// - Parameters:
  ///   - queries: `[H, V, D]`.
  ///   - new: The variants' own keys and values at the row, `[G, V, D]`; nil where the row's own side is not looked at.
  /// - Throws: `nonFiniteScores`.
  func attend(
    _ queries: HeadVectors, new: KeysAndValues?, kind: AttentionKind, layer: Int
  ) throws(TransformerError) -> HiddenStates {
    guard let attention = clean[kind]?.layers[layer], let score = attention.score,
      let values = attention.values
    else { preconditionFailure("variants of a run whose values were not kept") }
    let (count, size) = (queries.rowCount, values.headSize)
    let visible = attention.mask.visibleKeys(query: row, keyCount: attention.keyCount)
    let stride = attention.headCount * size
    var isFinite: [Bool] = []
    var sums = HiddenStates(tokenCount: count, size: stride) { sums in
      isFinite = Parallel.map(attention.headCount) { head in
        let keyHead = score.keyHead(of: head)
        var weights = products(queries, head: head, score.keys, keyHead: keyHead, visible)
        let own = new.map { new in
          (0..<count).map { variant in
            score.scaled(dot(queries, head, new.keys, keyHead, row: variant))
          }
        }
        let bias = visible.map { score.bias(head: head, query: row, key: $0) }
        let cuts = score.cuts.filter {
          $0.concerns(head: head, query: row, of: attention.queryCount)
        }
        var ownWeights = [Float](repeating: 0, count: count)
        var isFinite = true
        weights.withUnsafeMutableBufferPointer { weights in
          guard let start = weights.baseAddress else { return }
          for variant in 0..<count {
            let weights = start + variant * visible.count
            for index in 0..<visible.count { weights[index] = score.scaled(weights[index]) }
            if let own { weights[row - visible.lowerBound] = own[variant] }
            ck_add(weights, bias, visible.count)
            for cut in cuts where cut.keepsSum {
              for key in visible where cut.keys.contains(key) {
                weights[key - visible.lowerBound] = -.infinity
              }
            }
            score.softmax(weights, visible.count, head: head)
            isFinite = isFinite && ck_is_finite(weights, visible.count)
            for cut in cuts where !cut.keepsSum {
              for key in visible where cut.keys.contains(key) {
                weights[key - visible.lowerBound] = 0
              }
            }
            if new != nil {
              swap(&ownWeights[variant], &weights[row - visible.lowerBound])
            }
          }
        }
        add(weights, values, keyHead: keyHead, visible, count, to: sums + head * size, stride)
        if let new {
          for variant in 0..<count {
            let sum = sums + variant * stride + head * size
            let value = new.values.vector(head: keyHead, row: variant)
            for (index, value) in value.enumerated() { sum[index] += ownWeights[variant] * value }
          }
        }
        return isFinite
      }
    }
    if let head = isFinite.firstIndex(of: false) {
      throw .nonFiniteScores(kind: kind, layer: layer, head: head)
    }
    replace(in: &sums, attention, kind, size: size)
    return sums
  }

  /// Puts in what stands in the place of sums, in all variants and in single ones.
  private func replace(
    in sums: inout HiddenStates, _ attention: LayerAttention, _ kind: AttentionKind, size: Int
  ) {
    for (head, replaced) in attention.replaced {
      guard let index = replaced.rows.firstIndex(of: row) else { continue }
      for variant in 0..<sums.tokenCount {
        let start = variant * sums.size + head * size
        sums.values.replaceSubrange(
          start..<start + size, with: replaced.values[index * size..<(index + 1) * size])
      }
    }
    for (variant, changed) in variants.enumerated()
    where changed.head.kind == kind && changed.head.layer == attention.index {
      let start = variant * sums.size + changed.head.head * size
      sums.values.replaceSubrange(start..<start + size, with: changed.sum)
    }
  }

  /// q·k of all variants with the keys that are visible: `[V, visible]`.
  private func products(
    _ queries: HeadVectors, head: Int, _ keys: HeadVectors, keyHead: Int, _ visible: Range<Int>
  ) -> [Float] {
    let (count, size) = (queries.rowCount, queries.headSize)
    var room = [Float](repeating: 0, count: count * size)
    return [Float](unsafeUninitializedCapacity: count * visible.count) { products, written in
      written = count * visible.count
      queries.values.withUnsafeBufferPointer { q in
        keys.values.withUnsafeBufferPointer { k in
          guard let q = q.baseAddress, let k = k.baseAddress, let out = products.baseAddress
          else { return }
          let matrix = ck_float_matrix(
            k + (keyHead * keys.rowCount + visible.lowerBound) * size, visible.count, size)
          ck_product(
            matrix, false, q + head * count * size, size, out, visible.count, count, &room)
        }
      }
    }
  }

  private func dot(
    _ queries: HeadVectors, _ head: Int, _ keys: HeadVectors, _ keyHead: Int, row: Int
  ) -> Float {
    let size = queries.headSize
    return queries.values.withUnsafeBufferPointer { q in
      keys.values.withUnsafeBufferPointer { k in
        guard let q = q.baseAddress, let k = k.baseAddress else { return 0 }
        return ck_dot(
          q + (head * queries.rowCount + row) * size, k + (keyHead * keys.rowCount + row) * size,
          size)
      }
    }
  }

  /// Writes the sums of the values that are visible: `[V, D]`, rows `stride` apart.
  private func add(
    _ weights: [Float], _ values: HeadVectors, keyHead: Int, _ visible: Range<Int>, _ count: Int,
    to sums: UnsafeMutablePointer<Float>, _ stride: Int
  ) {
    var room = [Float](repeating: 0, count: weights.count)
    values.values.withUnsafeBufferPointer { v in
      weights.withUnsafeBufferPointer { weights in
        guard let v = v.baseAddress, let weights = weights.baseAddress else { return }
        let matrix = ck_float_matrix(
          v + (keyHead * values.rowCount + visible.lowerBound) * values.headSize, visible.count,
          values.headSize)
        ck_product(matrix, true, weights, visible.count, sums, stride, count, &room)
      }
    }
  }
}

extension LayerAttention.Score {
  /// A product of query and key, as it is before anything is added.
  fileprivate func scaled(_ product: Float) -> Float {
    let score = product * scale
    return softcap.map { $0 * tanh(score / $0) } ?? score
  }
}
