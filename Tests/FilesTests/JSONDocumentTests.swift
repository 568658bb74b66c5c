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

  /// The place of the first error, and the reason.
  private func problem(_ bytes: [UInt8]) -> (place: TextPlace, reason: String)? {
    do throws(FileError) {
      _ = try parse(bytes)
      return nil
    } catch .notJSON(_, let place, let reason) {
      return (place, reason)
    } catch {
      return nil
    }
  }

  @Test func namesThePlaceOfAnError() throws {
    for text in ["[1,]", "[1]\u{0}[2]"] {
      let failure = try #require(problem(Array(text.utf8)))
      #expect(failure.place.offset == 3 && failure.reason == "Invalid value.")
    }
    let place = try #require(problem(Array("{\"é\": 1,\n\n  \"b\": x}".utf8))).place
    #expect([place.offset, place.line, place.column] == [18, 3, 8])
    #expect(
      #expect(throws: FileError.self) { try parse("[1,\n]") }?.description
        == "text: not valid JSON at line 2, column 1: Invalid value.")
  }

  /// Python writes and reads them. They are no numbers to anyone who asks for one.
  @Test func notFinite() throws {
    func values(_ text: String) throws(FileError) -> JSONValue {
      let result: Result<JSONDocument, FileError> = Array(text.utf8).withUnsafeBytes { bytes in
        Result { () throws(FileError) in
          try JSONDocument(bytes, path: "text", allowingNonFinite: true)
        }
      }
      return try result.get().root
    }
    let found = try #require(values("[NaN, Infinity, -Infinity, 1.5]").array)
    #expect(found.map(\.kind) == [.notFinite, .notFinite, .notFinite, .number])
    #expect(found.map(\.number) == [nil, nil, nil, 1.5])
    #expect(found.allSatisfy { $0.integer == nil && !$0.isNull })
    for text in ["[Nan]", "[Infinit]", "[infinity]", "[1e999]"] {
      #expect(throws: FileError.self) { try values(text) }
    }
    // Where a file is to hold numbers, they are none.
    for text in ["[NaN]", "[Infinity]", "[-Infinity]"] {
      #expect(throws: FileError.self) { try parse(text) }
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
        let failure = try #require(problem(text(wrong)))
        #expect(failure.place.offset == 2 + before)
        #expect(failure.reason == "Invalid encoding in string.")
        #expect(try parse(text(Array("é€😀".utf8))).array?[0].string?.count == before + after + 3)
      }
    }
    // What is no string at all is so whatever its bytes.
    #expect(problem(wrong)?.place.offset == 0 && problem(wrong)?.reason == "Invalid value.")
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
