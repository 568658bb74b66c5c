import Files
import TestSupport
import Testing

@testable import Tensors

@Suite struct NPYArrayTests {
  private func read(_ builder: NPYBuilder) throws -> NPYArray {
    try NPYArray(FileBytes(builder.bytes))
  }

  private func numbers(_ builder: NPYBuilder) throws -> [Float] {
    guard case .numbers(let tensor) = try read(builder).contents else { return [] }
    return try tensor.floats()
  }

  private func texts(_ builder: NPYBuilder) throws -> [String] {
    guard case .texts(let texts) = try read(builder).contents else { return [] }
    return texts
  }

  private func failure(_ builder: NPYBuilder) -> TensorError? {
    do throws(TensorError) {
      _ = try NPYArray(FileBytes(builder.bytes))
      return nil
    } catch {
      return error
    }
  }

  private func failure(header: String) -> TensorError? {
    var builder = NPYBuilder()
    builder.header = header
    return failure(builder)
  }

  private let malformed = TensorError.malformedNPY(path: "test", array: "the array")

  @Test func readsNumbersWhereTheyLie() throws {
    #expect(try read(NPYBuilder()).shape == [2, 3])
    #expect(try numbers(NPYBuilder()) == [1, 2, 3, 4, 5, 6])
    for version in [2, 3] as [UInt8] {
      var builder = NPYBuilder()
      builder.version = version
      #expect(try numbers(builder) == [1, 2, 3, 4, 5, 6])
    }
    #expect(try numbers(NPYBuilder("<f2", "(2,)", [0, 0x3C, 0, 0xC0])) == [1, -2])
    #expect(
      try numbers(NPYBuilder("<f8", "()", littleEndian((0.25 as Double).bitPattern))) == [0.25])
    #expect(try read(NPYBuilder("<f4", "(0, 7)", [])).shape == [0, 7])
  }

  @Test func putsColumnsInOrder() throws {
    #expect(
      try numbers(NPYBuilder("<f4", "(2, 3)", isFortran: true, floats(6))) == [1, 3, 5, 2, 4, 6])
    #expect(
      try numbers(NPYBuilder("<f4", "(6,)", isFortran: true, floats(6))) == [1, 2, 3, 4, 5, 6])
  }

  @Test func readsTexts() throws {
    let scalars = ["é", "\0", "🙂", "b"].flatMap { littleEndian(Unicode.Scalar($0)!.value) }
    #expect(try texts(NPYBuilder("<U2", "(2,)", scalars)) == ["é", "🙂b"])
    #expect(try texts(NPYBuilder("<U1", "(1,)", littleEndian(0xD800 as UInt32))) == ["\u{FFFD}"])
    #expect(try texts(NPYBuilder("<U0", "(2,)", [])) == [])
  }

  @Test func readsWholeNumbers() throws {
    let bytes = littleEndian(-3 as Int64) + littleEndian(1 << 40 as Int64)
    guard case .numbers(let tensor) = try read(NPYBuilder("<i8", "(2,)", bytes)).contents else {
      Issue.record("no numbers")
      return
    }
    #expect(tensor.integers == [-3, 1 << 40])
    #expect(throws: TensorError.self) { try tensor.floats() }
  }

  @Test func refusesOtherTypesByName() {
    for type in [">f4", "<f16", "|V2", "|S3", "<M8[ns]", "<Ux", "<U-1"] {
      #expect(
        failure(NPYBuilder(type, "(1,)", [0, 0]))
          == .unsupportedNPYType(path: "test", array: "the array", type: type))
    }
    #expect(
      failure(NPYBuilder("|O", "(1,)", []))?.description
        == "test: the array holds Python objects; save it with a plain dtype, such as float32")
    #expect(
      failure(header: "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,)}")
        == .unsupportedNPYType(path: "test", array: "the array", type: "[('a', '<f4')]"))
  }

  @Test func refusesWhatDoesNotFit() {
    #expect(
      failure(NPYBuilder("<f4", "(2, 4)", floats(6)))
        == .sizeMismatch(path: "test", tensor: "the array", shape: [2, 4], expected: 32, found: 24))
    #expect(
      failure(NPYBuilder("<f4", "(4611686018427387904, 4)", []))
        == .shapeTooLarge(
          path: "test", tensor: "the array", shape: [4_611_686_018_427_387_904, 4]))
  }

  @Test(arguments: [
    "", "{", "{}", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (6,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-6,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (6}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), 'more': 1}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (6,)} and more",
    "{'descr': '<f4, 'fortran_order': False, 'shape': (6,)}", "{'descr': [",
  ])
  func refusesHeadersThatMakeNoSense(_ header: String) {
    #expect(failure(header: header) == malformed)
  }

  @Test func refusesWhatIsCutOff() {
    let bytes = NPYBuilder().bytes
    for count in 0..<bytes.count - 24 {
      #expect(throws: malformed) { try NPYArray(FileBytes(Array(bytes.prefix(count)))) }
    }
    #expect(throws: TensorError.self) { try NPYArray(FileBytes(bytes.dropLast())) }
  }
}

