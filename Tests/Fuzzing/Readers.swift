import Attention
import Files
import Tensors

@testable import Importers

/// Files that hold numbers.
enum Readers {
  static func json(_ file: FileBytes) throws {
    var values = [try JSONDocument(file).root]
    while let value = values.popLast() {
      _ = (value.bool, value.integer, value.number, value.string)
      if let elements = value.array { values += elements }
      if let members = value.object { values += members.map(\.value) }
    }
  }

  static func safetensors(_ file: FileBytes) throws {
    try SafetensorsFile(file).tensors.values.forEach(read)
  }

  static func gguf(_ file: FileBytes) throws {
    let contents = try GGUFFile(file)
    for value in contents.metadata.values {
      _ = (value.string, value.list?.strings, value.list?.numbers, value.list?.octets)
    }
    contents.tensors.values.forEach(read)
  }

  static func numpy(_ file: FileBytes) throws {
    let isArchive = file.bytes.starts(with: "PK".utf8)
    for array in try isArchive ? NPZFile(file).arrays : [NPYArray(file)] {
      if case .numbers(let tensor) = array.contents { read(tensor) }
    }
  }

  static func torch(_ file: FileBytes) throws {
    // Two readers of the same file: one may take what the other refuses.
    let tree = Result { try TorchTree(file) }
    try TorchFile(file).tensors.values.forEach(read)
    for leaf in try tree.get().leaves {
      if case .tensor(let tensor) = leaf.value { read(tensor) }
    }
  }

  /// Saved attention in any format, pages and notebooks too.
  static func attention(_ file: FileBytes) throws {
    let record = try AttentionFile.read(file, ImportOptions())
    for layer in record.stacks.flatMap(\.layers) {
      _ = layer.row(head: layer.headCount - 1, query: 0)
    }
  }

  /// Touches every byte.
  private static func read(_ tensor: Tensor) {
    _ = tensor.bytes.reduce(0, ^)
    _ = try? tensor.floats()
  }
}
