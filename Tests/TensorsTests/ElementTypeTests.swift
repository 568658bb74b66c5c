import Tensors
import Testing

@Suite struct ElementTypeTests {
  private static let quantised = ElementType.allCases.filter { type in
    ["Q", "IQ", "TQ", "MX"].contains { type.rawValue.hasPrefix($0) }
  }

  /// A block of llama.cpp's has 32 elements or 256; with its scales, each takes more bits than the name says.
  @Test(arguments: quantised)
  func blocksTakeTheBitsOfTheirNamesAndScales(type: ElementType) {
    let bits = Double(type.rawValue.first { $0.isNumber }.flatMap { Int(String($0)) } ?? 4)
    let taken = 8 * Double(type.block.byteCount) / Double(type.block.count)
    #expect([32, 256].contains(type.block.count))
    #expect(bits <= taken && taken < bits + 2.1)
    #expect(type.byteCount(of: [3, type.block.count]) == 3 * type.block.byteCount)
    #expect(type.byteCount(of: [type.block.count, 3]) == nil)
  }

  /// Safetensors' names end in the bits of an element.
  @Test(arguments: ElementType.allCases.filter { !quantised.contains($0) })
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
