import Files

/// The data inside a web page or a notebook that shows attention. Nothing is run: what stands there as JSON is read.
enum PageObject {
  /// Keys with which the data of BertViz, Tensor2Tensor and CircuitsVis begin.
  private static let firstKeys = ["attention", "tokens", "all", "inp_inp"]

  /// Places that are tried. A page has as many views as it has cells; each costs a look at what follows.
  static let candidateLimit = 32

  /// The objects in a page's scripts.
  static func find(in text: UnsafeRawBufferPointer, path: String) throws -> [JSONDocument] {
    var objects: [JSONDocument] = []
    var lastFound = text[..<0]
    var position = 0
    var candidateCount = 0
    while let start = text.nextObject(from: position, firstKeys: firstKeys),
      candidateCount < candidateLimit
    {
      candidateCount += 1
      position = start + 1
      guard let end = text.endOfJSON(from: start) else { continue }
      let slice = UnsafeRawBufferPointer(rebasing: text[start..<end])
      guard let object = try? JSONDocument(slice, path: path) else {
        // Python writes NaN where JSON has no word for it.
        if slice.contains(word: "NaN") { throw ImportError.notFinite(path: path, name: "the page") }
        continue
      }
      position = end
      // BertViz writes its data twice, the second time into a comment.
      if !lastFound.elementsEqual(slice) { objects.append(object) }
      lastFound = text[start..<end]
    }
    return objects
  }

  /// The objects in the outputs of a Jupyter notebook.
  static func find(inNotebook root: JSONValue, path: String) throws -> [JSONDocument] {
    var objects: [JSONDocument] = []
    for cell in root["cells"]?.array.map(Array.init) ?? [] {
      for output in cell["outputs"]?.array.map(Array.init) ?? [] {
        for member in output["data"]?.object.map(Array.init) ?? []
        where ["text/html", "application/javascript"].contains(member.name) {
          let lines = member.value.array?.compactMap(\.string) ?? []
          let text = member.value.string ?? lines.joined()
          objects += try Array(text.utf8).withUnsafeBytes { try find(in: $0, path: path) }
        }
      }
    }
    return objects
  }
}

extension UnsafeRawBufferPointer {
  /// The start of the next object whose first key is one of `firstKeys`.
  fileprivate func nextObject(from start: Int, firstKeys: [String]) -> Int? {
    var position = start
    while let brace = self[position...].firstIndex(of: UInt8(ascii: "{")) {
      let quote = self[(brace + 1)...].firstIndex { !$0.isJSONSpace }
      if let quote, self[quote] == UInt8(ascii: "\"") {
        let rest = self[(quote + 1)...]
        if firstKeys.contains(where: { rest.starts(with: "\($0)\"".utf8) }) { return brace }
      }
      position = brace + 1
    }
    return nil
  }

  /// Behind the bracket that closes the one at `start`; nil where what follows cannot be JSON.
  fileprivate func endOfJSON(from start: Int) -> Int? {
    var depth = 0
    var position = start
    while position < count {
      switch self[position] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 { return position + 1 }
      case UInt8(ascii: "\""):
        position += 1
        while position < count, self[position] != UInt8(ascii: "\"") {
          position += self[position] == UInt8(ascii: "\\") ? 2 : 1
        }
      case let byte where byte.canStandInJSON: break
      default: return nil
      }
      position += 1
    }
    return nil
  }

  fileprivate func contains(word: String) -> Bool {
    let word = Array(word.utf8)
    return count >= word.count
      && (0...count - word.count).contains { self[$0...].starts(with: word) }
  }
}

extension UInt8 {
  fileprivate var isJSONSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }

  /// Outside strings and without brackets: numbers, `true`, `false`, `null`, Python's `NaN` and `Infinity`.
  fileprivate var canStandInJSON: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: ","), UInt8(ascii: ":"),
      UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
      true
    default: isJSONSpace
    }
  }
}
