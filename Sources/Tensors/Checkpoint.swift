import Files

/// All weights of a model, whether they lie in one file or in several.
///
/// Looked for in this order: `model.safetensors`, then `model.safetensors.index.json`, whose
/// `weight_map` says which file ("shard") of the same folder holds which tensor.
public struct Checkpoint: Sendable {
  /// The file that was opened, the index of several; for messages.
  public let path: String
  private let tensors: [String: Tensor]

  private static let single = "model.safetensors"
  private static let index = "model.safetensors.index.json"
  private static let unsupported = ["pytorch_model.bin", "pytorch_model.bin.index.json"]

  public init(_ files: ModelFiles) throws(TensorError) {
    if let file = try files.findWeights(Self.single) {
      path = file.path
      tensors = try SafetensorsFile(file).tensors
    } else if let file = try files.findWeights(Self.index) {
      path = file.path
      tensors = try Self.readShards(of: file, in: files)
    } else {
      for name in Self.unsupported where try files.findWeights(name) != nil {
        throw .unsupportedFormat(path: files.path(of: name))
      }
      throw .noWeights(
        location: files.location, lookedFor: [Self.single, Self.index] + Self.unsupported)
    }
  }

  /// The names of all tensors, sorted.
  public var names: [String] { tensors.keys.sorted() }

  public subscript(name: String) -> Tensor? { tensors[name] }

  private static func readShards(
    of index: FileBytes, in files: ModelFiles
  ) throws(TensorError) -> [String: Tensor] {
    let document = try TensorError.wrapping { () throws(FileError) in try JSONDocument(index) }
    guard let map = document.root["weight_map"]?.object else {
      throw .malformedIndex(path: index.path, tensor: nil)
    }
    var shards: [String: SafetensorsFile] = [:]
    var tensors: [String: Tensor] = [:]
    for member in map {
      guard let shardName = member.value.string else {
        throw .malformedIndex(path: index.path, tensor: member.name)
      }
      if shards[shardName] == nil {
        guard let file = try files.findWeights(shardName) else {
          throw .missingShard(path: files.path(of: shardName), index: index.path)
        }
        shards[shardName] = try SafetensorsFile(file)
      }
      guard let tensor = shards[shardName]?.tensors[member.name] else {
        throw .missingFromShard(
          tensor: member.name, shard: files.path(of: shardName), index: index.path)
      }
      tensors[member.name] = tensor
    }
    return tensors
  }
}

extension ModelFiles {
  fileprivate func findWeights(_ name: String) throws(TensorError) -> FileBytes? {
    try TensorError.wrapping { () throws(FileError) in try find(name) }
  }
}
