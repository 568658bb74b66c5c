import CKernels
import Files
import Tensors
import TestSupport
import Testing

extension KernelTests {
  /// Quantised weights, against the values that the Python package `gguf` gives them.
  @Suite struct BlockTests {
    private static let types = ElementType.allCases.filter { $0.block.count > 1 }

    private func fixture() throws -> [String: Tensor] {
      try SafetensorsFile(FileBytes(mapping: Fixtures.path("blocks.safetensors"))).tensors
    }

    @Test(arguments: types)
    func decodesLikeTheReference(_ type: ElementType) throws {
      let tensors = try fixture()
      let blocks = try #require(tensors["blocks.\(type.rawValue)"])
      let expected = try #require(tensors["values.\(type.rawValue)"]).floats()
      #expect(blocks.bytes.count == type.byteCount(of: [expected.count]))
      // At an odd address, as a file may have it.
      let owner = FileBytes([0] + Array(blocks.bytes))
      let row = Tensor(
        name: "row", elementType: type, shape: [expected.count],
        bytes: UnsafeRawBufferPointer(rebasing: owner.bytes[1...]), owner: owner)
      let largest = expected.map { abs($0) }.max() ?? 0
      try forEachVariant {
        let worst = try zip(row.floats(), expected).map { abs($0 - $1) }.max() ?? .infinity
        // The last bit may differ where a variant multiplies and adds at once.
        #expect(worst <= largest * 0x1p-23, "\(type.rawValue)")
      }
    }

    @Test func everyTypeHasAReference() throws {
      let names = try fixture().keys.filter { $0.hasPrefix("values.") }
      #expect(Set(names) == Set(Self.types.map { "values.\($0.rawValue)" }))
    }
  }
}
