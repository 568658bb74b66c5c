import Attention
import Glibc
import Threads

/// Rotary position embedding: pairs of features are rotated by the position, each at its own frequency, so that the
/// product of a query and a key depends on their distance alone (RoFormer, arXiv:2104.09864).
struct RotaryEmbedding: Sendable {
  /// The number of features of a head that are rotated, from its first on; even and above 0.
  let size: Int
  let pairing: Rotation.Pairing
  /// The wavelengths of the pairs go up to nearly 2π times this.
  let base: Double
  var scaling: RotaryScaling
  /// Whether pairs turn the other way round (nanochat).
  var turnsBack = false
  /// Sines and cosines as the file has them, `[positions, size]`; nil where it has none.
  var table: [Float]?

  init(
    size: Int, pairing: Rotation.Pairing = .halves, base: Double, scaling: RotaryScaling = .none
  ) {
    precondition(size > 0 && size.isMultiple(of: 2))
    self.size = size
    self.pairing = pairing
    self.base = base
    self.scaling = scaling
  }

  /// The rotation of an input of `length` tokens: some scalings depend on how long it is.
  func rotation(length: Int) -> Rotation {
    let frequencies = scaling.frequencies(size: size, base: base, length: length)
    return Rotation(
      pairing: pairing, frequencies: frequencies.map { Float(turnsBack ? -$0 : $0) },
      factor: Float(scaling.attentionFactor), table: table)
  }
}

extension Rotation {
  /// Queries or keys, turned.
  ///
  /// - Parameters:
  ///   - vectors: `[heads, T, D]`.
  ///   - positions: One for each row.
  func callAsFunction(_ vectors: HeadVectors, at positions: [Int]) -> HeadVectors {
    precondition(vectors.rowCount == positions.count)
    return turn(vectors, by: positions.flatMap(turns(at:)))
  }

  /// - Parameter turns: `[T, size / 2]`.
  private func turn(_ vectors: HeadVectors, by turns: [Turn]) -> HeadVectors {
    let pairCount = frequencies.count
    precondition(size <= vectors.headSize && turns.count == vectors.rowCount * pairCount)
    let (stride, distance) = layout
    var values = vectors.values
    values.withUnsafeMutableBufferPointer { values in
      turns.withUnsafeBufferPointer { turns in
        guard let start = values.baseAddress, let turns = turns.baseAddress else { return }
        Parallel.forEachRange(
          of: vectors.headCount, grain: Parallel.grain(operationsPerItem: 3 * values.count)
        ) { heads in
          for head in heads {
            for row in 0..<vectors.rowCount {
              let vector = start + (head * vectors.rowCount + row) * vectors.headSize
              for pair in 0..<pairCount {
                let turn = turns[row * pairCount + pair]
                let (a, b) = (vector[pair * stride], vector[pair * stride + distance])
                vector[pair * stride] = a * turn.cosine - b * turn.sine
                vector[pair * stride + distance] = b * turn.cosine + a * turn.sine
              }
            }
          }
        }
      }
    }
    return HeadVectors(
      headCount: vectors.headCount, rowCount: vectors.rowCount, headSize: vectors.headSize,
      values: values)
  }
}
