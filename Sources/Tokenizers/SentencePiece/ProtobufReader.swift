/// The fields of a message in the wire format of protocol buffers, one after the other.
///
/// Source: protobuf.dev/programming-guides/encoding.
struct ProtobufReader {
  private var rest: Slice<UnsafeRawBufferPointer>
  /// For messages.
  private let file: String

  init(_ bytes: UnsafeRawBufferPointer, file: String) {
    rest = bytes[...]
    self.file = file
  }

  enum Value {
    case varint(UInt64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    /// A text, bytes or a message.
    case bytes(UnsafeRawBufferPointer)
  }

  /// The next field; nil at the end.
  mutating func next() throws(TokenizerError) -> (number: UInt64, value: Value)? {
    guard !rest.isEmpty else { return nil }
    let key = try varint()
    let value: Value =
      switch key & 7 {
      case 0: .varint(try varint())
      case 1: .fixed64(UInt64(littleEndian: try bytes(8).loadUnaligned(as: UInt64.self)))
      case 2: .bytes(try bytes(try varint()))
      case 5: .fixed32(UInt32(littleEndian: try bytes(4).loadUnaligned(as: UInt32.self)))
      // 3 and 4 open and close groups, which no sentencepiece model has.
      default: throw malformed
      }
    return (key >> 3, value)
  }

  var malformed: TokenizerError { .notSentencePiece(file: file) }

  private mutating func bytes(_ count: UInt64) throws(TokenizerError) -> UnsafeRawBufferPointer {
    guard count <= rest.count else { throw malformed }
    defer { rest = rest.dropFirst(Int(count)) }
    return UnsafeRawBufferPointer(rebasing: rest.prefix(Int(count)))
  }

  /// Seven bits a byte, the lowest first; the eighth bit says that more follow.
  private mutating func varint() throws(TokenizerError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst(), shift < 63 || byte <= 1 else { throw malformed }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw malformed
  }
}
