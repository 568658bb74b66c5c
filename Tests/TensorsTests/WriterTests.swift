import Files
import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite struct WriterTests {
  private let tensors = [
    TensorSource(name: "b", shape: [2, 3], pieceCount: 2) { row in
      [0, 1, 2].map { Float(10 * row + $0) }
    },
    TensorSource(name: "a", shape: [], values: [0.5]),
    TensorSource(name: "none", shape: [0, 4], pieceCount: 0) { _ in [] },
  ]

  @Test func safetensorsAreReadBack() throws {
    let metadata = ["z": "1", "format": "quo\"te \\ \n \u{1} é 😀"]
    var bytes: [UInt8] = []
    try SafetensorsWriter.write(tensors, metadata: metadata) { bytes += $0 }
    let file = try SafetensorsFile(FileBytes(bytes))
    #expect(file.metadata == metadata)
    #expect(file.tensors.keys.sorted() == ["a", "b", "none"])
    #expect(file.tensors["b"]?.shape == [2, 3])
    #expect(try file.tensors["b"]?.floats() == [0, 1, 2, 10, 11, 12])
    #expect(try file.tensors["a"]?.floats() == [0.5])
    #expect(file.tensors["none"]?.shape == [0, 4])
    let headerLength = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    #expect(headerLength % 8 == 0)
  }

  @Test func safetensorsAppearWholeOrNotAtAll() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      component: "WriterTests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(component: "t.safetensors").path
    try SafetensorsWriter.write(tensors, metadata: [:], toFile: path)
    #expect(try SafetensorsFile(FileBytes(mapping: path)).tensors["b"]?.row(1) == [10, 11, 12])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["t.safetensors"])
    #expect(throws: FileError.self) {
      try SafetensorsWriter.write(tensors, metadata: [:], toFile: "\(folder.path)/no/t")
    }
  }

  @Test func npzHoldsArraysAndTexts() throws {
    var bytes: [UInt8] = []
    try NPZWriter.write(tensors, texts: ["tokens": "é😀", "empty": ""]) { bytes += $0 }
    let members = try zipMembers(bytes)
    #expect(members.keys.sorted() == ["a.npy", "b.npy", "empty.npy", "none.npy", "tokens.npy"])
    #expect(
      try npy(members["b.npy"])
        == (
          "{'descr': '<f4', 'fortran_order': False, 'shape': (2,3,), }",
          littleEndian(
            [
              Float(0), 1, 2, 10, 11, 12,
            ].map(\.bitPattern))
        ))
    #expect(
      try npy(members["tokens.npy"])
        == (
          "{'descr': '<U2', 'fortran_order': False, 'shape': (), }", littleEndian([0xe9, 0x1f600])
        ))
    #expect(
      try npy(members["empty.npy"])
        == ("{'descr': '<U1', 'fortran_order': False, 'shape': (), }", littleEndian([0])))
  }

  @Test func npzEndsAtFourGigabytes() {
    let large = TensorSource(name: "t", shape: [1 << 15, 1 << 15], pieceCount: 0) { _ in [] }
    #expect(throws: TensorError.tooLargeForZip) {
      try NPZWriter.write([large], texts: [:]) { _ in }
    }
  }

  private func littleEndian(_ values: [UInt32]) -> [UInt8] {
    values.flatMap { withUnsafeBytes(of: $0.littleEndian, Array.init) }
  }

  /// The description and the data of an `.npy` file.
  private func npy(_ bytes: [UInt8]?) throws -> (String, [UInt8]) {
    let bytes = try #require(bytes)
    #expect(bytes.prefix(8) == [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0])
    let length = Int(bytes[8]) | Int(bytes[9]) << 8
    #expect((10 + length) % 64 == 0 && bytes[9 + length] == UInt8(ascii: "\n"))
    let text = String(decoding: bytes[10..<10 + length], as: UTF8.self)
    return (text.trimmingCharacters(in: .whitespacesAndNewlines), Array(bytes[(10 + length)...]))
  }

  /// The members of an archive, found by its directory.
  private func zipMembers(_ bytes: [UInt8]) throws -> [String: [UInt8]] {
    func field(_ offset: Int, _ width: Int) -> Int {
      (0..<width).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }
    let end = bytes.count - 22
    #expect(field(end, 4) == 0x0605_4b50)
    var entry = field(end + 16, 4)
    #expect(entry + field(end + 12, 4) == end)
    var members: [String: [UInt8]] = [:]
    for _ in 0..<field(end + 10, 2) {
      #expect(field(entry, 4) == 0x0201_4b50)
      let nameLength = field(entry + 28, 2)
      let name = String(decoding: bytes[entry + 46..<entry + 46 + nameLength], as: UTF8.self)
      let start = field(entry + 42, 4)
      #expect(field(start, 4) == 0x0403_4b50 && field(start + 26, 2) == nameLength)
      let data = start + 30 + nameLength
      let size = field(entry + 20, 4)
      let contents = Array(bytes[data..<data + size])
      #expect(field(entry + 16, 4) == Int(checksum(contents)))
      #expect(field(data + size, 4) == 0x0807_4b50)
      #expect(field(data + size + 4, 4) == field(entry + 16, 4))
      members[name] = contents
      entry += 46 + nameLength
    }
    return members
  }

  /// CRC-32, bit by bit.
  private func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { state, byte in
      (0..<8).reduce(state ^ UInt32(byte)) { state, _ in
        state >> 1 ^ (state & 1 == 1 ? 0xedb8_8320 : 0)
      }
    }
  }
}
