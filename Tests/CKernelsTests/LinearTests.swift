import CKernels
import TestSupport
import Testing

extension KernelTests {
  @Suite struct LinearTests {
    static let tokenCounts = [1, 2, 3, 4, 5, 6, 7, 8, 9, 17]
    static let columnCounts = [1, 7, 31, 33, 768, 1023, 1024, 2500]
    static let rowCounts = [1, 3, 4, 9]

    /// A matrix in each format, from the same numbers as that format rounds them.
    struct Weights {
      let element: ck_element
      let values: [Float]
      let bytes: [UInt8]

      init(_ element: ck_element, _ numbers: [Float]) {
        self.element = element
        switch element {
        case CK_FLOAT16:
          let halves = numbers.map { Float16($0) }
          values = halves.map { Float($0) }
          bytes = halves.flatMap { withUnsafeBytes(of: $0.bitPattern, Array.init) }
        case CK_BFLOAT16:
          values = numbers.map { Float(bitPattern: $0.bitPattern & 0xffff_0000) }
          bytes = values.flatMap {
            withUnsafeBytes(of: UInt16($0.bitPattern >> 16), Array.init)
          }
        default:
          values = numbers
          bytes = numbers.flatMap { withUnsafeBytes(of: $0.bitPattern, Array.init) }
        }
      }
    }

    @Test(arguments: [CK_FLOAT32, CK_FLOAT16, CK_BFLOAT16].map(\.rawValue), columnCounts)
    func isTheSumOfProducts(element: UInt32, columnCount: Int) {
      let tokenCount = Self.tokenCounts.max()!
      var generator = SeededGenerator(seed: UInt64(columnCount))
      let x = generator.floats(tokenCount * columnCount)
      for rowCount in Self.rowCounts {
        let weights = Weights(
          ck_element(element), generator.floats(rowCount * columnCount))
        let bias = generator.floats(rowCount)
        // In double, with the sum of absolute values: what a rounding error is measured by.
        var expected: [(sum: Double, size: Double)] = []
        for token in 0..<tokenCount {
          for row in 0..<rowCount {
            var sum = Double(bias[row])
            var size = abs(sum)
            for column in 0..<columnCount {
              let product =
                Double(x[token * columnCount + column])
                * Double(weights.values[row * columnCount + column])
              sum += product
              size += abs(product)
            }
            expected.append((sum, size))
          }
        }
        forEachVariant {
          for (tokens, offset) in zip(Self.tokenCounts, [0, 1, 2, 4, 8, 3, 5, 7, 16, 9]) {
            let y = linear(
              weights, bias: bias, x: x, tokenCount: tokens, columnCount: columnCount,
              offset: offset)
            for (index, value) in y.enumerated() {
              let (sum, size) = expected[index]
              #expect(abs(Double(value) - sum) <= 2e-7 * size, "\(tokens) tokens, at \(index)")
            }
          }
        }
      }
    }

    /// Runs the kernel on a matrix that begins `offset` bytes behind an aligned address.
    func linear(
      _ weights: Weights, bias: [Float]?, x: [Float], tokenCount: Int, columnCount: Int,
      offset: Int
    ) -> [Float] {
      let rowCount = weights.values.count / columnCount
      let memory = UnsafeMutableRawBufferPointer.allocate(
        byteCount: offset + weights.bytes.count, alignment: 64)
      defer { memory.deallocate() }
      UnsafeMutableRawBufferPointer(rebasing: memory[offset...]).copyBytes(from: weights.bytes)
      let matrix = ck_matrix(
        elements: memory.baseAddress! + offset, element: weights.element, row_count: rowCount,
        column_count: columnCount, row_bytes: ck_byte_count(weights.element, columnCount),
        row_order: nil)
      var y = [Float](repeating: .nan, count: tokenCount * rowCount)
      ck_linear(matrix, false, bias, x, columnCount, &y, rowCount, tokenCount)
      return y
    }

    @Test func doesNotDependOnHowWorkIsSharedOut() {
      let (tokenCount, rowCount, columnCount) = (140, 11, 1100)
      var generator = SeededGenerator(seed: 1)
      let x = generator.floats(tokenCount * columnCount)
      let w = generator.floats(rowCount * columnCount)
      func compute(tokens: Range<Int>, rows: Range<Int>, into y: inout [Float]) {
        w.withUnsafeBufferPointer { w in
          x.withUnsafeBufferPointer { x in
            y.withUnsafeMutableBufferPointer { y in
              let matrix = ck_float_matrix(
                w.baseAddress! + rows.lowerBound * columnCount, rows.count, columnCount)
              ck_linear(
                matrix, false, nil, x.baseAddress! + tokens.lowerBound * columnCount, columnCount,
                y.baseAddress! + tokens.lowerBound * rowCount + rows.lowerBound, rowCount,
                tokens.count)
            }
          }
        }
      }
      forEachVariant {
        var whole = [Float](repeating: 0, count: tokenCount * rowCount)
        var parts = whole
        compute(tokens: 0..<tokenCount, rows: 0..<rowCount, into: &whole)
        for tokens in [0..<1, 1..<8, 8..<139, 139..<140] {
          for rows in [0..<3, 3..<4, 4..<11] { compute(tokens: tokens, rows: rows, into: &parts) }
        }
        #expect(whole == parts)
      }
    }

    @Test func keepsToItsPlaceAndLetsNaNStay() {
      // Rows 8 apart of a matrix of 5 rows and 3 columns; row 1 is damaged.
      var w = [Float](repeating: .infinity, count: 5 * 8)
      for row in 0..<5 {
        for column in 0..<3 { w[row * 8 + column] = Float(row) }
      }
      w[8] = .nan
      let x: [Float] = [1, 2, 3, -99, 4, 5, 6, -99]
      forEachVariant {
        var y = [Float](repeating: 7, count: 2 * 6)
        w.withUnsafeBufferPointer { w in
          let matrix = ck_matrix(
            elements: w.baseAddress!, element: CK_FLOAT32, row_count: 5, column_count: 3,
            row_bytes: 8 * MemoryLayout<Float>.size, row_order: nil)
          ck_linear(matrix, false, nil, x, 4, &y, 6, 2)
        }
        #expect(y[1].isNaN && y[7].isNaN)
        y[1] = -1
        y[7] = -1
        #expect(y == [0, -1, 12, 18, 24, 7, 0, -1, 30, 45, 60, 7])
      }
    }
  }
}
