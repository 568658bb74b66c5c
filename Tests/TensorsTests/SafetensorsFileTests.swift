import Files
import TestSupport
import Testing

@testable import Tensors

@Suite struct SafetensorsFileTests {
  typealias Entry = SafetensorsBuilder.Entry

  private func failure(_ change: (inout SafetensorsBuilder) -> Void) -> TensorError? {
    var builder = SafetensorsBuilder()
    change(&builder)
    return TensorsTests.failure(reading: builder.bytes)
  }

  @Test func readsTensorsAndMetadata() throws {
    let file = try SafetensorsFile(FileBytes(SafetensorsBuilder().bytes))
    #expect(file.metadata == ["format": "pt"])
    #expect(Set(file.tensors.keys) == ["matrix", "vector"])
    let matrix = try #require(file.tensors["matrix"])
    #expect(matrix.shape == [2, 2])
    #expect(try matrix.floats() == [1, 2, 3, 4])
    #expect(try matrix.row(1) == [3, 4])
    #expect(try file.tensors["vector"]?.row(0) == [5])
  }

  @Test func readsWhatNoLayerUses() throws {
    var builder = SafetensorsBuilder()
    builder.entries += [
      Entry("flag", "BOOL", "[1]", 24, 25), Entry("byte", "U8", "[3]", 25, 28),
      Entry("ids", "I64", "[1,1]", 28, 36), Entry("empty", "F32", "[0,7]", 36, 36),
      Entry("scalar", "F32", "[]", 36, 40), Entry("eighth", "F8_E4M3", "[2]", 40, 42),
    ]
    builder.data += [UInt8](repeating: 0, count: 18)
    let file = try SafetensorsFile(FileBytes(builder.bytes))
    #expect(file.tensors["ids"]?.elementType == .int64)
    #expect(try file.tensors["empty"]?.floats() == [])
    #expect(try file.tensors["scalar"]?.floats() == [0])
    #expect(throws: TensorError.notFloatingPoint(path: "test", tensor: "ids", type: .int64)) {
      try file.tensors["ids"]?.floats()
    }
    #expect(
      throws: TensorError.notFloatingPoint(path: "test", tensor: "eighth", type: .float8E4M3)
    ) { try file.tensors["eighth"]?.floats() }
  }

  @Test func widensEveryFloat() throws {
    // 1.5, -2 and the smallest subnormal of each format.
    let cases: [(type: String, width: Int, bits: [UInt64], values: [Float])] = [
      ("F16", 2, [0x3e00, 0xc000, 0x0001], [1.5, -2, 0x1p-24]),
      ("BF16", 2, [0x3fc0, 0xc000, 0x0001], [1.5, -2, 0x1p-133]),
      ("F64", 8, [0x3ff8 << 48, 0xc000 << 48, 1], [1.5, -2, 0]),
    ]
    for (type, width, bits, values) in cases {
      var builder = SafetensorsBuilder()
      builder.entries = [Entry("t", type, "[3]", 0, 3 * width)]
      builder.data = bits.flatMap {
        withUnsafeBytes(of: $0.littleEndian) { Array($0.prefix(width)) }
      }
      let file = try SafetensorsFile(FileBytes(builder.bytes))
      #expect(try file.tensors["t"]?.floats() == values)
    }
  }

  @Test(arguments: [0, 7]) func refusesAFileWithoutLength(_ count: Int) {
    #expect(
      TensorsTests.failure(reading: [UInt8](repeating: 0, count: count))
        == .headerLength(path: "test", announced: nil, available: 0))
  }

  @Test func refusesCutOffData() {
    #expect(
      failure { $0.data.removeLast(4) }
        == .dataOutside(path: "test", tensor: "vector", end: 24, available: 20))
  }

  @Test(arguments: [0x7fff_ffff_ffff_ffff, .max, 100_000_001])
  func refusesAHugeHeader(_ length: UInt64) {
    let builder = SafetensorsBuilder()
    let available = builder.bytes.count - 8
    #expect(
      failure { $0.announcedLength = length }
        == .headerLength(path: "test", announced: length, available: available))
  }

  @Test func refusesAHeaderThatBreaksOff() {
    let length = UInt64(SafetensorsBuilder().header.utf8.count - 64)
    guard case .file(.notJSON) = failure({ $0.announcedLength = length }) else {
      Issue.record()
      return
    }
  }

  @Test func refusesAHeaderThatIsNotUTF8() {
    let header = Array(SafetensorsBuilder().header.utf8).map { $0 == UInt8(ascii: "m") ? 0xff : $0 }
    guard
      case .file(.notJSON) = TensorsTests.failure(
        reading: SafetensorsBuilder().bytes(header: header))
    else {
      Issue.record()
      return
    }
  }

  @Test func refusesAHeaderThatIsNoObject() {
    #expect(
      TensorsTests.failure(reading: SafetensorsBuilder().bytes(header: Array("[]".utf8)))
        == .headerNotAnObject(path: "test"))
  }

  @Test func refusesAnErrorPage() {
    let page = Array("<!DOCTYPE html><html><body>404 Not Found</body></html>".utf8)
    #expect(
      TensorsTests.failure(reading: page)
        == .headerLength(path: "test", announced: 0x5059_5443_4f44_213c, available: page.count - 8))
  }

  @Test func refusesOverlapAndHole() {
    #expect(
      failure { $0.entries[1] = Entry("vector", "F32", "[2]", 8, 16) }
        == .dataNotContiguous(path: "test", tensor: "vector", begin: 8, expected: 16))
    #expect(
      failure {
        $0.entries[1] = Entry("vector", "F32", "[2]", 20, 28)
        $0.data += [0, 0, 0, 0]
      } == .dataNotContiguous(path: "test", tensor: "vector", begin: 20, expected: 16))
    #expect(failure { $0.data.append(0) } == .dataLeftOver(path: "test", end: 24, available: 25))
  }

  @Test func refusesOffsetsOutsideTheFile() {
    #expect(
      failure { $0.entries[1] = Entry("vector", "F32", "[1026]", 16, 4120) }
        == .dataOutside(path: "test", tensor: "vector", end: 4120, available: 24))
    let huge = Int.max
    #expect(
      failure { $0.entries[1] = Entry("vector", "U8", "[\(huge - 16)]", 16, huge) }
        == .dataOutside(path: "test", tensor: "vector", end: huge, available: 24))
  }

  @Test(
    arguments: [
      "[24,16]", "[-8,0]", "[16]", "[16,24,32]", "[16.0,24]", "[16,\"24\"]", "{}", "null",
    ]
  ) func refusesMalformedOffsets(_ offsets: String) {
    let entry = Entry("vector", json: #"{"dtype":"F32","shape":[2],"data_offsets":\#(offsets)}"#)
    #expect(
      failure { $0.entries[1] = entry }
        == .malformedEntry(path: "test", tensor: "vector", member: "data_offsets"))
  }

  @Test(arguments: ["[-2]", "[2.0]", "2", "[\"2\"]", "[99999999999999999999]"])
  func refusesMalformedShapes(_ shape: String) {
    #expect(
      failure { $0.entries[1] = Entry("vector", "F32", shape, 16, 24) }
        == .malformedEntry(path: "test", tensor: "vector", member: "shape"))
  }

  @Test func refusesAShapeOfAnotherSize() {
    #expect(
      failure { $0.entries[1] = Entry("vector", "F32", "[3]", 16, 24) }
        == .sizeMismatch(path: "test", tensor: "vector", shape: [3], expected: 12, found: 8))
  }

  @Test func refusesAShapeBeyondCounting() {
    let size = 4_294_967_296
    #expect(
      failure { $0.entries[1] = Entry("vector", "F32", "[\(size),\(size),16]", 16, 24) }
        == .shapeTooLarge(path: "test", tensor: "vector", shape: [size, size, 16]))
  }

  @Test func refusesUnknownTypes() {
    #expect(
      failure { $0.entries[1] = Entry("vector", "F12", "[2]", 16, 24) }
        == .unknownElementType(path: "test", tensor: "vector", type: "F12"))
  }

  @Test func refusesMissingMembers() {
    for (json, member) in [
      (#"{"dtype":"F32","shape":[2]}"#, "data_offsets"),
      (#"{"dtype":"F32","data_offsets":[16,24]}"#, "shape"),
      (#"{"shape":[2],"data_offsets":[16,24]}"#, "dtype"), ("7", "dtype"),
    ] {
      #expect(
        failure { $0.entries[1] = Entry("vector", json: json) }
          == .malformedEntry(path: "test", tensor: "vector", member: member))
    }
  }

  @Test func refusesTwoTensorsOfOneName() {
    #expect(
      failure { $0.entries[1].name = "matrix" } == .duplicateTensor(path: "test", tensor: "matrix"))
  }

  @Test func refusesMetadataThatIsNotText() {
    #expect(failure { $0.metadata = "[]" } == .malformedMetadata(path: "test", key: nil))
    #expect(
      failure { $0.metadata = #"{"a":1}"# } == .malformedMetadata(path: "test", key: "a"))
  }
}
