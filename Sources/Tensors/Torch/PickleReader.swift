import Files

/// The bytes of a pickle, read from front to back.
struct PickleReader {
  let file: FileBytes
  /// Of the next byte, from the start of the file.
  private(set) var position: Int
  private let end: Int

  /// Longer names are not decoded: some texts are looked at many times.
  private static let nameLimit = 1024
  /// A file can have terabytes without a newline.
  private static let lineLimit = 1 << 16

  init(_ file: FileBytes, in range: Range<Int>) {
    self.file = file
    position = range.lowerBound
    end = range.upperBound
  }

  var path: String { file.path }

  mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
    as type: Number.Type = Number.self
  ) throws(TensorError) -> Number {
    let range = try take(MemoryLayout<Number>.size)
    guard let number: Number = file.bytes.number(at: range.lowerBound) else {
      throw .pickleCutOff(path: path)
    }
    return number
  }

  /// The next `count` bytes.
  mutating func take(_ count: Int) throws(TensorError) -> Range<Int> {
    guard count <= end - position else { throw .pickleCutOff(path: path) }
    defer { position += count }
    return position..<position + count
  }

  /// Bytes that follow their own number.
  mutating func takeCounted<Count: FixedWidthInteger & BitwiseCopyable & UnsignedInteger>(
    by type: Count.Type
  ) throws(TensorError) -> Range<Int> {
    try take(Int(clamping: number(as: Count.self)))
  }

  /// The bytes up to the end of the line, which is passed over.
  mutating func takeLine() throws(TensorError) -> Range<Int> {
    let line = file.bytes[position..<end].prefix(Self.lineLimit)
    guard let newline = line.firstIndex(of: UInt8(ascii: "\n")) else {
      throw .pickleCutOff(path: path)
    }
    defer { position = newline + 1 }
    return position..<newline
  }

  /// A name that was read; nil if it is longer than any real one.
  func name(_ range: Range<Int>) -> String? {
    guard range.count <= Self.nameLimit else { return nil }
    return String(decoding: file.bytes[range], as: UTF8.self)
  }

  /// The two's complement number in `range`; nil if it has more than 64 bits.
  func integer(_ range: Range<Int>) -> Int? {
    guard range.count <= 8 else { return nil }
    var bits = file.bytes[range].last.map { $0 >= 0x80 } == true ? -1 : 0
    for byte in file.bytes[range].reversed() { bits = bits << 8 | Int(byte) }
    return bits
  }
}
