import Files
import TestSupport
import Testing

@testable import Tensors

/// However a file is broken, it loads or throws, and no tensor reaches outside it.
@Suite struct MutationTests {
  @Test func survivesRandomChanges() throws {
    let original = SafetensorsBuilder().bytes
    var generator = SeededGenerator(seed: 1)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: original.count, alignment: 16)
    defer { buffer.deallocate() }
    var loadedCount = 0
    for _ in 0..<20_000 {
      buffer.copyBytes(from: original)
      var count = original.count
      if Bool.random(using: &generator) {
        count = Int.random(in: 0...count, using: &generator)
      }
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        buffer[Int.random(in: 0..<original.count, using: &generator)] =
          UInt8.random(in: 0...255, using: &generator)
      }
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      guard let file = try? SafetensorsFile(FileBytes(name: "test", static: bytes)) else {
        continue
      }
      loadedCount += 1
      for tensor in file.tensors.values where !tensor.bytes.isEmpty {
        let start = try #require(tensor.bytes.baseAddress) - (try #require(bytes.baseAddress))
        #expect(start >= 8 && start + tensor.bytes.count <= bytes.count)
        _ = try? tensor.floats()
      }
    }
    // Changes of the data, or of a name, do no harm.
    #expect(loadedCount > 1000)
  }
}
