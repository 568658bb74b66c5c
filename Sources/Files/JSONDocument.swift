import CJSON

/// A parsed JSON text (RFC 8259), kept as one block of memory and read where it lies.
public final class JSONDocument: @unchecked Sendable {
  private let document: OpaquePointer

  /// - Throws: `FileError`; also for a file of more than `FileBytes.textLimit` bytes.
  public init(_ file: FileBytes, allowingNonFinite: Bool = false) throws(FileError) {
    try file.requireTextSize()
    document = try Self.copy(of: file.bytes, path: file.path)
    // Of a file of 33 MB, such as Gemma's tokenizer.json, one copy in memory is enough.
    file.forgetPages()
    try parse(file.bytes, path: file.path, allowingNonFinite: allowingNonFinite)
  }

  /// - Parameters:
  ///   - path: Names the text in the error.
  ///   - allowingNonFinite: Reads `NaN` and `Infinity`, which Python writes and JSON does not know.
  public init(
    _ text: UnsafeRawBufferPointer, path: String, allowingNonFinite: Bool = false
  ) throws(FileError) {
    document = try Self.copy(of: text, path: path)
    try parse(text, path: path, allowingNonFinite: allowingNonFinite)
  }

  private static func copy(
    of text: UnsafeRawBufferPointer, path: String
  ) throws(FileError) -> OpaquePointer {
    let start = text.baseAddress?.assumingMemoryBound(to: CChar.self)
    guard let document = start.map({ cjson_copy($0, text.count) }) ?? cjson_copy("", 0) else {
      throw .notJSON(path: path, place: TextPlace(0, in: text), reason: "out of memory")
    }
    return document
  }

  private func parse(
    _ text: UnsafeRawBufferPointer, path: String, allowingNonFinite: Bool
  ) throws(FileError) {
    var problem: UnsafePointer<CChar>?
    var offset = 0
    guard cjson_parse(document, allowingNonFinite, &problem, &offset) else {
      let reason = problem.map { String(cString: $0) } ?? "unknown"
      throw .notJSON(path: path, place: TextPlace(offset, in: text), reason: reason)
    }
  }

  deinit { cjson_free(document) }

  public var root: JSONValue { JSONValue(document: self, value: cjson_root(document)) }
}

/// One value of a `JSONDocument`. The typed accessors are nil for a value of another kind.
public struct JSONValue: Sendable {
  private let document: JSONDocument
  private nonisolated(unsafe) let value: OpaquePointer

  fileprivate init(document: JSONDocument, value: OpaquePointer) {
    self.document = document
    self.value = value
  }

  public enum Kind: String, Sendable {
    case null, bool, integer, number, string, array, object
    /// `NaN` or an infinity, which is no number to any accessor.
    case notFinite
  }

  public var kind: Kind {
    switch cjson_kind(value) {
    case CJSON_BOOL: .bool
    case CJSON_INTEGER: .integer
    case CJSON_NUMBER: .number
    case CJSON_STRING: .string
    case CJSON_ARRAY: .array
    case CJSON_OBJECT: .object
    case CJSON_NOT_FINITE: .notFinite
    default: .null
    }
  }

  public var isNull: Bool { kind == .null }
  public var bool: Bool? { kind == .bool ? cjson_bool(value) : nil }
  public var integer: Int? { kind == .integer ? Int(cjson_integer(value)) : nil }
  public var number: Double? {
    kind == .integer || kind == .number ? cjson_number(value) : nil
  }
  public var string: String? { utf8.map { String(decoding: $0, as: UTF8.self) } }

  /// A string's bytes, valid while the document lives.
  public var utf8: UnsafeBufferPointer<UInt8>? {
    guard kind == .string else { return nil }
    var length = 0
    let start = UnsafeRawPointer(cjson_string(value, &length))
    return UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: length)
  }

  public var array: Elements? { kind == .array ? Elements(of: self) : nil }
  public var object: Members? { kind == .object ? Members(of: self) : nil }

  /// The member named `key`, or nil, also where this is no object.
  /// - Complexity: O(members).
  public subscript(key: String) -> JSONValue? {
    object?.first { member in member.key.elementsEqual(key.utf8) }?.value
  }

  /// The elements of an array.
  public struct Elements: RandomAccessCollection, Sendable {
    fileprivate let base: JSONValue
    public let endIndex: Int
    public var startIndex: Int { 0 }

    fileprivate init(of base: JSONValue) {
      self.base = base
      endIndex = cjson_count(base.value)
    }

    public subscript(index: Int) -> JSONValue {
      precondition(indices.contains(index))
      return JSONValue(document: base.document, value: cjson_element(base.value, index))
    }
  }

  public struct Member {
    /// The key's bytes, valid while the document lives.
    public let key: UnsafeBufferPointer<UInt8>
    public let value: JSONValue
    public var name: String { String(decoding: key, as: UTF8.self) }
  }

  /// The members of an object, in the order of the text.
  public struct Members: RandomAccessCollection, Sendable {
    fileprivate let base: JSONValue
    public let endIndex: Int
    public var startIndex: Int { 0 }

    fileprivate init(of base: JSONValue) {
      self.base = base
      endIndex = cjson_count(base.value)
    }

    public subscript(index: Int) -> Member {
      precondition(indices.contains(index))
      var key = UnsafePointer<CChar>(bitPattern: 1)!
      var length = 0
      let value = cjson_member(base.value, index, &key, &length)
      let bytes = UnsafeRawPointer(key).assumingMemoryBound(to: UInt8.self)
      return Member(
        key: UnsafeBufferPointer(start: bytes, count: length),
        value: JSONValue(document: base.document, value: value))
    }
  }
}
