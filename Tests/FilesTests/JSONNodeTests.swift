import Files
import Testing

@Suite struct JSONNodeTests {
  @Test func membersKeepTheirOrder() {
    let node = JSONNode.object([
      ("b", .list([.null, .bool(true), .integer(-3)])), ("a", .number(0.5)),
      ("c", .number(.infinity)),
    ])
    #expect(node.text == #"{"b":[null,true,-3],"a":0.5,"c":null}"#)
  }

  /// Whoever prints the text on a terminal prints no control sequence.
  @Test func nothingActsOnATerminal() {
    let node = JSONNode.string("\"a\\\n\u{1B}[2J\u{9B}\u{202E}é😀")
    #expect(node.text == #""\"a\\\n\u001b[2J\u009b\u202eé😀""#)
  }
}
