import Files

/// A value of a GGUF file's metadata.
public enum GGUFValue: Sendable {
  case integer(Int)
  /// A floating-point number, or an integer above `Int.max`.
  case number(Double)
  case bool(Bool)
  /// Bytes that are no UTF-8 are replaced.
  case string(String)
  case list(GGUFList)

  public var integer: Int? { if case .integer(let value) = self { value } else { nil } }
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  public var string: String? { if case .string(let value) = self { value } else { nil } }
  public var list: GGUFList? { if case .list(let value) = self { value } else { nil } }

  /// An integer or a floating-point number.
  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// A name for the kind of value, for messages.
  public var kind: String {
    switch self {
    case .integer: "a whole number"
    case .number: "a number with a fraction"
    case .bool: "true or false"
    case .string: "a string"
    case .list: "a list"
    }
  }
}

/// A list of a GGUF file's metadata, read where it lies: all elements of one type, none of them a list.
public struct GGUFList: Sendable {
  public let count: Int
  /// The bytes of the elements, which are known to hold `count` of them.
  private nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
  private let type: GGUFValueType
  private let owner: FileBytes

  init(count: Int, type: GGUFValueType, bytes: UnsafeRawBufferPointer, owner: FileBytes) {
    self.count = count
    self.type = type
    self.bytes = bytes
    self.owner = owner
  }

  /// The strings; nil for a list of something else.
  public var strings: [String]? { type == .string ? values.compactMap(\.string) : nil }

  /// The whole numbers; nil for a list of something else, or where one is above `Int.max`.
  public var integers: [Int]? { complete(values.compactMap(\.integer)) }

  /// The numbers; nil for a list of something else.
  public var numbers: [Double]? { complete(values.compactMap(\.number)) }

  /// The truths; nil for a list of something else.
  public var bools: [Bool]? { complete(values.compactMap(\.bool)) }

  /// The bytes of a list of bytes; nil for a list of something else.
  public var octets: [UInt8]? {
    type == .uint8 || type == .int8 ? withExtendedLifetime(owner) { Array(bytes) } : nil
  }

  private func complete<Value>(_ values: [Value]) -> [Value]? {
    values.count == count ? values : nil
  }

  private var values: [GGUFValue] {
    withExtendedLifetime(owner) {
      var reader = GGUFReader(bytes, in: owner)
      return (0..<count).compactMap { _ in try? reader.scalar(type, of: "") }
    }
  }
}
