import Files

/// A file by `torch.save` or `pickle.dump`, of any form: dictionaries and lists of tensors, arrays of NumPy's, texts and
/// whole numbers.
///
/// Structures in a pickle may be shared or contain themselves, so only as much is visited as files of people have.
public struct TorchTree: Sendable {
  /// The values without parts, with the keys and positions that lead to them.
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
    let isPlain = file.bytes.first == 0x80 && !file.bytes.starts(with: TorchContents.stackSignature)
    let contents = isPlain ? try TorchContents(plain: file) : try TorchContents(file)
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
      case .array(let index):
        guard let array = pickle.heap.arrays[index] else { break }
        try visit(array, at: keys)
      case .none, .bool, .global, .storage, .bytes, .arrayType, .opaque:
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

    private mutating func visit(
      _ array: PickledArray, at keys: [String]
    ) throws(TensorError) {
      let name = keys.isEmpty ? "the array" : "array " + keys.joined(separator: ".")
      // Arrays in an array are a list of them.
      if array.shape.count == 1, case .objects(let list) = array.contents {
        try visit(pickle.heap.lists[list][...], at: keys)
        return
      }
      let read = try reader.read(array, name: name)
      switch read.contents {
      case .numbers(let tensor):
        guard tensor.shape.isEmpty, let number = tensor.integers?.first else {
          leaves.append(Leaf(path: keys, value: .tensor(tensor)))
          return
        }
        leaves.append(Leaf(path: keys, value: .integer(number)))
      case .texts(let texts):
        visitCount += texts.count
        let width = read.shape.count == 2 ? max(1, read.shape[1]) : nil
        for (index, text) in texts.enumerated() {
          let place =
            width.map { ["\(index / $0)", "\(index % $0)"] }
            ?? (read.shape.isEmpty ? [] : ["\(index)"])
          leaves.append(Leaf(path: keys + place, value: .text(text)))
        }
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
