import Files
import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite struct GGUFFileTests {
  /// Metadata of each kind, a matrix of 1, 2, 3, 4, 5, 6 and a row of Q8_0.
  private static var builder: GGUFBuilder {
    var builder = GGUFBuilder()
    builder.add("text", "grüße")
    builder.add("count", 7)
    builder.add("share", number: 0.5)
    builder.add("truth", true)
    builder.add("words", strings: ["a", "", "ccc"])
    builder.add("scores", numbers: [1, -2.5])
    builder.add("kinds", integers: [3, -1])
    builder.addList("octets", type: 0, count: 2, [200, 3])
    builder.values.append(("negative", 11, GGUFBuilder.bytes(Int64(-5))))
    builder.values.append(("huge", 10, GGUFBuilder.bytes(UInt64.max)))
    builder.add("matrix", shape: [2, 3], [1, 2, 3, 4, 5, 6])
    builder.add(
      "blocks", shape: [1, 32], type: 8,
      GGUFBuilder.bytes(Float16(0.5).bitPattern) + (0..<32).map { UInt8(bitPattern: $0 - 16) })
    return builder
  }

  private func read(_ builder: GGUFBuilder) throws(TensorError) -> GGUFFile {
    try GGUFFile(FileBytes(builder.bytes))
  }

  @Test(arguments: [2, 3] as [UInt32], [32, 64, 1])
  func readsWhatIsThere(version: UInt32, alignment: Int) throws {
    var builder = GGUFBuilder()
    builder.alignment = alignment
    builder.version = version
    builder.add("general.alignment", UInt32(alignment))
    builder.values += Self.builder.values
    builder.add("matrix", shape: [2, 3], [1, 2, 3, 4, 5, 6])
    builder.add("vector", shape: [1], [7])
    let file = try read(builder)
    #expect(file.metadata["text"]?.string == "grüße")
    #expect(file.metadata["count"]?.integer == 7)
    #expect(file.metadata["share"]?.number == 0.5)
    #expect(file.metadata["truth"]?.bool == true)
    #expect(file.metadata["negative"]?.integer == -5)
    #expect(file.metadata["huge"]?.integer == nil)
    #expect(file.metadata["huge"]?.number == 0x1p64)
    #expect(file.metadata["words"]?.list?.strings == ["a", "", "ccc"])
    #expect(file.metadata["scores"]?.list?.numbers == [1, -2.5])
    #expect(file.metadata["kinds"]?.list?.integers == [3, -1])
    #expect(file.metadata["kinds"]?.list?.strings == nil)
    #expect(file.metadata["octets"]?.list?.octets == [200, 3])
    #expect(file.tensors["matrix"]?.shape == [2, 3])
    #expect(try file.tensors["matrix"]?.floats() == [1, 2, 3, 4, 5, 6])
    #expect(try file.tensors["vector"]?.floats() == [7])
  }

  @Test func blocksAreDecoded() throws {
    let tensor = try #require(read(Self.builder).tensors["blocks"])
    #expect(tensor.elementType.rawValue == "Q8_0")
    #expect(try tensor.floats() == (0..<32).map { Float($0 - 16) / 2 })
  }

  /// What is changed, and what is said then.
  private static let broken: [(@Sendable (inout GGUFBuilder) -> Void, TensorError)] = [
    ({ $0.version = 1 }, .unreadVersion(path: "test", version: 1)),
    ({ $0.version = 99 }, .unreadVersion(path: "test", version: 99)),
    ({ $0.version = 0x0300_0000 }, .bigEndian(path: "test")),
    (
      { $0.announcedTensorCount = 1 << 60 },
      .headerCutOff(path: "test", part: "the directory of tensors")
    ),
    ({ $0.announcedValueCount = 1 << 60 }, .headerCutOff(path: "test", part: "the metadata")),
    (
      { $0.values = [("k", 8, GGUFBuilder.bytes(UInt64(1) << 40))] },
      .headerCutOff(path: "test", part: "k")
    ),
    (
      { $0.addList("list", type: 5, count: 1 << 61, []) },
      .headerCutOff(path: "test", part: "list")
    ),
    (
      { $0.addList("list", type: 8, count: 1, GGUFBuilder.bytes(UInt64(1) << 50)) },
      .headerCutOff(path: "test", part: "list")
    ),
    ({ $0.addList("l", type: 9, count: 1, []) }, .nestedList(path: "test", key: "l")),
    (
      { $0.addList("l", type: 77, count: 1, []) },
      .unknownValueType(path: "test", key: "l", type: 77)
    ),
    ({ $0.values.append(("k", 77, [])) }, .unknownValueType(path: "test", key: "k", type: 77)),
    ({ $0.add("count", 7) }, .duplicateKey(path: "test", key: "count")),
    ({ $0.add("general.alignment", 0) }, .wrongAlignment(path: "test", found: "0")),
    ({ $0.add("general.alignment", 7) }, .wrongAlignment(path: "test", found: "7")),
    ({ $0.add("general.alignment", "x") }, .wrongAlignment(path: "test", found: "a string")),
    (
      { $0.entries[0].sizes = [UInt64](repeating: 1, count: 1000) },
      .wrongDimensionCount(path: "test", tensor: "matrix", count: 1000)
    ),
    (
      { $0.entries[0].sizes = [3, 0] },
      .emptyDimension(path: "test", tensor: "matrix", shape: [0, 3])
    ),
    (
      { $0.entries[0].sizes = [3, 1 << 62] },
      .shapeTooLarge(path: "test", tensor: "matrix", shape: [1 << 62, 3])
    ),
    (
      { $0.entries[0].type = 999 },
      .unknownElementType(path: "test", tensor: "matrix", type: "number 999 of GGUF's")
    ),
    (
      { $0.entries[0].type = 4 },
      .unknownElementType(path: "test", tensor: "matrix", type: "number 4 of GGUF's")
    ),
    (
      { $0.entries[1].sizes = [33, 1] },
      .rowNotInBlocks(
        path: "test", tensor: "blocks", type: .q80, columnCount: 33, blockSize: 32)
    ),
    (
      { $0.entries[0].offset = 8 },
      .unalignedOffset(path: "test", tensor: "matrix", offset: 8, alignment: 32)
    ),
    (
      { $0.entries[0].offset = 1 << 40 },
      .dataOutside(path: "test", tensor: "matrix", end: 1 << 40 + 24, available: 66)
    ),
    (
      { $0.entries[0].offset = UInt64.max - 31 },
      .dataOutside(path: "test", tensor: "matrix", end: Int.max, available: 66)
    ),
    (
      { $0.data.removeLast() },
      .dataOutside(path: "test", tensor: "blocks", end: 66, available: 65)
    ),
    ({ $0.entries[1].name = "matrix" }, .duplicateTensor(path: "test", tensor: "matrix")),
  ]

  @Test(arguments: broken.indices)
  func brokenFilesAreRefused(index: Int) throws {
    var builder = Self.builder
    Self.broken[index].0(&builder)
    #expect(throws: Self.broken[index].1) { try read(builder) }
  }

  @Test func whatIsNoGGUFIsRefused() {
    #expect(throws: TensorError.notGGUF(path: "test")) { try GGUFFile(FileBytes([])) }
    #expect(throws: TensorError.notGGUF(path: "test")) {
      try GGUFFile(FileBytes(Array("GGML".utf8)))
    }
    #expect(throws: TensorError.headerCutOff(path: "test", part: "the header")) {
      try GGUFFile(FileBytes(Array("GGUF".utf8)))
    }
  }

  /// Wherever a file breaks off, it is refused.
  @Test func everyBeginningIsRefused() {
    let bytes = Self.builder.bytes
    for count in 0..<bytes.count {
      #expect(throws: TensorError.self) { try GGUFFile(FileBytes(Array(bytes[..<count]))) }
    }
  }

  @Test func survivesRandomChanges() {
    let original = Self.builder.bytes
    var generator = SeededGenerator(seed: 1)
    var loadedCount = 0
    for _ in 0..<10_000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = .random(
          in: 0...255, using: &generator)
      }
      guard let file = try? GGUFFile(FileBytes(bytes)) else { continue }
      loadedCount += 1
      for tensor in file.tensors.values { _ = try? tensor.floats() }
      for value in file.metadata.values { _ = value.list?.numbers }
    }
    // Changes of the data, or of a name, do no harm.
    #expect(loadedCount > 1000)
  }

  @Test func partsAreFoundByTheirNames() throws {
    let folder = try TemporaryFolder()
    func write(_ number: Int, _ name: String, count: UInt32 = 2) throws -> String {
      var builder = GGUFBuilder()
      builder.add("split.count", count)
      builder.add(name, shape: [2], [Float(number), 2])
      let path = "\(folder.path)/m-0000\(number)-of-00002.gguf"
      try Data(builder.bytes).write(to: URL(fileURLWithPath: path))
      return path
    }
    let first = try write(1, "a")
    let secondPath = "\(folder.path)/m-00002-of-00002.gguf"
    #expect(throws: TensorError.missingShard(path: secondPath, index: first)) {
      try GGUFParts(path: first)
    }
    let second = try write(2, "b")
    for path in [first, second] {
      let parts = try GGUFParts(path: path)
      #expect(parts.path == first)
      #expect(parts.tensors.keys.sorted() == ["a", "b"])
      #expect(try parts.tensors["b"]?.floats() == [2, 2])
    }
    _ = try write(2, "a")
    #expect(throws: TensorError.duplicateTensor(path: second, tensor: "a")) {
      try GGUFParts(path: first)
    }
    _ = try write(1, "a", count: 3)
    #expect(throws: TensorError.unnamedPart(path: first, count: 3)) {
      try GGUFParts(path: first)
    }
  }
}
