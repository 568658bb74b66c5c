import CKernels
import TestSupport
import Testing

extension KernelTests {
  @Suite struct LinearByColumnsTests {
    /// Runs the kernel on a part of a wider matrix, whose lines are `stride` apart.
    private func product(
      _ weights: LinearTests.Weights, stride: Int, columns: Range<Int>, bias: [Float]?, x: [Float],
      tokenCount: Int
    ) -> [Float] {
      let width = weights.element == CK_FLOAT32 ? 4 : 2
      var y = [Float](repeating: .nan, count: tokenCount * columns.count)
      weights.bytes.withUnsafeBytes { bytes in
        let matrix = ck_matrix(
          elements: bytes.baseAddress! + columns.lowerBound * width, element: weights.element,
          row_count: weights.values.count / stride, column_count: columns.count,
          row_stride: stride)
        ck_linear_by_columns(
          matrix, bias, x, x.count / tokenCount, &y, columns.count, tokenCount)
      }
      return y
    }

    @Test(
      arguments: [CK_FLOAT32, CK_FLOAT16, CK_BFLOAT16].map(\.rawValue), [1, 7, 33, 512, 1100])
    func isTheSumOfProducts(element: UInt32, rowCount: Int) {
      var generator = SeededGenerator(seed: UInt64(rowCount))
      for columnCount in [1, 3, 16, 64, 65, 150] {
        let weights = LinearTests.Weights(
          ck_element(element), generator.floats(rowCount * columnCount))
        let bias = generator.floats(columnCount)
        for tokenCount in [1, 2, 5, 6, 13] {
          let x = generator.floats(tokenCount * rowCount)
          // In double, with the sum of absolute values: what a rounding error is measured by.
          var expected: [(sum: Double, size: Double)] = []
          for token in 0..<tokenCount {
            for column in 0..<columnCount {
              var sum = Double(bias[column])
              var size = abs(sum)
              for row in 0..<rowCount {
                let product =
                  Double(x[token * rowCount + row])
                  * Double(weights.values[row * columnCount + column])
                sum += product
                size += abs(product)
              }
              expected.append((sum, size))
            }
          }
          forEachVariant {
            let y = product(
              weights, stride: columnCount, columns: 0..<columnCount, bias: bias, x: x,
              tokenCount: tokenCount)
            // The sums are longer than those of `ck_linear`, which adds up several side by side.
            let worst = zip(y, expected).map { abs(Double($0) - $1.sum) / $1.size }.max() ?? 0
            #expect(worst <= 1e-6 && y.allSatisfy { $0.isFinite })
          }
        }
      }
    }

    @Test func doesNotDependOnHowWorkIsSharedOut() {
      let (rowCount, columnCount, tokenCount) = (600, 90, 9)
      var generator = SeededGenerator(seed: 1)
      let x = generator.floats(tokenCount * rowCount)
      let weights = LinearTests.Weights(CK_FLOAT32, generator.floats(rowCount * columnCount))
      forEachVariant {
        let whole = product(
          weights, stride: columnCount, columns: 0..<columnCount, bias: nil, x: x,
          tokenCount: tokenCount)
        for columns in [0..<1, 1..<66, 66..<90] {
          for token in 0..<tokenCount {
            let part = product(
              weights, stride: columnCount, columns: columns, bias: nil,
              x: Array(x[token * rowCount..<(token + 1) * rowCount]), tokenCount: 1)
            #expect(
              part
                == Array(
                  whole[token * columnCount..<(token + 1) * columnCount][
                    (token * columnCount + columns.lowerBound)..<(token * columnCount
                      + columns.upperBound)]))
          }
        }
      }
    }
  }
}
