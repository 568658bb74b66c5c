import Files
import Testing

@Suite struct JSONDocumentTests {
  private func parse(_ text: String) throws(FileError) -> JSONValue {
    var text = text
    let result: Result<JSONDocument, FileError> = text.withUTF8 { utf8 in
      Result { () throws(FileError) in
        try JSONDocument(UnsafeRawBufferPointer(utf8), path: "text")
      }
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
