/// A message in the wire format of protocol buffers, field by field.
///
/// Source: protobuf.dev/programming-guides/encoding.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ number: Int, _ contents: [UInt8]) {
    add(varint: UInt64(number << 3 | 2))
    add(varint: UInt64(contents.count))
    bytes += contents
  }

  mutating func add(_ number: Int, _ value: Float) {
    add(varint: UInt64(number << 3 | 5))
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  mutating func add(_ number: Int, _ value: Int) {
    add(varint: UInt64(number << 3))
    add(varint: UInt64(bitPattern: Int64(value)))
  }

  private mutating func add(varint: UInt64) {
    var rest = varint
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
