import Glibc

/// The rotation of queries and keys by their positions before they are multiplied (rotary position embedding, RoFormer,
/// arXiv:2104.09864).
///
/// Features are taken in pairs. At position p, pair i is rotated by p · `frequencies[i]` and grows by `factor`.
/// Row r of a head's vectors stands at position r.
public struct Rotation: Hashable, Sendable {
  /// The two features that make a pair.
  public enum Pairing: String, Sendable {
    /// i and i + `size` / 2 (GPT-NeoX, Llama).
    case halves
    /// 2 · i and 2 · i + 1 (RoFormer, GPT-J).
    case neighbours
  }

  public let pairing: Pairing
  /// The angle by which each pair is rotated from one position to the next, in radians.
  public let frequencies: [Float]
  /// 1, but for YaRN and LongRoPE.
  public let factor: Float
  /// The turns as a file has them, which may have rounded them: for each position the sines of all pairs, and the cosines
  /// behind them (RoFormer). nil where they are computed.
  public let table: [Float]?

  public init(
    pairing: Pairing, frequencies: [Float], factor: Float = 1, table: [Float]? = nil
  ) {
    precondition(table.map { $0.count.isMultiple(of: 2 * frequencies.count) } ?? true)
    self.pairing = pairing
    self.frequencies = frequencies
    self.factor = factor
    self.table = table
  }

  /// The number of features that are rotated, from the first on; those behind stay as they are.
  public var size: Int { 2 * frequencies.count }

  /// The cosine and the sine of an angle, both times `factor`.
  public struct Turn: Sendable {
    public let cosine: Float
    public let sine: Float
  }

  /// The rotation of each pair at a position.
  public func turns(at position: Int) -> [Turn] {
    if let table, (position + 1) * size <= table.count {
      let sines = position * size
      return frequencies.indices.map {
        Turn(cosine: table[sines + frequencies.count + $0], sine: table[sines + $0])
      }
    }
    return frequencies.map { frequency in
      // In single precision, like the reference: at large angles that is what it computes.
      let angle = Float(position) * frequency
      return Turn(cosine: cos(angle) * factor, sine: sin(angle) * factor)
    }
  }

  /// Pair i is made of the features i · `stride` and i · `stride` + `distance`.
  public var layout: (stride: Int, distance: Int) {
    switch pairing {
    case .halves: (1, frequencies.count)
    case .neighbours: (2, 1)
    }
  }

  /// The vector that was rotated into `vector`, equal to it but for rounding.
  ///
  /// - Precondition: The vector has the features that are rotated.
  public func undone(_ vector: some Collection<Float>, position: Int) -> [Float] {
    precondition(size <= vector.count)
    let (stride, distance) = layout
    var result = Array(vector)
    for (pair, turn) in turns(at: position).enumerated() {
      let (first, second) = (pair * stride, pair * stride + distance)
      let (a, b) = (Double(result[first]), Double(result[second]))
      let (cosine, sine) = (Double(turn.cosine), Double(turn.sine))
      // The square of the factor, as it came out in single precision.
      let growth = cosine * cosine + sine * sine
      result[first] = Float((a * cosine + b * sine) / growth)
      result[second] = Float((b * cosine - a * sine) / growth)
    }
    return result
  }
}
