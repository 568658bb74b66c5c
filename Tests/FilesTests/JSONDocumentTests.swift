import Files
import Testing

@Suite struct JSONDocumentTests {
  private func parse(_ text: String) throws(FileError) -> JSONValue { try parse(Array(text.utf8)) }

  private func parse(_ bytes: [UInt8]) throws(FileError) -> JSONValue {
    let result: Result<JSONDocument, FileError> = bytes.withUnsafeBytes { bytes in
      Result { () throws(FileError) in try JSONDocument(bytes, path: "text") }
    }
    return try result.get().root
  }

  @Test func readsEachKind() throws {
    let root = try parse(#"{"a":[1,-2.5,true,null,"é"],"b":{}}"#)
    let a = try #require(root["a"]?.array)
    #expect(a.map(\.kind) == [.integer, .number, .bool, .null, .string])
    #expect(a[0].integer == 1)
    #expect(a[1].number == -2.5)
    #expect(a[2].bool == true)
    #expect(a[4].string == "é")
    #expect(root["b"]?.object?.count == 0)
    #expect(root["c"] == nil)
    #expect(a[0]["a"] == nil)
  }

  @Test func namesThePlaceOfAnError() {
    #expect(throws: FileError.notJSON(path: "text", offset: 3, reason: "Invalid value.")) {
      try parse("[1,]")
    }
    #expect(throws: FileError.notJSON(path: "text", offset: 3, reason: "Invalid value.")) {
      try parse("[1]\u{0}[2]")
    }
  }

  /// At every place of the eight bytes that are looked at together, and behind them.
  @Test(arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]])
  func onlyUTF8IsText(_ wrong: [UInt8]) throws {
    for before in 0..<18 {
      for after in 0..<10 {
        func text(_ middle: [UInt8]) -> [UInt8] {
          Array("[\"".utf8) + Array(repeating: UInt8(ascii: "a"), count: before) + middle
            + Array(repeating: UInt8(ascii: "b"), count: after) + Array("\"]".utf8)
        }
        #expect(
          throws: FileError.notJSON(
            path: "text", offset: 2 + before, reason: "Invalid encoding in string.")
        ) { try parse(text(wrong)) }
        #expect(try parse(text(Array("é€😀".utf8))).array?[0].string?.count == before + after + 3)
      }
    }
    // What is no string at all is so whatever its bytes.
    #expect(throws: FileError.notJSON(path: "text", offset: 0, reason: "Invalid value.")) {
      try parse(wrong)
    }
  }

  @Test func deepNestingCostsNoStack() throws {
    let depth = 200_000
    let root = try parse(
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
    #expect(root.kind == .array)
  }

  @Test(arguments: ["", "\u{0}", "{", "nul", "\"\\ud800\""])
  func refusesWhatIsNotJSON(_ text: String) {
    #expect(throws: FileError.self) { try parse(text) }
  }
}
