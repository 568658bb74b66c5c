import Files
import Tensors

extension SavedContents {
  init(safetensors file: FileBytes) throws {
    let contents = try SafetensorsFile(file)
    self.init(
      path: file.path,
      entries: contents.tensors.map { Entry(keys: [$0.key], tensor: $0.value) },
      fields: SavedFields(path: file.path))
    for (key, text) in contents.metadata { try fields.set(key, text: text) }
    try moveNumbersToFields()
  }

  init(npz file: FileBytes) throws {
    self.init(path: file.path, entries: [], fields: SavedFields(path: file.path))
    let arrays: [NPYArray]
    do throws(TensorError) {
      arrays = try NPZFile(file).arrays
    } catch {
      if case .unsupportedNPYType(_, let array, let type) = error, Self.textNames.contains(array) {
        throw ImportError.notTexts(path: file.path, key: array, type: type)
      }
      throw error
    }
    for array in arrays { try add(array) }
    try moveNumbersToFields()
  }

  /// Arrays whose elements are tokens.
  private static let textNames =
    SavedTokens.Side.encoder.tokenKeys + SavedTokens.Side.decoder.tokenKeys

  init(npy file: FileBytes) throws {
    self.init(path: file.path, entries: [], fields: SavedFields(path: file.path))
    let array = try NPYArray(file)
    guard case .numbers(let tensor) = array.contents else {
      throw ImportError.noAttention(path: file.path, names: [])
    }
    entries = [Entry(keys: [], tensor: tensor)]
  }

  init(torch file: FileBytes) throws {
    self.init(path: file.path, entries: [], fields: SavedFields(path: file.path))
    var lists: [[String]: [JSONNode]] = [:]
    let leaves: [TorchTree.Leaf]
    do throws(TensorError) {
      leaves = try TorchTree(file).leaves
    } catch {
      if case .refusedGlobal(_, let name) = error,
        ["transformers.", "transformer_lens."].contains(where: name.hasPrefix)
      {
        throw ImportError.wholeOutput(path: file.path, name: name)
      }
      throw error
    }
    for leaf in leaves {
      let node: JSONNode
      switch leaf.value {
      case .tensor(let tensor):
        entries.append(Entry(keys: leaf.path, tensor: tensor))
        continue
      case .text(let text): node = .string(text)
      case .integer(let number): node = .integer(number)
      }
      if leaf.path.count == 1 {
        try fields.set(leaf.path[0], node)
      } else {
        lists[leaf.path.dropLast(), default: []].append(node)
      }
    }
    // Lists of tokens, or lists of these for a batch.
    var batches: [String: [Int: JSONNode]] = [:]
    for (keys, nodes) in lists {
      if keys.count == 1 {
        try fields.set(keys[0], .list(nodes))
      } else if keys.count == 2, let position = Int(keys[1]) {
        batches[keys[0], default: [:]][position] = .list(nodes)
      }
    }
    for (key, rows) in batches {
      try fields.set(key, .list(rows.sorted { $0.key < $1.key }.map(\.value)))
    }
    try moveNumbersToFields()
  }

  private mutating func add(_ array: NPYArray) throws {
    switch array.contents {
    case .numbers(let tensor):
      entries.append(Entry(keys: [array.name], tensor: tensor))
    case .texts(let texts):
      if array.shape.isEmpty, let text = texts.first {
        try fields.set(array.name, text: text)
      } else if array.shape.count == 2 {
        let width = max(1, array.shape[1])
        let rows = stride(from: 0, to: texts.count, by: width).map {
          JSONNode.list(texts[$0..<$0 + width].map { .string($0) })
        }
        try fields.set(array.name, .list(rows))
      } else {
        try fields.set(array.name, .list(texts.map { .string($0) }))
      }
    }
  }

  /// More than a batch of texts has tokens.
  private static let numberLimit = 1 << 22

  /// Whole numbers in up to two dimensions are ids and the like, not attention.
  private mutating func moveNumbersToFields() throws {
    for entry in entries where entry.keys.count == 1 && entry.tensor.shape.count <= 2 {
      guard !TensorName(entry.keys).isAttention, entry.tensor.elementCount <= Self.numberLimit,
        let numbers = entry.tensor.integers
      else {
        continue
      }
      let nodes = numbers.map { JSONNode.integer($0) }
      switch entry.tensor.shape.count {
      case 0: try fields.set(entry.keys[0], nodes[0])
      case 1: try fields.set(entry.keys[0], .list(nodes))
      default:
        let width = max(1, entry.tensor.shape[1])
        try fields.set(
          entry.keys[0],
          .list(
            stride(from: 0, to: nodes.count, by: width).map { .list(Array(nodes[$0..<$0 + width])) }
          ))
      }
    }
    entries.removeAll { $0.keys.count == 1 && fields[$0.keys[0]] != nil }
  }
}
