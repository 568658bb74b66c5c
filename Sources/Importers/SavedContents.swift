import Files
import Tensors

/// The contents of a file before their meaning is known: tensors and other fields, by name.
struct SavedContents {
  /// A tensor, with the keys and positions that lead to it.
  struct Entry {
    let keys: [String]
    let tensor: Tensor

    /// For messages.
    var name: String {
      if keys.isEmpty { return "the array" }
      return keys.allSatisfy { Int($0) != nil }
        ? "tensor \(keys.joined(separator: "."))" : keys.joined(separator: ".")
    }
  }

  let path: String
  var entries: [Entry]
  var fields: SavedFields
  /// Notes on how the file was read.
  var notes: [String] = []
}

/// The named values of a file that are no tensors: tokens, ids, what makes a score. All are read as JSON, however the
/// file spells them.
struct SavedFields {
  let path: String
  private var values: [String: JSONValue] = [:]

  init(path: String) { self.path = path }

  /// The format that this program writes.
  static let format = "bertviz-tui/1"

  /// Whether this program wrote the file: names that others may use for other things then have a known meaning.
  var isOwn: Bool { self["format"]?.string == Self.format }

  subscript(key: String) -> JSONValue? {
    get { values[key].flatMap { $0.isNull ? nil : $0 } }
    set { values[key] = newValue }
  }

  /// Takes a text, which may itself be a list or an object in JSON, as metadata of safetensors have it.
  mutating func set(_ key: String, text: String) throws(FileError) {
    let first = text.unicodeScalars.first { !$0.properties.isWhitespace }
    let isJSON = first == "[" || first == "{"
    if isJSON, let value = try? JSONDocument.parse(text, path: path).root {
      values[key] = value
    } else {
      try set(key, .string(text))
    }
  }

  mutating func set(_ key: String, _ node: JSONNode) throws(FileError) {
    // In a list, since a text alone is not JSON to every reader.
    values[key] = try JSONDocument.parse(JSONNode.list([node]).text, path: path).root.array?.first
  }

  /// A text.
  func text(_ key: String) throws(ImportError) -> String? {
    try read(key, "a text", \.string)
  }

  func integer(_ key: String) throws(ImportError) -> Int? {
    // Metadata of safetensors are texts only.
    try read(key, "a whole number") { $0.integer ?? $0.string.flatMap { Int($0) } }
  }

  func texts(_ key: String, batch: Int?) throws(ImportError) -> [String]? {
    try list(key, "a list of texts", batch: batch, \.string)
  }

  func integers(_ key: String, batch: Int?) throws(ImportError) -> [Int]? {
    try list(key, "a list of whole numbers", batch: batch, \.integer)
  }

  /// Truths, written as such or as 0 and 1.
  func flags(_ key: String, batch: Int?) throws(ImportError) -> [Bool]? {
    try list(key, "a list of truths", batch: batch) { $0.bool ?? $0.integer.map { $0 != 0 } }
  }

  /// A list, or one of a batch of lists.
  func list<Value>(
    _ key: String, _ expected: String, batch: Int?, _ convert: (JSONValue) -> Value?
  ) throws(ImportError) -> [Value]? {
    guard let value = self[key] else { return nil }
    guard var elements = value.array else { throw malformed(key, expected) }
    if !elements.isEmpty, elements.allSatisfy({ $0.array != nil }) {
      guard elements.count == 1 || batch != nil else {
        throw .batchNotChosen(path: path, name: key, count: elements.count)
      }
      let index = batch ?? 0
      guard index < elements.count, let chosen = elements[index].array else {
        throw .batchOutOfRange(path: path, batch: index, name: key, count: elements.count)
      }
      elements = chosen
    }
    let values = elements.compactMap(convert)
    guard values.count == elements.count else { throw malformed(key, expected) }
    return values
  }

  func malformed(_ key: String, _ expected: String) -> ImportError {
    .malformedField(path: path, key: key, expected: expected)
  }

  private func read<Value>(
    _ key: String, _ expected: String, _ convert: (JSONValue) -> Value?
  ) throws(ImportError) -> Value? {
    guard let value = self[key] else { return nil }
    guard let result = convert(value) else { throw malformed(key, expected) }
    return result
  }
}

extension JSONDocument {
  static func parse(_ text: String, path: String) throws(FileError) -> JSONDocument {
    try Array(text.utf8).withUnsafeBufferPointer { utf8 throws(FileError) in
      try JSONDocument(UnsafeRawBufferPointer(utf8), path: path)
    }
  }
}
