import Files

/// All weights of a model, whether they lie in one file or in several.
///
/// Looked for in this order: `model.safetensors`, then `model.safetensors.index.json`, whose
/// `weight_map` says which file ("shard") of the same folder holds which tensor; then in the same way
/// `pytorch_model.bin` and its index.
public struct Checkpoint: Sendable {
  /// The file that was opened, the index of several; for messages.
  public let path: String
  private let tensors: [String: Tensor]

  public init(_ files: ModelFiles) throws(TensorError) {
    for format in Format.allCases {
      if let file = try files.findWeights(format.file) {
        path = file.path
        tensors = try format.read(file)
        return
      }
      if let file = try files.findWeights(format.index) {
        path = file.path
        tensors = try Self.readShards(of: file, format, in: files)
        return
      }
    }
    throw .noWeights(
      location: files.location,
      lookedFor: Format.allCases.flatMap { [$0.file, $0.index] })
  }

  /// The tensors of an adapter in PEFT's layout: those of `adapter_model.safetensors`, or else of `adapter_model.bin`.
  public init(adapter files: ModelFiles) throws(TensorError) {
    for format in Format.allCases {
      guard let file = try files.findWeights(format.adapterFile) else { continue }
      path = file.path
      tensors = try format.read(file)
      return
    }
    throw .noWeights(
      location: files.location, lookedFor: Format.allCases.map(\.adapterFile))
  }

  /// The names under which weights are looked for: in one file, or else in several that an index names.
  public static var fileNames: [(file: String, index: String)] {
    Format.allCases.map { ($0.file, $0.index) }
  }

  /// The names of all tensors, sorted.
  public var names: [String] { tensors.keys.sorted() }

  public subscript(name: String) -> Tensor? { tensors[name] }

  private static func readShards(
    of index: FileBytes, _ format: Format, in files: ModelFiles
  ) throws(TensorError) -> [String: Tensor] {
    let document = try TensorError.wrapping { () throws(FileError) in try JSONDocument(index) }
    guard let map = document.root["weight_map"]?.object else {
      throw .malformedIndex(path: index.path, tensor: nil)
    }
    var shards: [String: [String: Tensor]] = [:]
    var tensors: [String: Tensor] = [:]
    for member in map {
      guard let shardName = member.value.string else {
        throw .malformedIndex(path: index.path, tensor: member.name)
      }
      if shards[shardName] == nil {
        guard let file = try files.findWeights(shardName) else {
          throw .missingShard(path: files.path(of: shardName), index: index.path)
        }
        shards[shardName] = try format.read(file)
      }
      guard let tensor = shards[shardName]?[member.name] else {
        throw .missingFromShard(
          tensor: member.name, shard: files.path(of: shardName), index: index.path)
      }
      tensors[member.name] = tensor
    }
    return tensors
  }
}

/// The ways weights are stored, the preferred one first.
private enum Format: String, CaseIterable {
  case safetensors = "model.safetensors"
  case torch = "pytorch_model.bin"

  var file: String { rawValue }
  var index: String { "\(rawValue).index.json" }
  var adapterFile: String {
    self == .safetensors ? "adapter_model.safetensors" : "adapter_model.bin"
  }

  func read(_ file: FileBytes) throws(TensorError) -> [String: Tensor] {
    switch self {
    case .safetensors: try SafetensorsFile(file).tensors
    case .torch: try TorchFile(file).tensors
    }
  }
}

extension ModelFiles {
  fileprivate func findWeights(_ name: String) throws(TensorError) -> FileBytes? {
    try TensorError.wrapping { () throws(FileError) in try find(name) }
  }
}
