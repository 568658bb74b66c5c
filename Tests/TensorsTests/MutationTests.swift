import Files
import TestSupport
import Testing

@testable import Tensors

/// However a file is broken, it loads or throws, and no tensor reaches outside it.
@Suite struct MutationTests {
  /// Splitmix64: the same mutations in every run.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }

  @Test func survivesRandomChanges() throws {
    let original = SafetensorsBuilder().bytes
    var generator = Generator(state: 1)
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
