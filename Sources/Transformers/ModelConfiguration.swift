import Files

/// A model's `config.json`, read key by key with the kind that each must have.
///
/// `null` counts as absent. What has no default is required.
public struct ModelConfiguration: Sendable {
  public let path: String
  /// `model_type`: the name of the architecture.
  public let modelType: String
  /// From where the type is known, if the file does not say it in so many words, such as "architectures".
  public let modelTypeSource: String?
  /// The kind of a larger model of which this is the text side; nil for others.
  public let wholeType: String?
  private let object: JSONValue
  /// Of a text side: the configuration of the whole, and what its own part may leave out.
  private let whole: (root: JSONValue, defaults: JSONValue)?
  /// Precedes keys in messages: where in the file the object stands, such as `rope_scaling.`.
  private let scope: String
  /// `generation_config.json`: what newer models say there rather than here.
  private let generation: (root: JSONValue, path: String)?
  /// Whether an adapter lies beside the model.
  let hasAdapter: Bool

  /// Larger than any size a model has (the largest are vocabularies and positions), and so small
  /// that the product of two sizes does not overflow.
  public static let sizeLimit = 1 << 24

  public static let fileName = "config.json"
  /// Of use where it is there.
  public static let generationFileName = "generation_config.json"

  /// - Parameter modelType: What kind of model it is, whatever the file says.
  public init(_ files: ModelFiles, modelType: String? = nil) throws {
    let file = try files.open(Self.fileName)
    path = file.path
    let root = try JSONDocument(file, allowingNonFinite: true).root
    guard root.kind == .object else { throw TransformerError.notAnObject(path: path) }
    let type: String
    (type, modelTypeSource) = try Self.modelType(of: root, given: modelType, path: path)
    if let usual = TextSide.wholes[type] {
      let part = root["text_config"].flatMap { $0.kind == .object ? $0 : nil }
      let side = TextSide(part?["model_type"]?.string ?? usual)
      let defaults = try Array(side.defaults.utf8).withUnsafeBytes {
        try JSONDocument($0, path: file.path).root
      }
      object = part ?? root
      scope = part == nil ? "" : "text_config."
      whole = (root, defaults)
      wholeType = type
      self.modelType = side.type
    } else {
      object = root
      scope = ""
      whole = nil
      wholeType = nil
      self.modelType = TextSide(type).type
    }
    hasAdapter = try files.find(AdapterSettings.fileName) != nil
    generation = try files.find(Self.generationFileName).map { file in
      (try JSONDocument(file, allowingNonFinite: true).root, file.path)
    }
  }

  private static func modelType(
    of object: JSONValue, given: String?, path: String
  ) throws(TransformerError) -> (type: String, source: String?) {
    if let given { return (given, nil) }
    if let value = object["model_type"], !value.isNull {
      guard let type = value.string else {
        throw .wrongKind(key: "model_type", expected: "a string", found: value.kind, path: path)
      }
      return (type, nil)
    }
    let names = object["architectures"]?.array?.compactMap(\.string) ?? []
    for name in names {
      if let type = ModelRegistry.modelType(ofClass: name) { return (type, "architectures") }
    }
    guard names.isEmpty, let type = ModelRegistry.modelType(ofKeysIn: object) else {
      throw .noModelType(path: path)
    }
    return (type, "keys")
  }

  private init(_ object: JSONValue, at key: String, in whole: ModelConfiguration) {
    path = whole.path
    modelType = whole.modelType
    modelTypeSource = whole.modelTypeSource
    wholeType = whole.wholeType
    self.object = object
    self.whole = nil
    scope = "\(whole.scope)\(key)."
    hasAdapter = whole.hasAdapter
    generation = nil
  }

  /// Whether there is such a key, be it with the value `null`.
  func contains(_ key: String) -> Bool { member(key) != nil }

  /// The object at `key`, read by the same rules.
  func object(_ key: String) throws(TransformerError) -> ModelConfiguration? {
    let value = try optional(key, "an object") { $0.kind == .object ? $0 : nil }
    return value.map { ModelConfiguration($0, at: key, in: self) }
  }

