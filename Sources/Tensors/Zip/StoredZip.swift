import Czlib
import Files

/// A zip archive written from front to back, its members uncompressed.
///
/// A member's checksum and size follow its bytes, since they are known only then. Format: PKWARE's
/// APPNOTE.TXT, sections 4.3.7 (local header), 4.3.9 (data descriptor), 4.3.12 and 4.3.16 (directory).
struct StoredZip {
  /// Above it an archive needs the 64-bit extension.
  static let byteLimit = Int(UInt32.max) - 1
  static let memberLimit = Int(UInt16.max) - 1

  private var offset = 0
  private var directory: [UInt8] = []
  private var memberCount = 0
  private var member = Member(name: [], start: 0)

  private struct Member {
    var name: [UInt8]
    var start: Int
    var checksum: uLong = crc32(0, nil, 0)
    var size = 0

    var result: [UInt32] { [UInt32(checksum), UInt32(size), UInt32(size)] }
  }

  mutating func begin(_ name: String, to sink: ByteSink) throws(FileError) {
    member = Member(name: Array(name.utf8), start: offset)
    var record = Record(signature: 0x0403_4b50)
    record.append16(fixedFields)
    record.append32([0, 0, 0])
    record.append16([UInt16(member.name.count), 0])
    try write(record.bytes + member.name, to: sink)
  }

  /// Adds to the member that was begun.
  mutating func append<Element: BitwiseCopyable>(
    _ values: [Element], to sink: ByteSink
  ) throws(FileError) {
    values.withUnsafeBytes {
      member.checksum = crc32_z(member.checksum, $0.baseAddress, $0.count)
      member.size += $0.count
    }
    try write(values, to: sink)
  }

  mutating func end(to sink: ByteSink) throws(FileError) {
    var record = Record(signature: 0x0807_4b50)
    record.append32(member.result)
    try write(record.bytes, to: sink)

    record = Record(signature: 0x0201_4b50)
    record.append16([20])
    record.append16(fixedFields)
    record.append32(member.result)
    record.append16([UInt16(member.name.count), 0, 0, 0, 0])
    record.append32([0, UInt32(member.start)])
    directory += record.bytes + member.name
    memberCount += 1
  }

  /// Writes the directory, the end of the archive.
  mutating func finish(to sink: ByteSink) throws(FileError) {
    var record = Record(signature: 0x0605_4b50)
    record.append16([0, 0, UInt16(memberCount), UInt16(memberCount)])
    record.append32([UInt32(directory.count), UInt32(offset)])
    record.append16([0])
    try directory.write(to: sink)
    try record.bytes.write(to: sink)
  }

  private mutating func write<Element: BitwiseCopyable>(
    _ values: [Element], to sink: ByteSink
  ) throws(FileError) {
    try values.write(to: sink)
    offset += values.count * MemoryLayout<Element>.stride
  }

  /// Version 2.0; checksum and sizes follow, name in UTF-8; stored; midnight of 1 January 1980,
  /// so that the same contents always give the same file.
  private var fixedFields: [UInt16] { [20, 1 << 3 | 1 << 11, 0, 0, 0x21] }
}

/// The fields of one record, little-endian.
private struct Record {
  var bytes: [UInt8] = []

  init(signature: UInt32) { append32([signature]) }

  mutating func append16(_ fields: [UInt16]) { appendBytes(of: fields) }
  mutating func append32(_ fields: [UInt32]) { appendBytes(of: fields) }

  private mutating func appendBytes<Field: FixedWidthInteger>(of fields: [Field]) {
    for field in fields { withUnsafeBytes(of: field.littleEndian) { bytes += $0 } }
  }
}
