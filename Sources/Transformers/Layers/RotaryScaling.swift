import Glibc

/// The scaling of a rotary embedding's frequencies for inputs longer than those of the first training.
///
/// Reference: transformers/modeling_rope_utils.py.
enum RotaryScaling: Hashable, Sendable {
  case none
  /// All positions closer together (arXiv:2306.15595).
  case linear(factor: Double)
  /// A larger base for inputs longer than `length` ("dynamic NTK").
  case dynamic(factor: Double, length: Int)
  /// A larger base for inputs of every length (Hunyuan).
  case alpha(Double)
  /// The slower a pair, the more it is slowed down, for inputs of every length: by factor^(share^power), where the share
  /// of the slowest is 1 (GTE's "ntk").
  case graded(factor: Double, power: Double)
  case yarn(Yarn)
  case llama3(Llama3)
  case longRope(LongRope)
  /// The first pairs turn as if all did, the others not at all (Gemma 4).
  case proportional(Proportional)
  /// The frequencies themselves, as a file has them, which may have rounded them (ESM).
  case stored([Double])

  struct Proportional: Hashable, Sendable {
    /// Of the pairs.
    var share: Double
    var factor: Double
  }

  /// Slow pairs are slowed down, fast ones stay, with a ramp between (arXiv:2309.00071).
  struct Yarn: Hashable, Sendable {
    var factor: Double
    /// The length of the first training's inputs.
    var originalLength: Int
    /// Rotations over that length at which the ramp begins and ends.
    var fastTurns: Double
    var slowTurns: Double
    /// Whether the ramp begins and ends at whole pairs.
    var truncates: Bool
    var attentionFactor: Double
  }

  /// The same idea by wavelength (Llama 3.1).
  struct Llama3: Hashable, Sendable {
    var factor: Double
    var lowFactor: Double
    var highFactor: Double
    var originalLength: Int
  }

  /// A divisor for each pair, one set for short and one for long inputs (arXiv:2402.13753).
  struct LongRope: Hashable, Sendable {
    var shortFactors: [Double]
    var longFactors: [Double]
    /// The longest of the short inputs.
    var originalLength: Int
    var attentionFactor: Double
  }

  /// The factor of queries and keys besides the rotation.
  var attentionFactor: Double {
    switch self {
    case .none, .linear, .dynamic, .alpha, .graded, .llama3, .proportional, .stored: 1
    case .yarn(let yarn): yarn.attentionFactor
    case .longRope(let longRope): longRope.attentionFactor
    }
  }

  /// The angle by which each of `size / 2` pairs is rotated per position.
  /// - Parameter length: Of the input, in tokens.
  func frequencies(size: Int, base: Double, length: Int) -> [Double] {
    switch self {
    case .none:
      return Self.plain(size: size, base: base)
    case .linear(let factor):
      return Self.plain(size: size, base: base).map { $0 / factor }
    case .dynamic(let factor, let shortLength):
      let excess = factor * max(1, Double(length) / Double(shortLength)) - (factor - 1)
      let exponent = Double(size) / Double(size - 2)
      return Self.plain(size: size, base: base * pow(excess, exponent))
    case .alpha(let alpha):
      let exponent = Double(size) / Double(size - 2)
      return Self.plain(size: size, base: base * pow(alpha, exponent))
    case .graded(let factor, let power):
      return Self.plain(size: size, base: base).enumerated().map { pair, frequency in
        frequency / pow(factor, pow(Double(2 * pair + 2) / Double(size), power))
      }
    case .yarn(let yarn):
      return yarn.frequencies(Self.plain(size: size, base: base), size: size, base: base)
    case .llama3(let llama3):
      return Self.plain(size: size, base: base).map(llama3.scaled)
    case .proportional(let proportional):
      let turning = Int(min(proportional.share, 1) * Double(size) / 2)
      return Self.plain(size: size, base: base).enumerated().map { pair, frequency in
        pair < turning ? frequency / proportional.factor : 0
      }
    case .stored(let frequencies):
      return frequencies
    case .longRope(let longRope):
      return zip(Self.plain(size: size, base: base), longRope.factors(length: length)).map(/)
    }
  }

  private static func plain(size: Int, base: Double) -> [Double] {
    stride(from: 0, to: size, by: 2).map { 1 / pow(base, Double($0) / Double(size)) }
  }
}

extension RotaryScaling.Yarn {
  /// The paper's, and its quotient of two where a file gives both scales (DeepSeek).
  static func attentionFactor(_ factor: Double, scale: Double?, scaleOfAll: Double?) -> Double {
    func growth(_ scale: Double) -> Double { factor <= 1 ? 1 : 0.1 * scale * log(factor) + 1 }
    guard let scale, let scaleOfAll else { return growth(1) }
    return growth(scale) / growth(scaleOfAll)
  }

  fileprivate func frequencies(_ plain: [Double], size: Int, base: Double) -> [Double] {
    /// The pair, with a fraction, that makes so many rotations over the original length.
    func pair(turning turns: Double) -> Double {
      Double(size) * log(Double(originalLength) / (turns * 2 * .pi)) / (2 * log(base))
    }
    var (low, high) = (pair(turning: fastTurns), pair(turning: slowTurns))
    if truncates { (low, high) = (low.rounded(.down), high.rounded(.up)) }
    (low, high) = (max(low, 0), min(high, Double(size - 1)))
    // As in the reference: a ramp of no length would divide by 0.
    if low == high { high += 0.001 }
    return plain.enumerated().map { pair, frequency in
      let ramp = min(max((Double(pair) - low) / (high - low), 0), 1)
      return frequency / factor * ramp + frequency * (1 - ramp)
    }
  }
}

extension RotaryScaling.Llama3 {
  fileprivate func scaled(_ frequency: Double) -> Double {
    let turns = Double(originalLength) * frequency / (2 * .pi)
    if turns > highFactor { return frequency }
    if turns < lowFactor { return frequency / factor }
    let share = (turns - lowFactor) / (highFactor - lowFactor)
    return (1 - share) * frequency / factor + share * frequency
  }
}

extension RotaryScaling.LongRope {
  /// The paper's.
  static func attentionFactor(_ factor: Double, originalLength: Int) -> Double {
    factor <= 1 ? 1 : (1 + log(factor) / log(Double(originalLength))).squareRoot()
  }

  fileprivate func factors(length: Int) -> [Double] {
    length > originalLength ? longFactors : shortFactors
  }
}
