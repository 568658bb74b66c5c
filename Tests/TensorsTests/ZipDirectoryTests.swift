import Files
import TestSupport
import Testing

@testable import Tensors

@Suite struct ZipDirectoryTests {
  private var zip: ZipBuilder {
    var zip = ZipBuilder()
    zip.records = [.init("a", [1, 2, 3]), .init("b/c", [4]), .init("d", [])]
    return zip
  }

  private func contents(_ bytes: [UInt8]) throws -> [String: [UInt8]] {
    try ZipDirectory(FileBytes(bytes)).records.mapValues { Array(bytes[$0.data]) }
  }

  private func failure(_ change: (inout ZipBuilder) -> Void) -> TensorError? {
    var zip = zip
    change(&zip)
    return failure(zip.bytes)
  }

  private func failure(_ bytes: [UInt8]) -> TensorError? {
    do throws(TensorError) {
      _ = try ZipDirectory(FileBytes(bytes))
      return nil
    } catch {
      return error
    }
  }

  private func isMalformed(_ change: (inout ZipBuilder) -> Void) -> Bool {
    if case .malformedZip = failure(change) { true } else { false }
  }

  @Test func findsRecords() throws {
    let expected: [String: [UInt8]] = ["a": [1, 2, 3], "b/c": [4], "d": []]
    var zip = zip
    #expect(try contents(zip.bytes) == expected)
    zip.comment = "a comment, with PK\u{5}\u{6} in it, of more than twenty letters"
    #expect(try contents(zip.bytes) == expected)
    zip.isLong = true
    #expect(try contents(zip.bytes) == expected)
    #expect(try contents(ZipBuilder().bytes) == [:])
  }

  @Test func readsWhatItsWriterWrites() throws {
    var bytes: [UInt8] = []
    let sink: ByteSink = { (piece: UnsafeRawBufferPointer) throws(FileError) in bytes += piece }
    var zip = StoredZip()
    try zip.begin("name", to: sink)
    try zip.append([7, 8] as [UInt8], to: sink)
    try zip.end(to: sink)
    try zip.finish(to: sink)
    #expect(try contents(bytes) == ["name": [7, 8]])
  }

  @Test func readsLongNumbers() throws {
    var zip = zip
    let other: [UInt8] = [0x46, 0x42, 1, 0, 0]
    let numbers = littleEndian(1 as UInt64) + littleEndian(1 as UInt64) + littleEndian(40 as UInt64)
    zip.records[1].extra = other + [1, 0, 24, 0] + numbers
    zip.records[1].size = .max
    zip.records[1].packedSize = .max
    zip.records[1].offset = .max
    #expect(try contents(zip.bytes)["b/c"] == [4])
    zip.records[1].extra = [1, 0, 16, 0] + numbers.prefix(16)
    #expect(isMalformed { $0 = zip })
    zip.records[1].extra = []
    #expect(isMalformed { $0 = zip })
    zip.records[1].extra = [1, 0, 24, 0] + numbers.dropLast(2) + [0xff, 0xff]
    #expect(isMalformed { $0 = zip })
  }

  @Test func refusesAMissingEnd() {
    let bytes = zip.bytes
    for count in 0..<bytes.count {
      #expect(failure(Array(bytes.prefix(count))) == .zipCutOff(path: "test"))
    }
  }

  @Test func refusesPackedRecords() {
    #expect(failure { $0.records[1].method = 8 } == .zipRecordPacked(path: "test", record: "b/c"))
    #expect(failure { $0.records[1].method = 9 } == .zipRecordPacked(path: "test", record: "b/c"))
    #expect(failure { $0.records[1].flags = 1 } == .zipRecordPacked(path: "test", record: "b/c"))
    #expect(failure { $0.records[1].flags = 1 << 3 } == nil)
  }

  @Test func refusesRecordsThatReachOutside() {
    #expect(
      failure { $0.records[2].size = 1 }
        == .zipRecordOutside(path: "test", record: "d", size: 1, available: 0))
    #expect(
      failure { $0.records[2].size = 0xffff_fffe }
        == .zipRecordOutside(path: "test", record: "d", size: 0xffff_fffe, available: 0))
  }

  @Test func refusesRecordsThatOverlap() {
    #expect(
      failure { $0.records[0].size = 4 }
        == .zipRecordsOverlap(path: "test", record: "a", other: "b/c"))
    #expect(
      failure {
        $0.records[2].name = "a"
        $0.records[2].offset = 0
      } == .zipRecordsOverlap(path: "test", record: "a", other: "a"))
    #expect(
      failure {
        $0.records[2].name = "a"
        $0.records[2].localName = "a"
      } == .zipRecordTwice(path: "test", record: "a"))
  }

  @Test func refusesADirectoryThatDoesNotFit() {
    #expect(isMalformed { $0.records[1].packedSize = 2 })
    #expect(isMalformed { $0.records[1].localName = "b/d" })
    #expect(isMalformed { $0.records[1].localName = "b" })
    #expect(isMalformed { $0.records[1].offset = 1 })
    #expect(isMalformed { $0.records[1].offset = 0xffff_fffe })
    for isLong in [false, true] {
      for (count, size, offset) in [(2, nil, nil), (4, nil, nil), (nil, 8, nil), (nil, nil, 8)]
        as [(UInt64?, UInt64?, UInt64?)]
      {
        #expect(
          isMalformed {
            $0.isLong = isLong
            $0.entryCount = count
            $0.directorySize = size
            $0.directoryOffset = offset
          })
      }
    }
    for huge in [1 << 40, 1 << 63, .max] as [UInt64] {
      for field in [\ZipBuilder.entryCount, \.directorySize, \.directoryOffset] {
        #expect(
          isMalformed {
            $0.isLong = true
            $0[keyPath: field] = huge
          })
      }
    }
  }
}
