import CKernels
import Foundation
import Testing

extension KernelTests {
  @Suite struct ActivationTests {
    /// -12 … 12 in steps that meet no round number, both zeros, and what is too large for exp.
    static let inputs: [Float] =
      (-1201...1201).map { Float($0) * 0.00999 } + [0, -0.0, 1e-20, 60, -60, 200, -200, 3e38]

    /// Checks a function against the same in double: an error is measured by `size` of the input.
    private func check(
      _ function: (UnsafeMutablePointer<Float>, Int) -> Void, tolerance: Double,
      _ expected: (Double) -> Double, size: (Double) -> Double
    ) {
      forEachVariant {
        var values = Self.inputs
        function(&values, values.count)
        for (x, y) in zip(Self.inputs, values) {
          let error = abs(Double(y) - expected(Double(x)))
          #expect(error <= tolerance * size(Double(x)) + 1e-37, "at \(x)")
        }
        var special: [Float] = [.nan, 1, .infinity]
        function(&special, 3)
        #expect(special[0].isNaN && special[2] == .infinity)
      }
    }

    // 1 + erf loses digits below 0, in torch as well: absolute there.
    @Test func gelu() {
      check(
        ck_gelu, tolerance: 1.5e-7, { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) },
        size: { abs($0) })
    }

    @Test func geluTanh() {
      let expected = { (x: Double) in
        0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
      }
      check(ck_gelu_tanh, tolerance: 2e-7, expected, size: { abs($0) })
    }

    // An error of x in the exponent is a relative error of the result.
    @Test func silu() {
      let expected = { (x: Double) in x / (1 + exp(-x)) }
      check(
        ck_silu, tolerance: 3e-7, expected,
        size: { x in x < -80 ? abs(x) : abs(expected(x)) })
    }

    @Test func relu() {
      check(ck_relu, tolerance: 0, { max(0, $0) }, size: { abs($0) })
    }
  }
}
