/// A file in GGUF made of its parts, each of which can be made wrong.
public struct GGUFBuilder {
  public struct Entry {
    public var name: String
    /// The innermost size first.
    public var sizes: [UInt64]
    public var type: UInt32
    public var offset: UInt64

    public init(_ name: String, sizes: [UInt64], type: UInt32, offset: UInt64) {
      self.name = name
      self.sizes = sizes
      self.type = type
      self.offset = offset
    }
  }

  public var version: UInt32 = 3
  public var alignment = 32
  /// Keys, each with the type and the bytes of its value.
  public var values: [(key: String, type: UInt32, bytes: [UInt8])] = []
  public var entries: [Entry] = []
  public var data: [UInt8] = []
  /// Announced instead of the counts.
  public var announcedTensorCount: UInt64?
  public var announcedValueCount: UInt64?

  public init() {}

  public mutating func add(_ key: String, _ value: String) {
    values.append((key, 8, Self.string(value)))
  }

  public mutating func add(_ key: String, _ value: UInt32) {
    values.append((key, 4, Self.bytes(value)))
  }

  public mutating func add(_ key: String, number value: Float) {
    values.append((key, 6, Self.bytes(value.bitPattern)))
  }

  public mutating func add(_ key: String, _ value: Bool) {
    values.append((key, 7, [value ? 1 : 0]))
  }

  public mutating func add(_ key: String, strings list: [String]) {
    addList(key, type: 8, count: UInt64(list.count), list.flatMap(Self.string))
  }

  public mutating func add(_ key: String, numbers list: [Float]) {
    addList(key, type: 6, count: UInt64(list.count), list.flatMap { Self.bytes($0.bitPattern) })
  }

  public mutating func add(_ key: String, integers list: [Int32]) {
    addList(key, type: 5, count: UInt64(list.count), list.flatMap(Self.bytes))
  }

  public mutating func addList(_ key: String, type: UInt32, count: UInt64, _ bytes: [UInt8]) {
    values.append((key, 9, Self.bytes(type) + Self.bytes(count) + bytes))
  }

  /// - Parameter shape: The outermost size first.
  public mutating func add(_ name: String, shape: [Int], type: UInt32, _ bytes: [UInt8]) {
    data += [UInt8](repeating: 0, count: padding(of: data.count))
    entries.append(
      Entry(
        name, sizes: shape.reversed().map(UInt64.init), type: type, offset: UInt64(data.count)))
    data += bytes
  }

  public mutating func add(_ name: String, shape: [Int], _ floats: [Float]) {
    add(name, shape: shape, type: 0, floats.flatMap { Self.bytes($0.bitPattern) })
  }

  public var bytes: [UInt8] {
    var bytes = Array("GGUF".utf8) + Self.bytes(version)
    bytes += Self.bytes(announcedTensorCount ?? UInt64(entries.count))
    bytes += Self.bytes(announcedValueCount ?? UInt64(values.count))
    for value in values { bytes += Self.string(value.key) + Self.bytes(value.type) + value.bytes }
    for entry in entries {
      bytes += Self.string(entry.name) + Self.bytes(UInt32(entry.sizes.count))
      bytes += entry.sizes.flatMap(Self.bytes) + Self.bytes(entry.type) + Self.bytes(entry.offset)
    }
    return bytes + [UInt8](repeating: 0, count: padding(of: bytes.count)) + data
  }

  private func padding(of count: Int) -> Int { (alignment - count % alignment) % alignment }

  public static func string(_ text: String) -> [UInt8] {
    bytes(UInt64(text.utf8.count)) + Array(text.utf8)
  }

  public static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian, Array.init)
  }
}
