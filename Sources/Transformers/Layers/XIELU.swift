import Glibc

/// An activation whose slopes on both sides of 0 are learned (Huang and Schlag, 2024, arXiv:2411.13010).
struct XIELU: Hashable, Sendable {
  /// The factors above 0 and below it.
  var above: Float = 0.8
  var below: Float = 0.8
  var slope: Float = 0.5
  /// The largest number of which the exponential is taken.
  var highest: Float = -1e-6

  func callAsFunction(_ x: Float) -> Float {
    x > 0 ? above * x * x + slope * x : (expm1f(min(x, highest)) - x) * below + slope * x
  }
}

extension XIELU {
  /// - Parameter reader: The scope of a block's activation.
  fileprivate init(_ reader: WeightReader) throws(TransformerError) {
    func number(_ name: String) throws(TransformerError) -> Float {
      try reader.tensor(name, shape: reader.shape(of: name) == [] ? [] : [1]).floats[0]
    }
    func softplus(_ x: Float) -> Float { x > 20 ? x : log1pf(expf(x)) }
    if reader.contains("beta") { slope = try number("beta") }
    if reader.contains("eps") { highest = try number("eps") }
    above = softplus(try number("alpha_p"))
    below = slope + softplus(try number("alpha_n"))
  }
}

extension Activation {
  /// The same with what a checkpoint has learned of it.
  ///
  /// - Parameter reader: The scope of a block's activation.
  func learned(_ reader: WeightReader) throws(TransformerError) -> Activation {
    if case .xielu = self { .xielu(try XIELU(reader)) } else { self }
  }
}
