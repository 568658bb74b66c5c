import CKernels
import TestSupport
import Testing

extension KernelTests {
  /// The kernels that take weights either way: `ck_linear_packed`, and `ck_linear` by columns.
  @Suite struct LinearPackedTests {
    enum Kernel: CaseIterable {
      case packedRows, packedColumns, columns
    }

    /// Weights of `outputCount` × `inputCount`, lying one way or the other in lines 3 numbers longer than needed.
    private struct Weights {
      let stored: LinearTests.Weights
      let outputCount: Int
      let inputCount: Int
      let kernel: Kernel

      var isByColumns: Bool { kernel != .packedRows }
      var lineCount: Int { isByColumns ? inputCount : outputCount }
      var stride: Int { (isByColumns ? outputCount : inputCount) + 3 }

      init(
        _ element: ck_element, outputCount: Int, inputCount: Int, _ kernel: Kernel,
        _ generator: inout SeededGenerator
      ) {
        self.outputCount = outputCount
        self.inputCount = inputCount
        self.kernel = kernel
        let lines = kernel == .packedRows ? outputCount : inputCount
        let width = (kernel == .packedRows ? inputCount : outputCount) + 3
        stored = LinearTests.Weights(element, generator.floats(lines * width))
      }

      subscript(output: Int, input: Int) -> Float {
        let (line, place) = isByColumns ? (input, output) : (output, input)
        return stored.values[line * stride + place]
      }

      /// Some of the outputs, which begin at an odd address.
      func multiplied(
        outputs: Range<Int>, bias: [Float]?, x: [Float], tokenCount: Int
      ) -> [Float] {
        let memory = UnsafeMutableRawBufferPointer.allocate(
          byteCount: stored.bytes.count + 1, alignment: 64)
        defer { memory.deallocate() }
        UnsafeMutableRawBufferPointer(rebasing: memory[1...]).copyBytes(from: stored.bytes)
        let first = ck_byte_count(
          stored.element, outputs.lowerBound * (isByColumns ? 1 : stride))
        let matrix = ck_matrix(
          elements: memory.baseAddress! + 1 + first, element: stored.element,
          row_count: isByColumns ? inputCount : outputs.count,
          column_count: isByColumns ? outputs.count : inputCount,
          row_bytes: ck_byte_count(stored.element, stride), row_order: nil)
        // Two more numbers a row, which have to stay.
        var y = [Float](repeating: 7, count: tokenCount * (outputs.count + 2))
        let bias = bias.map { Array($0[outputs]) }
        if kernel == .columns {
          ck_linear(matrix, true, bias, x, inputCount, &y, outputs.count + 2, tokenCount)
        } else {
          let packed = pack(x, tokenCount: tokenCount, columnCount: inputCount)
          ck_linear_packed(matrix, isByColumns, bias, packed, &y, outputs.count + 2, tokenCount)
        }
        for token in 0..<tokenCount {
          let rest = y[(token + 1) * (outputs.count + 2) - 2..<(token + 1) * (outputs.count + 2)]
          #expect(Array(rest) == [7, 7])
        }
        return (0..<tokenCount).flatMap { token in
          y[token * (outputs.count + 2)..<token * (outputs.count + 2) + outputs.count]
        }
      }

      private func pack(_ x: [Float], tokenCount: Int, columnCount: Int) -> [Float] {
        var packed = [Float](repeating: .nan, count: x.count)
        // In two parts, as threads do it.
        let first = min(tokenCount, tokenCount / 2 / 6 * 6)
        for part in [first..<tokenCount, 0..<first] {
          ck_pack(x, columnCount, tokenCount, columnCount, part.lowerBound, part.count, &packed)
        }
        return packed
      }
    }

    @Test(
      arguments: [CK_FLOAT32, CK_FLOAT16, CK_BFLOAT16].map(\.rawValue), Kernel.allCases)
    func isTheSumOfProducts(element: UInt32, kernel: Kernel) {
      for inputCount in [1, 256, 515] {
        var generator = SeededGenerator(seed: UInt64(inputCount))
        for outputCount in [1, 63, 80] {
          let weights = Weights(
            ck_element(element), outputCount: outputCount, inputCount: inputCount,
            kernel, &generator)
          let bias = generator.floats(outputCount)
          for tokenCount in [1, 5, 13] {
            let x = generator.floats(tokenCount * inputCount)
            // In double, with the sum of absolute values: what a rounding error is measured by.
            var expected: [(sum: Double, size: Double)] = []
            for token in 0..<tokenCount {
              for output in 0..<outputCount {
                var sum = Double(bias[output])
                var size = abs(sum)
                for input in 0..<inputCount {
                  let product =
                    Double(x[token * inputCount + input]) * Double(weights[output, input])
                  sum += product
                  size += abs(product)
                }
                expected.append((sum, size))
              }
            }
            forEachVariant {
              let y = weights.multiplied(
                outputs: 0..<outputCount, bias: bias, x: x, tokenCount: tokenCount)
              // 256 products are added up one after the other, more than `ck_linear` does.
              let worst = zip(y, expected).map { abs(Double($0) - $1.sum) / $1.size }.max() ?? 0
              #expect(worst <= 1e-6 && y.allSatisfy { $0.isFinite })
            }
          }
        }
      }
    }

    @Test(arguments: Kernel.allCases)
    func doesNotDependOnHowWorkIsSharedOut(kernel: Kernel) {
      var generator = SeededGenerator(seed: 1)
      let (outputCount, inputCount, tokenCount) = (1100, 600, 9)
      let weights = Weights(
        CK_FLOAT32, outputCount: outputCount, inputCount: inputCount, kernel, &generator)
      let x = generator.floats(tokenCount * inputCount)
      forEachVariant {
        let whole = weights.multiplied(
          outputs: 0..<outputCount, bias: nil, x: x, tokenCount: tokenCount)
        for outputs in [0..<1, 1..<66, 66..<1100] {
          for token in 0..<tokenCount {
            let row = Array(x[token * inputCount..<(token + 1) * inputCount])
            let part = weights.multiplied(
              outputs: outputs, bias: nil, x: row, tokenCount: 1)
            let start = token * outputCount
            #expect(part == Array(whole[start + outputs.lowerBound..<start + outputs.upperBound]))
          }
        }
      }
    }

    @Test func withoutInputsOnlyTheBiasIsLeft() {
      forEachVariant {
        var y = [Float](repeating: 7, count: 4)
        let nothing: [Float] = [0]
        nothing.withUnsafeBufferPointer {
          let matrix = ck_float_matrix($0.baseAddress!, 2, 0)
          ck_linear_packed(matrix, false, [3, 4], nothing, &y, 2, 2)
        }
        #expect(y == [3, 4, 3, 4])
        y = [7, 7, 7, 7]
        nothing.withUnsafeBufferPointer {
          let matrix = ck_float_matrix($0.baseAddress!, 0, 2)
          ck_linear(matrix, true, [3, 4], nothing, 0, &y, 2, 2)
        }
        #expect(y == [3, 4, 3, 4])
      }
    }
  }
}
