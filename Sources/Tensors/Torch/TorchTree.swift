import Files

/// What `torch.save` wrote, of any form: dictionaries and lists of tensors, texts and whole numbers.
///
/// Structures in a pickle may be shared or contain themselves, so only as much is visited as files of people have.
public struct TorchTree: Sendable {
  /// What has no parts, with the keys and positions that lead to it.
  public struct Leaf: Sendable {
    public let path: [String]
    public let value: Value
  }

  public enum Value: Sendable {
    case tensor(Tensor)
    case text(String)
    case integer(Int)
  }

  /// In the order of the file.
  public let leaves: [Leaf]

  static let depthLimit = 6
  static let visitLimit = 100_000

  public init(_ file: FileBytes) throws(TensorError) {
    let contents = try TorchContents(file)
    var walk = Walk(
      pickle: contents.pickle, reader: TorchTensorReader(contents, in: file), path: file.path)
    try walk.visit(contents.pickle.root, at: [])
    leaves = walk.leaves
  }

  private struct Walk {
    let pickle: Pickle
    var reader: TorchTensorReader
    let path: String
    var leaves: [Leaf] = []
    var visitCount = 0

    mutating func visit(_ value: PickleValue, at keys: [String]) throws(TensorError) {
      visitCount += 1
      guard visitCount <= visitLimit, keys.count <= depthLimit else {
        throw .pickleTooNested(path: path)
      }
      switch value {
      case .tensor(let index):
        let name = keys.isEmpty ? "the tensor" : keys.joined(separator: ".")
        leaves.append(
          Leaf(path: keys, value: .tensor(try reader.read(pickle.heap.tensors[index], name: name))))
      case .text(let range):
        guard let text = pickle.reader.name(range) else { return }
        leaves.append(Leaf(path: keys, value: .text(text)))
      case .integer(let number):
        leaves.append(Leaf(path: keys, value: .integer(number)))
      case .tuple(let range):
        try visit(pickle.heap.elements[range], at: keys)
      case .list(let index):
        try visit(pickle.heap.lists[index][...], at: keys)
      case .dictionary(let index):
        for (key, value) in pickle.heap.dictionaries[index] {
          guard let name = name(of: key) else { continue }
          try visit(value, at: keys + [name])
        }
      case .none, .bool, .global, .storage, .opaque:
        break
      }
    }

    private mutating func visit(
      _ values: ArraySlice<PickleValue>, at keys: [String]
    ) throws(TensorError) {
      for (position, value) in values.enumerated() {
        try visit(value, at: keys + ["\(position)"])
      }
    }

    private func name(of key: PickleValue) -> String? {
      switch key {
      case .text(let range): pickle.reader.name(range)
      case .integer(let number): "\(number)"
      default: nil
      }
    }
  }
}
