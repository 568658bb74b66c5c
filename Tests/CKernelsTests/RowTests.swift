import CKernels
import Foundation
import TestSupport
import Testing

extension KernelTests {
  /// Softmax, norm, and what else runs along a row.
  @Suite struct RowTests {
    @Test(arguments: awkwardLengths)
    func softmax(count: Int) {
      var generator = SeededGenerator(seed: UInt64(count))
      for range: ClosedRange<Float> in [-1...1, -80...0, 9900...10_000] {
        let row = generator.floats(count, in: range)
        // The difference is rounded, as the kernel does it: softmax magnifies that.
        let terms = row.map { exp(Double($0 - row.max()!)) }
        let sum = terms.reduce(0, +)
        forEachVariant {
          var result = row
          ck_softmax(&result, count)
          for (value, term) in zip(result, terms) {
            // 2e-45 is more than the smallest number.
            #expect(abs(Double(value) - term / sum) <= 3e-7 * term / sum + 2e-45)
          }
        }
      }
    }

    @Test func softmaxOfExtremes() {
      forEachVariant {
        var row: [Float] = [-.infinity, 3e38, -.infinity, 3e38, -3e38]
        ck_softmax(&row, 5)
        #expect(row == [0, 0.5, 0, 0.5, 0])
        for bad: [Float] in [[-.infinity, -.infinity], [1, .nan], [1, .infinity], [.nan]] {
          var row = bad
          ck_softmax(&row, bad.count)
          #expect(row.contains { $0.isNaN })
        }
      }
    }

    @Test(arguments: awkwardLengths)
    func layerNorm(count: Int) {
      var generator = SeededGenerator(seed: UInt64(count))
      let row = generator.floats(count, in: 2...5)
      let gain = generator.floats(count)
      let bias = generator.floats(count)
      for epsilon: Float in [1e-12, 1e-5, 0.5] {
        let mean = row.reduce(0) { $0 + Double($1) } / Double(count)
        let variance = row.reduce(0) { $0 + pow(Double($1) - mean, 2) } / Double(count)
        let scale = 1 / (variance + Double(epsilon)).squareRoot()
        forEachVariant {
          var result = row
          ck_layer_norm(row, gain, bias, epsilon, &result, count)
          for i in 0..<count {
            let normal = (Double(row[i]) - mean) * scale
            let expected = normal * Double(gain[i]) + Double(bias[i])
            // The mean is rounded where it is 5, and that error scaled.
            let tolerance = 1e-6 + 5e-7 * (count > 1 ? scale : 0)
            #expect(abs(Double(result[i]) - expected) <= tolerance)
          }
        }
      }
    }

    @Test(arguments: awkwardLengths)
    func rmsNorm(count: Int) {
      var generator = SeededGenerator(seed: UInt64(count))
      let row = generator.floats(count, in: 2...5)
      let gain = generator.floats(count)
      for epsilon: Float in [1e-6, 0.5] {
        let square = row.reduce(0) { $0 + Double($1) * Double($1) } / Double(count)
        let scale = 1 / (square + Double(epsilon)).squareRoot()
        forEachVariant {
          var result = row
          ck_rms_norm(row, gain, epsilon, &result, count)
          for i in 0..<count {
            let expected = Double(row[i]) * scale * Double(gain[i])
            #expect(abs(Double(result[i]) - expected) <= 4e-7 * abs(expected))
          }
        }
      }
    }

    @Test(arguments: awkwardLengths + [64])
    func dot(count: Int) {
      var generator = SeededGenerator(seed: UInt64(count))
      let a = generator.floats(count)
      let b = generator.floats(count)
      let products = zip(a, b).map { Double($0) * Double($1) }
      forEachVariant {
        let error = Double(ck_dot(a, b, count)) - products.reduce(0, +)
        #expect(abs(error) <= 2e-7 * products.reduce(0) { $0 + abs($1) })
      }
    }

    @Test func addScaleAndMultiply() {
      let a = (0..<37).map(Float.init)
      forEachVariant {
        var sum = a
        ck_add(&sum, a, 36)
        #expect(sum == a.dropLast().map { 2 * $0 } + [36])
        ck_scale(&sum, 0.25, 36)
        #expect(sum == a.dropLast().map { $0 / 2 } + [36])
        ck_multiply(&sum, a, 36)
        #expect(sum == a.dropLast().map { $0 * $0 / 2 } + [36])
      }
    }

    @Test(arguments: awkwardLengths)
    func finite(count: Int) {
      forEachVariant {
        // Sums of such numbers overflow; each by itself is finite.
        let row = [Float](repeating: .greatestFiniteMagnitude, count: count)
        #expect(ck_is_finite(row, count))
        for place in Set([0, count / 2, count - 1]) {
          for bad in [Float.nan, .infinity, -.infinity] {
            var row = row
            row[place] = bad
            #expect(ck_is_finite(row, count) == false)
          }
        }
      }
    }
  }
}
