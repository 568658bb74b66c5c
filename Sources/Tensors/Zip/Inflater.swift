import Czlib
import Files

/// Unpacks the records of one archive, within bounds: a few bytes can be packed so that they announce any number.
struct Inflater {
  private let file: FileBytes
  /// Bytes that may still be unpacked. Attention shrinks to a half or a tenth, rarely to less.
  private var allowance: Int

  static let ratioLimit = 64
  static let freeBytes = 1 << 26

  init(_ file: FileBytes) {
    self.file = file
    allowance = file.bytes.count * Self.ratioLimit + Self.freeBytes
  }

  mutating func unpack(_ record: ZipRecord) throws(TensorError) -> FileBytes {
    guard record.size <= allowance else {
      throw .zipRecordTooLarge(path: file.path, record: record.name, size: record.size)
    }
    allowance -= record.size
    try TensorError.wrapping { () throws(FileError) in
      try FileError.requireRoom(record.size, for: record.name, of: file.path)
    }
    let packed = UnsafeRawBufferPointer(rebasing: file.bytes[record.data])
    let path = file.path
    return try FileBytes(name: path, count: record.size) { target throws(TensorError) in
      guard Self.inflate(packed, to: target),
        UInt32(crc32_z(0, target.baseAddress, target.count)) == record.checksum
      else { throw .malformedPackedRecord(path: path, record: record.name) }
    }
  }

  /// Raw deflate (RFC 1951). Whether `packed` fills `target` and ends there.
  private static func inflate(
    _ packed: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer
  ) -> Bool {
    var stream = z_stream()
    guard
      inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return false }
    defer { inflateEnd(&stream) }
    // The fields that count bytes are too small for large files: both sides go in pieces.
    let pieceLimit = 1 << 30
    var (read, written) = (0, 0)
    while true {
      let input = UnsafeRawBufferPointer(
        rebasing: packed[read..<min(packed.count, read + pieceLimit)])
      let output = UnsafeMutableRawBufferPointer(
        rebasing: target[written..<min(target.count, written + pieceLimit)])
      stream.next_in = UnsafeMutablePointer(
        mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.avail_out = UInt32(output.count)
      let status = Czlib.inflate(&stream, Z_NO_FLUSH)
      let (readCount, writtenCount) = (
        input.count - Int(stream.avail_in), output.count - Int(stream.avail_out)
      )
      read += readCount
      written += writtenCount
      if status == Z_STREAM_END { return read == packed.count && written == target.count }
      guard status == Z_OK, readCount + writtenCount > 0 else { return false }
    }
  }
}
