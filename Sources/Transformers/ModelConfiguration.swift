import Files

/// A model's `config.json`, read key by key with the kind that each must have.
///
/// `null` counts as absent. What has no default is required.
public struct ModelConfiguration: Sendable {
  public let path: String
  /// `model_type`: the name of the architecture.
  public let modelType: String
  private let object: JSONValue

  /// Larger than any size a model has (the largest are vocabularies and positions), and so small
  /// that the product of two sizes does not overflow.
  public static let sizeLimit = 1 << 24

  public init(_ files: ModelFiles) throws {
    let file = try files.open("config.json")
    path = file.path
    object = try JSONDocument(file).root
    guard object.kind == .object else { throw TransformerError.notAnObject(path: path) }
    modelType = try Self.required("model_type", in: object, path: path, "a string", \.string)
  }

  /// A count or a length: 1 … `limit`, which is 2²⁴ for sizes that the weights bear out.
  public func size(_ key: String, limit: Int = sizeLimit) throws(TransformerError) -> Int {
    let value = try Self.required(key, in: object, path: path, "a whole number", \.integer)
    return try check(value, key, in: 1...limit)
  }

  public func size(
    _ key: String, default: Int, limit: Int = sizeLimit
  ) throws(TransformerError) -> Int {
    try integer(key, default: `default`, in: 1...limit)
  }

  /// A whole number that is no size, such as an id.
  func integer(
    _ key: String, default: Int, in range: ClosedRange<Int>
  ) throws(TransformerError) -> Int {
    guard let value = try optional(key, "a whole number", \.integer) else { return `default` }
    return try check(value, key, in: range)
  }

  /// A small constant that is added to a variance: 0 … 1.
  public func epsilon(_ key: String, default: Double) throws(TransformerError) -> Float {
    let value = try optional(key, "a number", \.number) ?? `default`
    guard (0...1).contains(value) else {
      throw .numberOutOfRange(key: key, value: value, path: path)
    }
    return Float(value)
  }

  public func string(_ key: String, default: String) throws(TransformerError) -> String {
    try optional(key, "a string", \.string) ?? `default`
  }

  public func flag(_ key: String, default: Bool) throws(TransformerError) -> Bool {
    try optional(key, "true or false", \.bool) ?? `default`
  }

  func activation(_ key: String, default: String) throws(TransformerError) -> Activation {
    let name = try string(key, default: `default`)
    guard let activation = Activation(name) else {
      throw .unknownActivation(name, key: key, path: path)
    }
    return activation
  }

  /// Refuses every value of `key` but the one that is also meant where the key is absent.
  ///
  /// - Parameter reason: Completes "this value is not supported: ".
  func require(
    _ key: String, is only: String, because reason: String
  ) throws(TransformerError) {
    let value = try string(key, default: only)
    guard value == only else {
      throw .unsupportedValue(key: key, value: "\"\(value)\"", reason: reason, path: path)
    }
  }

  func require(
    _ key: String, is only: Bool, because reason: String
  ) throws(TransformerError) {
    let value = try flag(key, default: only)
    guard value == only else {
      throw .unsupportedValue(key: key, value: "\(value)", reason: reason, path: path)
    }
  }

  func requireHeadsDivide(hiddenSize: Int, headCount: Int) throws(TransformerError) {
    guard hiddenSize.isMultiple(of: headCount) else {
      throw .headsDoNotDivide(headCount: headCount, hiddenSize: hiddenSize, path: path)
    }
  }

  private func check(
    _ value: Int, _ key: String, in range: ClosedRange<Int>
  ) throws(TransformerError) -> Int {
    guard range.contains(value) else {
      throw .integerOutOfRange(key: key, value: value, range: range, path: path)
    }
    return value
  }

  private func optional<Value>(
    _ key: String, _ expected: String, _ read: (JSONValue) -> Value?
  ) throws(TransformerError) -> Value? {
    guard let value = object[key], !value.isNull else { return nil }
    guard let result = read(value) else {
      throw .wrongKind(key: key, expected: expected, found: value.kind, path: path)
    }
    return result
  }

  private static func required<Value>(
    _ key: String, in object: JSONValue, path: String, _ expected: String,
    _ read: (JSONValue) -> Value?
  ) throws(TransformerError) -> Value {
    guard let value = object[key], !value.isNull else { throw .missingKey(key, path: path) }
    guard let result = read(value) else {
      throw .wrongKind(key: key, expected: expected, found: value.kind, path: path)
    }
    return result
  }
}
