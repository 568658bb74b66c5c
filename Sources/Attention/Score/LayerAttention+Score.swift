import CKernels
import Glibc

extension LayerAttention {
  /// The way from a score to a weight: `softmax(cap(q·k · scale) + bias)` over the visible keys, and the sink beside them
  /// if there is one.
  public struct Score: Sendable {
    /// `[H, T, D]`, as the score uses them: after rotary position and query norms, before scaling.
    public var queries: HeadVectors
    /// `[G, S, D]`; query head h uses key head h / (H / G).
    public var keys: HeadVectors
    public var scale: Float
    /// Scores become `cap · tanh(score / cap)` (Gemma 2).
    public var softcap: Float?
    /// Added to the scaled score (relative position, ALiBi).
    public var bias: AttentionBias?
    /// A score of each head, `[H]`, that takes part in the softmax of every query and belongs to no key: the weights of a
    /// row then sum to less than 1 (gpt-oss).
    public var sinks: [Float]?
    /// The rotation that made queries and keys of those before; nil where there is none, or it is not known.
    public var rotation: Rotation?
    /// The position of the first query; above 0 where only the last tokens of a text run.
    package var firstQuery: Int
    /// The edges that heads of this layer do not use although the mask allows them.
    public var cuts: [EdgeCut] = []

    /// - Precondition: Queries, keys, bias and rotation fit each other.
    public init(
      queries: HeadVectors, keys: HeadVectors, scale: Float, softcap: Float? = nil,
      bias: AttentionBias? = nil, rotation: Rotation? = nil
    ) {
      self.init(
        queries: queries, keys: keys, scale: scale, softcap: softcap, bias: bias,
        rotation: rotation, firstQuery: 0)
    }

    package init(
      queries: HeadVectors, keys: HeadVectors, scale: Float, softcap: Float?,
      bias: AttentionBias?, rotation: Rotation?, firstQuery: Int
    ) {
      precondition(queries.headSize == keys.headSize)
      precondition((rotation?.size ?? 0) <= queries.headSize)
      precondition(queries.headCount.isMultiple(of: keys.headCount))
      if let bias {
        precondition(bias.headCount == queries.headCount)
        precondition(bias.queryCount == queries.rowCount && bias.keyCount == keys.rowCount)
      }
      self.queries = queries
      self.keys = keys
      self.scale = scale
      self.softcap = softcap
      self.bias = bias
      self.rotation = rotation
      self.firstQuery = firstQuery
    }

    public func keyHead(of head: Int) -> Int { head / (queries.headCount / keys.headCount) }
  }
}

// MARK: One pair

extension LayerAttention.Score {
  /// The query of a head as the score uses it, or as it was before rotation.
  public func query(head: Int, row: Int, isTurned: Bool = true) -> [Float] {
    vector(of: queries, head: head, row: row, isTurned: isTurned)
  }

  /// The key that a query head looks at, likewise.
  public func key(head: Int, row: Int, isTurned: Bool = true) -> [Float] {
    vector(of: keys, head: keyHead(of: head), row: row, isTurned: isTurned)
  }

  private func vector(
    of vectors: HeadVectors, head: Int, row: Int, isTurned: Bool
  ) -> [Float] {
    let vector = vectors.vector(head: head, row: row)
    guard !isTurned, let rotation else { return Array(vector) }
    return rotation.undone(vector, position: row)
  }

  /// The sum over neurons of query × key, unscaled.
  public func product(head: Int, query: Int, key: Int) -> Float {
    queries.values.withUnsafeBufferPointer { q in
      keys.values.withUnsafeBufferPointer { k in
        guard let q = q.baseAddress, let k = k.baseAddress else { return 0 }
        return ck_dot(
          q + (head * queries.rowCount + query) * queries.headSize,
          k + (keyHead(of: head) * keys.rowCount + key) * keys.headSize,
          queries.headSize)
      }
    }
  }

  /// The bias of a pair's scaled score, 0 where the model adds none.
  public func bias(head: Int, query: Int, key: Int) -> Float { bias?[head, query, key] ?? 0 }

  /// The number that goes into the softmax; of an edge that is cut before it, -∞.
  public func value(head: Int, query: Int, key: Int) -> Float {
    if cuts(head: head, query: query).contains(where: { $0.keepsSum && $0.keys.contains(key) }) {
      return -.infinity
    }
    var score = product(head: head, query: query, key: key) * scale
    if let softcap { score = softcap * tanh(score / softcap) }
    return score + bias(head: head, query: query, key: key)
  }
}

// MARK: Rows

extension LayerAttention.Score {
  /// The cuts that concern one query of a head.
  func cuts(head: Int, query: Int) -> [EdgeCut] {
    cuts.isEmpty
      ? []
      : cuts.filter {
        $0.concerns(head: head, query: firstQuery + query, of: firstQuery + queries.rowCount)
      }
  }

