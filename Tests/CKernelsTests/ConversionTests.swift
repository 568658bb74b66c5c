import CKernels
import Testing

extension KernelTests {
  @Suite struct ConversionTests {
    /// Converts elements that begin one byte behind an aligned address.
    private func converted<Bits: FixedWidthInteger>(
      _ bits: [Bits], as element: ck_element
    ) -> [Float] {
      let bytes = bits.reduce(into: [UInt8(0)]) { bytes, element in
        withUnsafeBytes(of: element) { bytes.append(contentsOf: $0) }
      }
      var result = [Float](repeating: 0, count: bits.count)
      bytes.withUnsafeBytes { ck_to_float32($0.baseAddress! + 1, element, &result, bits.count) }
      return result
    }

    private func expectSame(_ result: [Float], _ expected: [Float]) {
      // NaN may become another NaN.
      let same = zip(result, expected).allSatisfy {
        $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN)
      }
      #expect(same && result.count == expected.count)
    }

    @Test func everyFloat16() {
      let bits = Array(UInt16.min...UInt16.max)
      let expected = bits.map { Float(Float16(bitPattern: $0)) }
      forEachVariant { expectSame(converted(bits, as: CK_FLOAT16), expected) }
    }

    @Test func everyBFloat16() {
      let bits = Array(UInt16.min...UInt16.max)
      let expected = bits.map { Float(bitPattern: UInt32($0) << 16) }
      forEachVariant { expectSame(converted(bits, as: CK_BFLOAT16), expected) }
    }

    @Test(arguments: 1...18)
    func theRestOfAVector(count: Int) {
      let floats = (0..<count).map { Float($0) - 3.5 }
      forEachVariant {
        expectSame(converted(floats.map { Float16($0).bitPattern }, as: CK_FLOAT16), floats)
        expectSame(converted(floats.map(\.bitPattern), as: CK_FLOAT32), floats)
        expectSame(converted(floats.map { Double($0).bitPattern }, as: CK_FLOAT64), floats)
      }
    }

    @Test(arguments: [CK_FLOAT32, CK_FLOAT16, CK_BFLOAT16].map(\.rawValue))
    func aPartOfARow(element: UInt32) {
      let weights = LinearTests.Weights(ck_element(element), (0..<60).map { Float($0) - 7 })
      weights.bytes.withUnsafeBytes { bytes in
        // Three rows of 20, of which the last 3 are none of the matrix.
        let matrix = ck_matrix(
          elements: bytes.baseAddress!, element: weights.element, row_count: 3, column_count: 17,
          row_bytes: bytes.count / 3, row_order: nil)
        forEachVariant {
          var part = [Float](repeating: 0, count: 9)
          ck_row_to_float32(matrix, 1, 5, &part, 9)
          expectSame(part, Array(weights.values[25..<34]))
        }
      }
    }

    @Test func doublesAreRounded() {
      let doubles = [1 + 0x1p-24, 1 + 0x1.8p-24, 1e300, -1e-300, .nan]
      forEachVariant {
        expectSame(
          converted(doubles.map(\.bitPattern), as: CK_FLOAT64),
          [1, 1 + 0x1p-23, .infinity, -0.0, .nan])
      }
    }
  }
}