  /// A count or a length: 1 … `limit`, which is 2²⁴ for sizes that the weights bear out.
  public func size(_ key: String, limit: Int = sizeLimit) throws(TransformerError) -> Int {
    guard let value = try optional(key, "a whole number", \.integer) else {
      throw .missingKey(scope + key, path: path)
    }
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

  /// A size that has several names; the first one counts.
  func size(anyOf keys: String...) throws(TransformerError) -> Int {
    for key in keys {
      if let size = try optionalSize(key) { return size }
    }
    throw .missingKey(scope + keys[0], path: path)
  }

  /// A size that `null` switches off, such as a window's, and that takes a default only where the key is absent.
  func optionalSize(_ key: String, default: Int? = nil) throws(TransformerError) -> Int? {
    guard contains(key) else { return `default` }
    guard let value = try optional(key, "a whole number", \.integer) else { return nil }
    return try check(value, key, in: 1...Self.sizeLimit)
  }

  /// A number above 0, or nil if there is none.
  func positive(_ key: String) throws(TransformerError) -> Double? {
    guard let value = try optional(key, "a number", \.number) else { return nil }
    return try checkPositive(key, value)
  }

  /// A number, or nil if there is none.
  func number(_ key: String) throws(TransformerError) -> Double? {
    try optional(key, "a number", \.number)
  }

  func positive(_ key: String, default: Double) throws(TransformerError) -> Double {
    try positive(key) ?? `default`
  }

  func requiredPositive(_ key: String) throws(TransformerError) -> Double {
    guard let value = try positive(key) else { throw .missingKey(scope + key, path: path) }
    return value
  }

  /// A list of `count` numbers above 0.
  func positives(_ key: String, count: Int) throws(TransformerError) -> [Double] {
    let values = try list(key, "a list of numbers", \.number)
    guard let values else { throw .missingKey(scope + key, path: path) }
    guard values.count == count else {
      throw .wrongCount(key: scope + key, expected: count, found: values.count, path: path)
    }
    for value in values { _ = try checkPositive(key, value) }
    return values
  }

  /// A list of numbers, or nil if there is none.
  func numbers(_ key: String) throws(TransformerError) -> [Double]? {
    try list(key, "a list of numbers", \.number)
  }

  /// A list of whole numbers, or nil if there is none.
  func integers(_ key: String) throws(TransformerError) -> [Int]? {
    try list(key, "a list of whole numbers", \.integer)
  }

  /// A list of strings, or nil if there is none.
  func strings(_ key: String) throws(TransformerError) -> [String]? {
    try list(key, "a list of strings", \.string)
  }

  /// Names in a list, or in one string with bars between them; none if there is no such key.
  ///
  /// - Parameter reason: Completes "this value is not supported: ", for a name that is not `known`.
  func names(
    _ key: String, known: Set<String>, because reason: String
  ) throws(TransformerError) -> Set<String> {
    let names =
      try optional(key, "a list of strings, or one string") { value -> [String]? in
        if let string = value.string { return string.split(separator: "|").map(String.init) }
        guard let elements = value.array else { return nil }
        let names = elements.compactMap(\.string)
        return names.count == elements.count ? names : nil
      } ?? []
    let trimmed = names.map { $0.lowercased().filter { $0 != " " } }
    if let name = trimmed.first(where: { !known.contains($0) }) {
      throw unsupported(key, value: "\"\(name)\"", because: reason)
    }
    return Set(trimmed)
  }

  /// A small constant that is added to a variance: 0 … 1.
  public func epsilon(_ key: String, default: Double) throws(TransformerError) -> Float {
    let value = try optional(key, "a number", \.number) ?? `default`
    guard (0...1).contains(value) else {
      throw .numberOutOfRange(key: scope + key, value: value, path: path)
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
      throw .unknownActivation(name, key: scope + key, path: path)
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
      throw unsupported(key, value: "\"\(value)\"", because: reason)
    }
  }

  func require(
    _ key: String, is only: Bool, because reason: String
  ) throws(TransformerError) {
    let value = try flag(key, default: only)
    guard value == only else {
      throw unsupported(key, value: "\(value)", because: reason)
    }
  }

  /// The error for a value that is known and not supported.
  func unsupported(
    _ key: String, value: String, because reason: String
  ) -> TransformerError {
    .unsupportedValue(key: scope + key, value: value, reason: reason, path: path)
  }

  func requireHeadsDivide(hiddenSize: Int, headCount: Int) throws(TransformerError) {
    guard hiddenSize.isMultiple(of: headCount) else {
      throw .headsDoNotDivide(headCount: headCount, hiddenSize: hiddenSize, path: path)
    }
  }

  /// A setting of text generation, from the file of its own or from here; nil if neither has it.
  func generationSetting<Value>(
    _ key: String, _ expected: String, _ read: (JSONValue) -> Value?
  ) throws(TransformerError) -> Value? {
    guard let generation, let value = generation.root[key], !value.isNull else {
      return try optional(key, expected, read)
    }
    guard let result = read(value) else {
      throw .wrongKind(key: key, expected: expected, found: value.kind, path: generation.path)
    }
    return result
  }

  /// The whole file.
  var root: JSONValue { whole?.root ?? object }

  /// Any JSON; of a text side also what stands with the whole.
  func value(_ key: String) -> JSONValue? { object[key] ?? whole?.root[key] }

  private func member(_ key: String) -> JSONValue? {
    // Files of some versions have this with the part, of others with the whole.
    if key == "tie_word_embeddings", let value = whole?.root[key], value.bool == true {
      return value
    }
    return object[key] ?? whole?.defaults[key]
  }

  private func checkPositive(_ key: String, _ value: Double) throws(TransformerError) -> Double {
    guard value > 0 else {
      throw .numberNotPositive(key: scope + key, value: value, path: path)
    }
    return value
  }

  private func list<Value>(
    _ key: String, _ expected: String, _ read: (JSONValue) -> Value?
  ) throws(TransformerError) -> [Value]? {
    try optional(key, expected) { value in
      guard let elements = value.array else { return nil }
      let values = elements.compactMap(read)
      return values.count == elements.count ? values : nil
    }
  }

  private func check(
    _ value: Int, _ key: String, in range: ClosedRange<Int>
  ) throws(TransformerError) -> Int {
    guard range.contains(value) else {
      throw .integerOutOfRange(key: scope + key, value: value, range: range, path: path)
    }
    return value
  }

  private func optional<Value>(
    _ key: String, _ expected: String, _ read: (JSONValue) -> Value?
  ) throws(TransformerError) -> Value? {
    guard let value = member(key), !value.isNull else { return nil }
    guard let result = read(value) else {
      throw .wrongKind(key: scope + key, expected: expected, found: value.kind, path: path)
    }
    return result
  }
}