@Suite struct NPZFileTests {
  private func failure(_ record: ZipBuilder.Record) -> TensorError? {
    var zip = ZipBuilder()
    zip.records = [record]
    do throws(TensorError) {
      _ = try NPZFile(FileBytes(zip.bytes))
      return nil
    } catch {
      return error
    }
  }

  @Test func readsStoredAndPackedArrays() throws {
    var zip = ZipBuilder()
    zip.records = [
      .packed("b.npy", NPYBuilder().bytes), .init("a.npy", NPYBuilder().bytes),
      .init("other.txt", [1]), .packed("c.npy", NPYBuilder("<f4", "(0,)", []).bytes),
    ]
    let arrays = try NPZFile(FileBytes(zip.bytes)).arrays
    #expect(arrays.map(\.name) == ["a", "b", "c"])
    for array in arrays.prefix(2) {
      guard case .numbers(let tensor) = array.contents else { continue }
      #expect(try tensor.floats() == [1, 2, 3, 4, 5, 6])
    }
  }

  @Test func readsWhatItsWriterWrites() throws {
    var bytes: [UInt8] = []
    try NPZWriter.write(
      [TensorSource(name: "x", shape: [3], values: [1, 2, 3])], texts: ["t": "é\n", "e": ""],
      to: { (piece: UnsafeRawBufferPointer) throws(FileError) in bytes += piece })
    let arrays = try NPZFile(FileBytes(bytes)).arrays
    #expect(arrays.map(\.name) == ["e", "t", "x"])
    guard case .texts(let text) = arrays[1].contents else { return }
    #expect(text == ["é\n"])
  }

  @Test func refusesWhatIsNotWhatTheDirectorySays() {
    let array = NPYBuilder().bytes
    let broken = TensorError.malformedPackedRecord(path: "test", record: "a.npy")
    #expect(failure(.packed("a.npy", array)) == nil)
    for size in [0, 1, array.count - 1, array.count + 1] {
      var record = ZipBuilder.Record.packed("a.npy", array)
      record.size = UInt32(size)
      #expect(failure(record) == broken)
    }
    var record = ZipBuilder.Record.packed("a.npy", array)
    record.checksum ^= 1
    #expect(failure(record) == broken)
    record = .packed("a.npy", array)
    record.bytes.append(0)
    record.packedSize = UInt32(record.bytes.count)
    #expect(failure(record) == broken)
    record.bytes = [0xFF, 0xFF, 0xFF]
    record.packedSize = 3
    #expect(failure(record) == broken)
    record = .packed("a.npy", array)
    record.method = 12
    #expect(
      failure(record)?.description
        == "test: a.npy is encrypted, or compressed in a way that is not read")
  }

  @Test func refusesToUnpackWithoutEnd() {
    var record = ZipBuilder.Record.packed("a.npy", NPYBuilder().bytes)
    record.size = 0x7fff_ffff
    #expect(
      failure(record)
        == .zipRecordTooLarge(path: "test", record: "a.npy", size: 0x7fff_ffff))
  }

  @Test(arguments: ["stored", "packed"])
  func survivesRandomChanges(_ kind: String) throws {
    var zip = ZipBuilder()
    let texts = ["é", "\0", "🙂", "b"].flatMap { littleEndian(Unicode.Scalar($0)!.value) }
    for (name, array) in [
      ("x.npy", NPYBuilder()), ("t.npy", NPYBuilder("<U2", "(2,)", texts)),
      ("f.npy", NPYBuilder("<f4", "(2, 3)", isFortran: true, floats(6))),
    ] {
      zip.records.append(
        kind == "stored" ? .init(name, array.bytes) : .packed(name, array.bytes))
    }
    let original = zip.bytes
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: original.count, alignment: 16)
    defer { buffer.deallocate() }
    var generator = SeededGenerator(seed: 3)
    var loadedCount = 0
    for _ in 0..<5000 {
      buffer.copyBytes(from: original)
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        buffer[Int.random(in: 0..<original.count, using: &generator)] =
          UInt8.random(in: 0...255, using: &generator)
      }
      let count =
        Bool.random(using: &generator)
        ? original.count : Int.random(in: 0...original.count, using: &generator)
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      guard let file = try? NPZFile(FileBytes(name: "test", static: bytes)) else { continue }
      loadedCount += 1
      for case .numbers(let tensor) in file.arrays.map(\.contents) { _ = try? tensor.floats() }
    }
    #expect((500..<5000).contains(loadedCount))
  }
}
