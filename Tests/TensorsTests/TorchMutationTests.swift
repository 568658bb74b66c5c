import Files
import TestSupport
import Testing

@testable import Tensors

/// However a file is broken, it loads or throws, and no tensor reaches outside it or its copy.
@Suite struct TorchMutationTests {
  @Test(arguments: ["archive", "stack", "nested-protocol2"])
  func survivesRandomChanges(_ name: String) throws {
    let file = try FileBytes(mapping: Fixtures.path("torch/\(name).bin"))
    let original = withExtendedLifetime(file) { Array(file.bytes) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: original.count, alignment: 16)
    defer { buffer.deallocate() }
    var generator = SeededGenerator(seed: 1)
    var (loadedCount, copiedCount) = (0, 0)
    for round in 0..<4000 {
      buffer.copyBytes(from: original)
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        let position = Int.random(in: 0..<original.count, using: &generator)
        buffer[position] =
          Bool.random(using: &generator)
          ? UInt8.random(in: 0...255, using: &generator)
          : buffer[position] ^ 1 << UInt8.random(in: 0..<8, using: &generator)
      }
      let count =
        round.isMultiple(of: 4)
        ? Int.random(in: 0...original.count, using: &generator) : original.count
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      guard let file = try? TorchFile(FileBytes(name: "test", static: bytes)) else { continue }
      loadedCount += 1
      for tensor in file.tensors.values where !tensor.bytes.isEmpty {
        let start = try #require(tensor.bytes.baseAddress) - (try #require(bytes.baseAddress))
        if start >= 0, start < count {
          #expect(start + tensor.bytes.count <= count)
        } else {
          copiedCount += 1
        }
        // Reads every byte.
        _ = tensor.bytes.reduce(0, ^)
      }
    }
    // Changes of the data, of padding or of checksums do no harm.
    #expect(loadedCount > 1000)
    #expect(loadedCount < 4000)
    #expect(name.hasPrefix("nested") || copiedCount > 0)
  }
}
