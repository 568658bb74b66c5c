import Files

/// A value of a tokenizer's JSON files that knows its place, so that an error can name it.
struct Setting {
  let file: String
  /// The keys that lead here, such as `normalizer.normalizers[0].lowercase`; empty for the whole.
  let place: String
  /// The number of keys that lead here.
  let depth: Int
  /// Nil where there is no such key.
  private let value: JSONValue?

  private init(file: String, place: String, depth: Int, value: JSONValue?) {
    self.file = file
    self.place = place
    self.depth = depth
    self.value = value
  }

  init(_ file: FileBytes) throws(FileError) {
    self.init(
      file: file.path, place: "", depth: 0,
      value: try JSONDocument(file, allowingNonFinite: true).root)
  }

  subscript(key: String) -> Setting {
    Setting(
      file: file, place: place.isEmpty ? key : "\(place).\(key)", depth: depth + 1,
      value: value?[key])
  }

  /// Nil for what is absent or null.
  var ifPresent: Setting? { value == nil || value!.isNull ? nil : self }

  var isArray: Bool { value?.array != nil }

  func string() throws(TokenizerError) -> String { try read("a string") { $0.string } }
  func number() throws(TokenizerError) -> Double { try read("a number") { $0.number } }
  func bool() throws(TokenizerError) -> Bool { try read("true or false") { $0.bool } }

  func scalar() throws(TokenizerError) -> Unicode.Scalar {
    let scalars = try string().unicodeScalars
    guard let first = scalars.first, scalars.count == 1 else {
      throw wrong(expected: "one character")
    }
    return first
  }

  func natural() throws(TokenizerError) -> Int32 { try read(Self.natural) { $0.natural } }

  func elements() throws(TokenizerError) -> [Setting] {
    try array().enumerated().map { index, value in element(index, value) }
  }

  /// The elements of an array as they are; for many of them, since places are for errors only.
  func array() throws(TokenizerError) -> JSONValue.Elements {
    try read("an array") { $0.array }
  }

  /// An element of the array, to say where it is.
  func element(_ index: Int, _ value: JSONValue) -> Setting {
    Setting(file: file, place: "\(place)[\(index)]", depth: depth + 1, value: value)
  }

  func members() throws(TokenizerError) -> JSONValue.Members {
    try read("an object") { $0.object }
  }

  func member(_ member: JSONValue.Member) -> Setting {
    Setting(file: file, place: "\(place).\(member.name)", depth: depth + 1, value: member.value)
  }

  /// The id that is the value of a member; for many of them, since places are for errors only.
  func id(of member: JSONValue.Member) throws(TokenizerError) -> Int32 {
    if let id = member.value.natural { return id }
    throw self.member(member).wrong(expected: Self.natural)
  }

  private static let natural = "a whole number from 0 to \(Int32.max)"

  func wrong(expected: String) -> TokenizerError {
    .wrongValue(
      file: file, place: place, expected: expected, found: value?.summary ?? "nothing")
  }

  private func read<Value>(
    _ expected: String, _ reading: (JSONValue) -> Value?
  ) throws(TokenizerError) -> Value {
    guard let result = value.flatMap(reading) else { throw wrong(expected: expected) }
    return result
  }
}

extension JSONValue {
  /// A whole number from 0 to 2³¹ − 1, as every id and count is.
  fileprivate var natural: Int32? {
    guard let integer, integer >= 0 else { return nil }
    return Int32(exactly: integer)
  }

  /// A short value as the file has it, a long one by its kind: for messages.
  fileprivate var summary: String {
    switch kind {
    case .integer: integer.map(String.init) ?? "a number"
    case .number: number.map { String($0) } ?? "a number"
    case .bool: bool == true ? "true" : "false"
    case .string: string.map { $0.count <= 40 ? "\"\($0)\"" : "a long string" } ?? "a string"
    case .null: "null"
    case .array: "an array"
    case .object: "an object"
    case .notFinite: "NaN or an infinity"
    }
  }
}
