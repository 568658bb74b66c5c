import Files
import Tensors

/// The metadata of a GGUF file on its model, key by key, with the kind that each value must have.
struct GGUFMetadata: Sendable {
  let path: String
  /// `general.architecture`: what the keys of the model's own begin with.
  let architecture: String
  private let values: [String: GGUFValue]

  /// - Throws: `refusedGGUF` for a file that holds no model, `missingKey`.
  init(_ parts: GGUFParts) throws(TransformerError) {
    path = parts.path
    values = parts.metadata
    if let type = values["general.type"]?.string, type != "model" {
      throw .refusedGGUF("the file holds no model but what it calls \"\(type)\"", path: path)
    }
    guard let architecture = values["general.architecture"]?.string else {
      throw .missingKey("general.architecture", path: path)
    }
    self.architecture = architecture
  }

  subscript(key: String) -> GGUFValue? { values[key] }

  /// A value of the model's own, such as `block_count`.
  func own(_ key: String) -> GGUFValue? { values[full(key)] }

  func full(_ key: String) -> String { "\(architecture).\(key)" }

  /// A count or a length: 1 … `limit`. A list with one number for each layer counts where they are all the same.
  func size(
    _ key: String, limit: Int = ModelConfiguration.sizeLimit
  ) throws(TransformerError) -> Int {
    guard let size = try optionalSize(key, limit: limit) else {
      throw .missingKey(full(key), path: path)
    }
    return size
  }

  func optionalSize(
    _ key: String, limit: Int = ModelConfiguration.sizeLimit
  ) throws(TransformerError) -> Int? {
    guard let value = own(key) else { return nil }
    var number = value.integer
    if let numbers = value.list?.integers, let first = numbers.first {
      guard numbers.allSatisfy({ $0 == first }) else {
        throw .refusedGGUF("\(full(key)) differs by layer, which is not supported", path: path)
      }
      number = first
    }
    guard let number else { throw wrongKind(full(key), "a whole number", value) }
    guard 1...limit ~= number else {
      throw .integerOutOfRange(key: full(key), value: number, range: 1...limit, path: path)
    }
    return number
  }

  func number(_ key: String) throws(TransformerError) -> Double? {
    guard let value = own(key) else { return nil }
    guard let number = value.number else { throw wrongKind(full(key), "a number", value) }
    return number
  }

  /// A number that has several names; the first one counts.
  func number(anyOf keys: String...) throws(TransformerError) -> Double? {
    for key in keys {
      if let number = try number(key) { return number }
    }
    return nil
  }

  private func wrongKind(
    _ key: String, _ expected: String, _ value: GGUFValue
  ) -> TransformerError {
    .refusedGGUF("\(key) is \(value.kind) instead of \(expected)", path: path)
  }
}
