import Files

/// The type of a value of metadata, by its number in the file.
enum GGUFValueType: UInt32 {
  case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, list, uint64, int64,
    float64

  /// The fewest bytes that a value takes.
  var leastSize: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64, .string: 8
    case .list: 12
    }
  }
}

/// A walk through the header of a GGUF file, which never leaves it: what the file announces is held against what is
/// left before anything is made of it.
struct GGUFReader {
  private let bytes: UnsafeRawBufferPointer
  private let file: FileBytes
  private(set) var offset = 0

  init(_ bytes: UnsafeRawBufferPointer, in file: FileBytes) {
    self.bytes = bytes
    self.file = file
  }

  var remaining: Int { bytes.count - offset }

  /// - Parameter part: What is read, for the message that the file ends in it.
  mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type = Number.self, of part: @autoclosure () -> String
  ) throws(TensorError) -> Number {
    guard let value = bytes.number(at: offset, as: type) else { throw cutOff(in: part()) }
    offset += MemoryLayout<Number>.size
    return value
  }

  /// A count of things of which each takes at least `leastSize` bytes, so that so many can follow.
  mutating func count(leastSize: Int, of part: @autoclosure () -> String) throws(TensorError) -> Int
  {
    let announced = try number(UInt64.self, of: part())
    guard announced <= remaining / leastSize else { throw cutOff(in: part()) }
    return Int(announced)
  }

  mutating func string(of part: @autoclosure () -> String) throws(TensorError) -> String {
    String(decoding: try run(count(leastSize: 1, of: part())), as: UTF8.self)
  }

  /// - Parameter key: Whose value it is.
  mutating func value(of key: String) throws(TensorError) -> GGUFValue {
    let type = try valueType(of: key)
    guard type == .list else { return try scalar(type, of: key) }
    let elementType = try valueType(of: key)
    guard elementType != .list else { throw .nestedList(path: file.path, key: key) }
    let count = try count(leastSize: elementType.leastSize, of: key)
    let start = offset
    if elementType == .string {
      for _ in 0..<count { _ = run(try self.count(leastSize: 1, of: key)) }
    } else {
      _ = run(count * elementType.leastSize)
    }
    return .list(
      GGUFList(
        count: count, type: elementType,
        bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<offset]), owner: file))
  }

  /// - Precondition: `type` is no list.
  mutating func scalar(_ type: GGUFValueType, of key: String) throws(TensorError) -> GGUFValue {
    switch type {
    case .uint8: return .integer(Int(try number(UInt8.self, of: key)))
    case .int8: return .integer(Int(try number(Int8.self, of: key)))
    case .uint16: return .integer(Int(try number(UInt16.self, of: key)))
    case .int16: return .integer(Int(try number(Int16.self, of: key)))
    case .uint32: return .integer(Int(try number(UInt32.self, of: key)))
    case .int32: return .integer(Int(try number(Int32.self, of: key)))
    case .int64: return .integer(Int(try number(Int64.self, of: key)))
    case .uint64:
      let value = try number(UInt64.self, of: key)
      return Int(exactly: value).map(GGUFValue.integer) ?? .number(Double(value))
    case .float32: return .number(Double(Float(bitPattern: try number(of: key))))
    case .float64: return .number(Double(bitPattern: try number(of: key)))
    case .bool: return .bool(try number(UInt8.self, of: key) != 0)
    case .string: return .string(try string(of: key))
    case .list: preconditionFailure("lists are read where they lie")
    }
  }

  private mutating func valueType(of key: String) throws(TensorError) -> GGUFValueType {
    let number = try number(UInt32.self, of: key)
    guard let type = GGUFValueType(rawValue: number) else {
      throw .unknownValueType(path: file.path, key: key, type: number)
    }
    return type
  }

  /// - Precondition: So many bytes are left.
  private mutating func run(_ count: Int) -> UnsafeRawBufferPointer {
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
  }

  func cutOff(in part: String) -> TensorError { .headerCutOff(path: file.path, part: part) }
}
