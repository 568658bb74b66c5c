import Attention
import Glibc
import Tensors

/// Rotary position embedding: pairs of features turn with the position, each pair at its own speed, so that the
/// product of a query and a key depends on their distance alone (RoFormer, arXiv:2104.09864).
struct RotaryEmbedding: Sendable {
  /// How many features of a head turn, from its first on; even and above 0.
  let size: Int
  let pairing: Pairing
  /// The wavelengths of the pairs go up to nearly 2π times this.
  let base: Double
  let scaling: RotaryScaling

  /// Which two features make a pair.
  enum Pairing: Sendable {
    /// i and i + `size` / 2 (GPT-NeoX, Llama).
    case halves
    /// 2 · i and 2 · i + 1 (RoFormer, GPT-J).
    case neighbours
  }

  init(
    size: Int, pairing: Pairing = .halves, base: Double, scaling: RotaryScaling = .none
  ) {
    precondition(size > 0 && size.isMultiple(of: 2))
    self.size = size
    self.pairing = pairing
    self.base = base
    self.scaling = scaling
  }

  /// How far each pair turns at each of `positions`.
  ///
  /// Some scalings depend on how long the input is: it ends where the positions end.
  func rotation(_ positions: Range<Int>) -> Rotation {
    let frequencies = scaling.frequencies(size: size, base: base, length: positions.upperBound)
    // In single precision, like the reference: at large angles that is what it computes.
    let angles = positions.flatMap { position in
      frequencies.map { Float(position) * Float($0) }
    }
    let factor = Float(scaling.attentionFactor)
    return Rotation(
      size: size, pairing: pairing, cosines: angles.map { cos($0) * factor },
      sines: angles.map { sin($0) * factor })
  }
}

/// A rotary embedding at certain positions.
struct Rotation: Sendable {
  let size: Int
  let pairing: RotaryEmbedding.Pairing
  /// `[positions, size / 2]`.
  let cosines: [Float]
  let sines: [Float]

  /// - Parameter vectors: `[heads, positions, headSize]`.
  func callAsFunction(_ vectors: HeadVectors) -> HeadVectors {
    let pairCount = size / 2
    precondition(size <= vectors.headSize && cosines.count == vectors.rowCount * pairCount)
    let (step, distance) = pairing == .halves ? (1, pairCount) : (2, 1)
    var values = vectors.values
    values.withUnsafeMutableBufferPointer { values in
      cosines.withUnsafeBufferPointer { cosines in
        sines.withUnsafeBufferPointer { sines in
          guard let start = values.baseAddress, let cosines = cosines.baseAddress,
            let sines = sines.baseAddress
          else { return }
          Parallel.forEachRange(
            of: vectors.headCount, grain: Parallel.grain(operationsPerItem: 3 * values.count)
          ) { heads in
            for head in heads {
              for row in 0..<vectors.rowCount {
                let vector = start + (head * vectors.rowCount + row) * vectors.headSize
                for pair in 0..<pairCount {
                  let (c, s) = (cosines[row * pairCount + pair], sines[row * pairCount + pair])
                  let (a, b) = (vector[pair * step], vector[pair * step + distance])
                  vector[pair * step] = a * c - b * s
                  vector[pair * step + distance] = b * c + a * s
                }
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
