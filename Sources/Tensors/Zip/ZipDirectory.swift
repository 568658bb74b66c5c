import Files

/// The records of a zip archive, used where they lie; those that are packed can be unpacked.
///
/// Everything is taken from the directory at the archive's end and checked: each record lies in the
/// file, before the directory, and touches no other. Checksums of stored records are left alone, since they would
/// have the whole file read. Format: PKWARE's APPNOTE.TXT, sections 4.3.7 (local header), 4.3.12 (directory),
/// 4.3.14 to 4.3.16 (its end), 4.5.3 (64-bit numbers).
struct ZipDirectory {
  let records: [String: ZipRecord]

  /// - Parameter allowsPacked: Whether records may be deflated; where not, one that is throws.
  init(_ file: FileBytes, allowsPacked: Bool = false) throws(TensorError) {
    let end = try ZipEnd(file)
    var entries: [ZipEntry] = []
    var position = end.directory.lowerBound
    // Each entry takes space: however many are announced, no more are read than fit.
    while UInt64(entries.count) < end.entryCount {
      let entry = try ZipEntry(file, at: position, directory: end.directory)
      guard allowsPacked || !entry.record.isPacked else {
        throw .zipRecordPacked(path: file.path, record: entry.record.name)
      }
      position = entry.next
      entries.append(entry)
    }
    guard position == end.directory.upperBound else {
      throw .malformedZip(path: file.path, offset: position)
    }

    entries.sort { $0.extent.lowerBound < $1.extent.lowerBound }
    for (entry, next) in zip(entries, entries.dropFirst())
    where entry.extent.upperBound > next.extent.lowerBound {
      throw .zipRecordsOverlap(path: file.path, record: entry.record.name, other: next.record.name)
    }
    var records: [String: ZipRecord] = [:]
    for entry in entries
    where records.updateValue(entry.record, forKey: entry.record.name) != nil {
      throw .zipRecordTwice(path: file.path, record: entry.record.name)
    }
    self.records = records
  }
}

/// A file in a zip archive.
struct ZipRecord {
  let name: String
  /// The range of its bytes in the archive, packed or not.
  let data: Range<Int>
  /// Bytes of what was packed.
  let size: Int
  let checksum: UInt32
  /// Deflated, that is; otherwise the bytes are the file's own.
  let isPacked: Bool
}

/// The record at the end of an archive that describes its directory.
private struct ZipEnd {
  let entryCount: UInt64
  let directory: Range<Int>

  init(_ file: FileBytes) throws(TensorError) {
    let bytes = file.bytes
    guard let end = Self.find(in: bytes) else { throw .zipCutOff(path: file.path) }
    guard let disk: UInt32 = bytes.number(at: end + 4), disk == 0,
      let count: UInt16 = bytes.number(at: end + 10),
      let size: UInt32 = bytes.number(at: end + 12),
      let offset: UInt32 = bytes.number(at: end + 16)
    else { throw .malformedZip(path: file.path, offset: end) }
    var (count64, size64, offset64) = (UInt64(count), UInt64(size), UInt64(offset))
    var limit = end

    if bytes.number(at: end - 20) == 0x0706_4b50 as UInt32 {
      guard let position: UInt64 = bytes.number(at: end - 12),
        let long = Int(exactly: position), long <= end - 20,
        bytes.number(at: long) == 0x0606_4b50 as UInt32,
        let longCount: UInt64 = bytes.number(at: long + 32),
        let longSize: UInt64 = bytes.number(at: long + 40),
        let longOffset: UInt64 = bytes.number(at: long + 48)
      else { throw .malformedZip(path: file.path, offset: end - 20) }
      if count == .max { count64 = longCount }
      if size == .max { size64 = longSize }
      if offset == .max { offset64 = longOffset }
      limit = long
    }

    guard offset64 <= limit, size64 <= UInt64(limit) - offset64 else {
      throw .malformedZip(path: file.path, offset: end)
    }
    entryCount = count64
    directory = Int(offset64)..<Int(offset64 + size64)
  }