  /// Whether a query of a head does not look at a key although it could.
  package func isCut(head: Int, query: Int, key: Int) -> Bool {
    cuts(head: head, query: query).contains { $0.keys.contains(key) }
  }

  /// The weights of some queries of one head: `[queries, S]`, NaN where a score is NaN or too large.
  func weights(head: Int, queries: Range<Int>, mask: AttentionMask) -> [Float] {
    weights(head: head, queries: queries, mask: mask) { _, _ in }
  }

  /// The weights that some queries of a head give to its sink; nil where there is none.
  func sinkWeights(head: Int, queries: Range<Int>, mask: AttentionMask) -> [Float]? {
    guard sinks != nil else { return nil }
    var weights = [Float](repeating: 1, count: queries.count)
    _ = self.weights(head: head, queries: queries, mask: mask) { weights[$0] = $1 }
    return weights
  }

  /// - Parameter sink: Called with the place of each query that sees a key, and what it gives to the sink.
  private func weights(
    head: Int, queries: Range<Int>, mask: AttentionMask, sink: (_ place: Int, Float) -> Void
  ) -> [Float] {
    let keyCount = keys.rowCount
    return [Float](unsafeUninitializedCapacity: queries.count * keyCount) { buffer, count in
      count = queries.count * keyCount
      guard let rows = buffer.baseAddress else { return }
      let positions = firstQuery + queries.lowerBound..<firstQuery + queries.upperBound
      for block in mask.blocks(of: positions, keyCount: keyCount) {
        let first = rows + (block.queries.lowerBound - positions.lowerBound) * keyCount
        fillProducts(first, head: head, block)
        for (index, position) in block.queries.enumerated() {
          let row = first + index * keyCount
          let visible = mask.visibleKeys(query: position, keyCount: keyCount)
          fillScores(row, head: head, query: position - firstQuery, keys: visible)
          let cuts = cuts(head: head, query: position - firstQuery)
          for cut in cuts where cut.keepsSum {
            for key in cut.keys.clamped(to: visible) { row[key] = -.infinity }
          }
          row.update(repeating: 0, count: visible.lowerBound)
          if !visible.isEmpty {
            let rest = softmax(row + visible.lowerBound, visible.count, head: head)
            sink(position - positions.lowerBound, rest)
          }
          for cut in cuts where !cut.keepsSum {
            for key in cut.keys.clamped(to: visible) { row[key] = 0 }
          }
          (row + visible.upperBound).update(repeating: 0, count: keyCount - visible.upperBound)
        }
      }
    }
  }

  /// Makes the scores of a query with the keys that it sees its weights.
  /// - Returns: What is left for the sink.
  @discardableResult
  package func softmax(
    _ scores: UnsafeMutablePointer<Float>, _ count: Int, head: Int
  ) -> Float {
    guard let sinks else {
      ck_softmax(scores, count)
      return 0
    }
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: count + 1) {
      guard let all = $0.baseAddress else { return 0 }
      all.initialize(from: scores, count: count)
      all[count] = sinks[head]
      ck_softmax(all, count + 1)
      scores.update(from: all, count: count)
      return all[count]
    }
  }

  /// Writes q·k for a block of positions: the rows of its queries, in these the columns of its keys.
  private func fillProducts(
    _ rows: UnsafeMutablePointer<Float>, head: Int, _ block: AttentionMask.Block
  ) {
    let size = queries.headSize
    queries.values.withUnsafeBufferPointer { q in
      keys.values.withUnsafeBufferPointer { k in
        guard let q = q.baseAddress, let k = k.baseAddress else {
          rows.update(repeating: 0, count: block.queries.count * keys.rowCount)
          return
        }
        let firstKey = keyHead(of: head) * keys.rowCount + block.keys.lowerBound
        let firstRow = head * queries.rowCount + block.queries.lowerBound - firstQuery
        let matrix = ck_float_matrix(k + firstKey * size, block.keys.count, size)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: block.queries.count * size) {
          guard let room = $0.baseAddress else { return }
          ck_product(
            matrix, false, q + firstRow * size, size, rows + block.keys.lowerBound,
            keys.rowCount, block.queries.count, room)
        }
      }
    }
  }

  /// Makes the products of one query with some keys its scores: `cap(q·k · scale) + bias`.
  private func fillScores(
    _ row: UnsafeMutablePointer<Float>, head: Int, query: Int, keys: Range<Int>
  ) {
    ck_scale(row + keys.lowerBound, scale, keys.count)
    if let softcap {
      for key in keys { row[key] = softcap * tanh(row[key] / softcap) }
    }
    bias?.add(to: row, head: head, query: query, keys: keys)
  }
}

extension ClosedRange<Int> {
  /// Those of the numbers that are in `range`.
  fileprivate func clamped(to range: Range<Int>) -> Range<Int> {
    (lowerBound..<upperBound + 1).clamped(to: range)
  }
}
