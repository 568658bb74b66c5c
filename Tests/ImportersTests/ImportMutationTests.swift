import Attention
import Files
import Foundation
import TestSupport
import Testing

@testable import Importers

/// However a file is broken, it is read or refused: no crash, no hang, nothing for the terminal in a message.
@Suite struct ImportMutationTests {
  static let files = [
    "layers.safetensors", "bfloat16.safetensors", "deflated.npz", "stored.npz", "fortran.npy",
    "tuple.pt", "dictionary.pt", "stack.pth", "bertviz_1_0.json", "model_view.html",
    "attention_heads.html", "tensor2tensor.json", "encoder_decoder.pt",
  ]

  @Test(arguments: files)
  func survivesRandomChanges(_ name: String) throws {
    let original = try FileBytes(mapping: Fixtures.path("saved/\(name)")).contents
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: original.count, alignment: 16)
    defer { buffer.deallocate() }
    var generator = SeededGenerator(seed: 5)
    var (readCount, refusedCount) = (0, 0)
    for round in 0..<150 {
      buffer.copyBytes(from: original)
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        // Most of a file are numbers: half of the changes go where the rest stands.
        let limit =
          Bool.random(using: &generator) ? original.count : min(1500, original.count)
        let position = Int.random(in: 0..<limit, using: &generator)
        buffer[position] =
          Bool.random(using: &generator)
          ? UInt8.random(in: 0...255, using: &generator)
          : buffer[position] ^ 1 << UInt8.random(in: 0..<8, using: &generator)
      }
      let count =
        round.isMultiple(of: 4)
        ? Int.random(in: 0...original.count, using: &generator) : original.count
      let file = FileBytes(
        name: "test", static: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      do {
        let record = try AttentionFile.read(file, ImportOptions())
        readCount += 1
        for stack in record.stacks {
          for layer in stack.layers { _ = layer.row(head: 0, query: 0) }
        }
      } catch {
        refusedCount += 1
        #expect("\(error)".hasPrefix("test"), "\(error)")
      }
    }
    #expect(readCount > 10)
    #expect(refusedCount > 10)
  }
}