  /// The last end record whose comment, of up to 64 KB, takes what follows.
  private static func find(in bytes: UnsafeRawBufferPointer) -> Int? {
    let last = bytes.count - 22
    guard last >= 0 else { return nil }
    return (max(0, last - 0xffff)...last).last { position in
      bytes.number(at: position) == 0x0605_4b50 as UInt32
        && bytes.number(at: position + 20) == UInt16(last - position)
    }
  }
}

/// A record's entry in the directory, together with its local header.
private struct ZipEntry {
  let record: ZipRecord
  /// Header and data.
  let extent: Range<Int>
  /// The offset of the next entry.
  let next: Int

  init(_ file: FileBytes, at position: Int, directory: Range<Int>) throws(TensorError) {
    let bytes = file.bytes
    guard bytes.number(at: position) == 0x0201_4b50 as UInt32,
      let flags: UInt16 = bytes.number(at: position + 8),
      let method: UInt16 = bytes.number(at: position + 10),
      let checksum: UInt32 = bytes.number(at: position + 16),
      let packedSize: UInt32 = bytes.number(at: position + 20),
      let size: UInt32 = bytes.number(at: position + 24),
      let nameCount: UInt16 = bytes.number(at: position + 28),
      let extraCount: UInt16 = bytes.number(at: position + 30),
      let commentCount: UInt16 = bytes.number(at: position + 32),
      let header: UInt32 = bytes.number(at: position + 42)
    else { throw .malformedZip(path: file.path, offset: position) }
    let nameRange = position + 46..<position + 46 + Int(nameCount)
    let extra = nameRange.upperBound..<nameRange.upperBound + Int(extraCount)
    next = extra.upperBound + Int(commentCount)
    guard next <= directory.upperBound else {
      throw .malformedZip(path: file.path, offset: position)
    }
    let storedName = bytes[nameRange]
    let name = String(decoding: storedName, as: UTF8.self)
    guard flags & 1 == 0, method == 0 || method == 8 else {
      throw .zipRecordPacked(path: file.path, record: name)
    }

    var long = LongNumbers(bytes, extra)
    guard let size = long.widen(size), let packedSize = long.widen(packedSize),
      let header = long.widen(header), size == packedSize || method == 8
    else { throw .malformedZip(path: file.path, offset: position) }

    // The local header's sizes may be 0, with the true ones behind the data: the directory counts.
    guard header < directory.lowerBound, bytes.number(at: header) == 0x0403_4b50 as UInt32,
      bytes.number(at: header + 26) == nameCount,
      let localExtraCount: UInt16 = bytes.number(at: header + 28),
      header + 30 + storedName.count <= directory.lowerBound,
      bytes[header + 30..<header + 30 + storedName.count].elementsEqual(storedName)
    else { throw .malformedZip(path: file.path, offset: position) }
    let start = header + 30 + storedName.count + Int(localExtraCount)
    guard start <= directory.lowerBound, packedSize <= directory.lowerBound - start else {
      throw .zipRecordOutside(
        path: file.path, record: name, size: packedSize,
        available: max(0, directory.lowerBound - start))
    }
    record = ZipRecord(
      name: name, data: start..<start + packedSize, size: size, checksum: checksum,
      isPacked: method == 8)
    extent = header..<start + packedSize
  }
}

/// The numbers of an entry that 32 bits cannot hold, in the order of their fields.
private struct LongNumbers {
  private let bytes: UnsafeRawBufferPointer
  private var rest = 0..<0

  init(_ bytes: UnsafeRawBufferPointer, _ extra: Range<Int>) {
    self.bytes = bytes
    var position = extra.lowerBound
    while position + 4 <= extra.upperBound, let kind: UInt16 = bytes.number(at: position),
      let count: UInt16 = bytes.number(at: position + 2)
    {
      let end = position + 4 + Int(count)
      if kind == 1, end <= extra.upperBound { rest = position + 4..<end }
      position = end
    }
  }

  /// The number itself, or the next long one that it stands for; nil if there is none.
  mutating func widen(_ number: UInt32) -> Int? {
    guard number == .max else { return Int(number) }
    guard rest.count >= 8, let long: UInt64 = bytes.number(at: rest.lowerBound) else { return nil }
    rest = rest.lowerBound + 8..<rest.upperBound
    return Int(exactly: long)
  }
}
