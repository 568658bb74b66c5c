import Files
import TestSupport
import Testing

@testable import Tensors

@Suite struct TorchTreeTests {
  private typealias Value = PickledValue

  private func tree(_ value: [UInt8]) throws -> TorchTree {
    try TorchTree(FileBytes(torchArchive(value)))
  }

  /// Leaves as text: where they are, and what.
  private func leaves(_ value: [UInt8]) throws -> [String] {
    try tree(value).leaves.map { leaf in
      let place = leaf.path.joined(separator: "/")
      switch leaf.value {
      case .tensor(let tensor): return "\(place): \(tensor.shape) \(try tensor.floats())"
      case .text(let text): return "\(place): \"\(text)\""
      case .integer(let number): return "\(place): \(number)"
      }
    }
  }

  private var tensor: [UInt8] {
    Value.tensor(Value.storage(count: 6), offset: 2, shape: [2], strides: [1])
  }

  @Test func findsWhatHasNoParts() throws {
    #expect(try leaves(tensor) == [": [2] [3.0, 4.0]"])
    #expect(
      try leaves(Value.tuple([tensor, tensor])) == ["0: [2] [3.0, 4.0]", "1: [2] [3.0, 4.0]"])
    #expect(
      try leaves(
        Value.dictionary([
          ("a", Value.list([tensor, Value.none])),
          ("tokens", Value.list([Value.string("x"), Value.string("é")])), ("n", Value.integer(7)),
        ])) == ["a/0: [2] [3.0, 4.0]", "tokens/0: \"x\"", "tokens/1: \"é\"", "n: 7"])
    #expect(try leaves(Value.none) == [])
  }

  @Test func copiesWhatIsNotInOrder() throws {
    let turned = Value.tensor(Value.storage(count: 6), shape: [3, 2], strides: [1, 3])
    #expect(try leaves(turned) == [": [3, 2] [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]"])
  }

  @Test func visitsNoMoreThanPeopleSave() {
    // A list of 1000 times the same list, which holds 1000 times another one.
    let memoize: [UInt8] = [0x94]
    let many = { (index: UInt8) in (0..<1000).map { _ in [UInt8(ascii: "h"), index] as [UInt8] } }
    let shared =
      Value.list([Value.none]) + memoize + Value.list(many(0)) + memoize + Value.list(many(1))
    #expect(throws: TensorError.pickleTooNested(path: "test")) { try tree(shared) }
    var deep = Value.integer(1)
    for _ in 0..<7 { deep = Value.list([deep]) }
    #expect(throws: TensorError.pickleTooNested(path: "test")) { try tree(deep) }
    let wide = Value.list((0..<100_001).map { _ in Value.none })
    #expect(throws: TensorError.pickleTooNested(path: "test")) { try tree(wide) }
  }

  @Test func aListThatHoldsItselfEnds() {
    // ] MEMOIZE, the list again, APPEND.
    let loop: [UInt8] = [UInt8(ascii: "]"), 0x94, UInt8(ascii: "h"), 0, UInt8(ascii: "a")]
    #expect(throws: TensorError.pickleTooNested(path: "test")) { try tree(loop) }
  }

  @Test func namesAreNotRun() {
    let call = Value.call(Value.global("os", "system"), [Value.string("echo")])
    #expect(throws: TensorError.refusedGlobal(path: "test", name: "os.system")) { try tree(call) }
  }
}
