import Files
import TestSupport
import Testing

@testable import Tensors

@Suite struct CheckpointTests {
  private func checkpoint(_ files: [String: [UInt8]]) throws(TensorError) -> Checkpoint {
    try Checkpoint(
      ModelFiles(
        builtIn: "model",
        files: Dictionary(
          uniqueKeysWithValues: files.map { ($0, FileBytes(name: "model/\($0)", $1)) })))
  }

  private func failure(_ files: [String: [UInt8]]) -> TensorError? {
    do throws(TensorError) {
      _ = try checkpoint(files)
      return nil
    } catch {
      return error
    }
  }

  private let index = "model.safetensors.index.json"
  private var first: [UInt8] { SafetensorsBuilder().bytes }
  private var second: [UInt8] {
    var builder = SafetensorsBuilder()
    builder.entries = [.init("bias", "F32", "[6]", 0, 24)]
    return builder.bytes
  }

  @Test func readsOneFile() throws {
    let checkpoint = try checkpoint(["model.safetensors": first])
    #expect(checkpoint.path == "model/model.safetensors")
    #expect(checkpoint.names == ["matrix", "vector"])
    #expect(try checkpoint["vector"]?.floats() == [5, 6])
    #expect(checkpoint["bias"] == nil)
  }

  @Test func readsShards() throws {
    let map = #"{"metadata":{},"weight_map":{"matrix":"a","vector":"a","bias":"b"}}"#
    let checkpoint = try checkpoint([index: Array(map.utf8), "a": first, "b": second])
    #expect(checkpoint.path == "model/model.safetensors.index.json")
    #expect(checkpoint.names == ["bias", "matrix", "vector"])
    #expect(try checkpoint["bias"]?.floats() == [1, 2, 3, 4, 5, 6])
    #expect(try checkpoint["vector"]?.floats() == [5, 6])
  }

  @Test func readsAdapters() throws {
    func adapter(_ files: [String: [UInt8]]) throws(TensorError) -> Checkpoint {
      try Checkpoint(
        adapter: ModelFiles(
          builtIn: "lora", files: files.mapValues { FileBytes(name: "lora/file", $0) }))
    }
    let torch = torchArchive(PickledValue.dictionary([("t", tensor)]))
    #expect(try adapter(["adapter_model.bin": torch]).names == ["t"])
    let both = try adapter(["adapter_model.bin": torch, "adapter_model.safetensors": first])
    #expect(both.names == ["matrix", "vector"])
    #expect(
      throws: TensorError.noWeights(
        location: "lora", lookedFor: ["adapter_model.safetensors", "adapter_model.bin"])
    ) { try adapter(["model.safetensors": first]) }
  }

  @Test func refusesABrokenIndex() {
    func failure(_ map: String) -> TensorError? {
      self.failure([index: Array(map.utf8), "a": first])
    }
    let path = "model/\(index)"
    #expect(
      failure(#"{"weight_map":{"matrix":"a","bias":"b"}}"#)
        == .missingShard(path: "model/b", index: path))
    #expect(
      failure(#"{"weight_map":{"matrix":"a","bias":"a"}}"#)
        == .missingFromShard(tensor: "bias", shard: "model/a", index: path))
    #expect(
      failure(#"{"weight_map":{"matrix":"../other/a"}}"#)
        == .file(.leavesFolder(name: "../other/a", folder: "model")))
    #expect(
      failure(#"{"weight_map":{"matrix":1}}"#) == .malformedIndex(path: path, tensor: "matrix"))
    #expect(failure(#"{"weight_map":[]}"#) == .malformedIndex(path: path, tensor: nil))
  }

  @Test func saysWhereItLooked() {
    #expect(
      failure([:])?.description
        == "model: no weights: looked for model.safetensors, model.safetensors.index.json, "
        + "pytorch_model.bin, pytorch_model.bin.index.json")
  }

  private var tensor: [UInt8] {
    PickledValue.tensor(PickledValue.storage(count: 6), shape: [6], strides: [1])
  }

  @Test func readsShardsOfTorch() throws {
    let map = #"{"weight_map":{"bias":"a","vector":"b"}}"#
    let index = "pytorch_model.bin.index.json"
    let checkpoint = try checkpoint([
      index: Array(map.utf8),
      "a": torchArchive(PickledValue.dictionary([("bias", tensor), ("unused", tensor)])),
      "b": StackBuilder(value: PickledValue.dictionary([("vector", tensor)])).bytes,
    ])
    #expect(checkpoint.path == "model/\(index)")
    #expect(checkpoint.names == ["bias", "vector"])
    #expect(try checkpoint["vector"]?.floats() == [1, 2, 3, 4, 5, 6])
  }

  @Test func prefersSafetensors() throws {
    let map = #"{"weight_map":{"matrix":"a"}}"#
    let torch = ["pytorch_model.bin": torchArchive(PickledValue.dictionary([("t", tensor)]))]
    #expect(try checkpoint(torch).names == ["t"])
    #expect(
      try checkpoint(torch.merging([index: Array(map.utf8), "a": first]) { $1 }).names
        == ["matrix"])
    #expect(
      try checkpoint(torch.merging(["model.safetensors": first]) { $1 }).names
        == ["matrix", "vector"])
  }
}
