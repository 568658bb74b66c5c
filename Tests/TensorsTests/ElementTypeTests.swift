import Tensors
import Testing

@Suite struct ElementTypeTests {
  /// Safetensors' names end in the bits of an element.
  @Test(arguments: ElementType.allCases)
  func aBlockIsAsLargeAsTheNameSays(type: ElementType) {
    let name = type.rawValue.prefix { $0 != "_" }
    let bits = Int(name.drop { !$0.isNumber }) ?? 8
    #expect(type.block.count == 1)
    #expect(type.block.byteCount == bits / 8)
    #expect(type.byteCount(of: [3, 5]) == 15 * bits / 8)
  }

  @Test func shapesThatNoFileCanHaveAreNotCounted() {
    #expect(ElementType.float32.byteCount(of: []) == 4)
    #expect(ElementType.float32.byteCount(of: [.max, 0]) == nil)
    #expect(ElementType.float16.byteCount(of: [1 << 31, 1 << 31]) == nil)
    #expect(ElementType.int8.byteCount(of: [1 << 31, 1 << 31]) == 1 << 62)
  }
}
