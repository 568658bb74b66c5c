import Tensors

/// A walk over a checkpoint's tree of names, scope by scope: `encoder.layer.0.` and so on.
///
/// Every tensor is asked for with the shape that the configuration gives it. What was never asked
/// for is known at the end.
struct WeightReader {
  private let checkpoint: Checkpoint
  private let scope: String
  private let usage: Usage

  private final class Usage {
    var names: Set<String> = []
  }

  init(_ checkpoint: Checkpoint) {
    self.init(checkpoint: checkpoint, scope: "", usage: Usage())
  }

  private init(checkpoint: Checkpoint, scope: String, usage: Usage) {
    self.checkpoint = checkpoint
    self.scope = scope
    self.usage = usage
  }

  subscript(name: String) -> WeightReader {
    WeightReader(checkpoint: checkpoint, scope: "\(scope)\(name).", usage: usage)
  }

  subscript(index: Int) -> WeightReader { self[String(index)] }

  /// The scope `prefix` if the checkpoint was saved with it, otherwise this one.
  ///
  /// - Parameter probe: A tensor that every checkpoint of the family has, below the prefix.
  func skipping(prefix: String, probe: String) -> WeightReader {
    self[prefix].contains(probe) ? self[prefix] : self
  }

  func contains(_ name: String) -> Bool { checkpoint[scope + name] != nil }

  /// The tensor `name`, or of its older name, which must have the shape `shape` and hold floating-point numbers.
  func tensor(
    _ name: String, orOlder olderName: String? = nil, shape: [Int]
  ) throws(TransformerError) -> Tensor {
    guard let tensor = checkpoint[scope + name] ?? olderName.flatMap({ checkpoint[scope + $0] })
    else { throw .missingTensor(scope + name, path: checkpoint.path) }
    usage.names.insert(tensor.name)
    guard tensor.shape == shape else {
      throw .wrongShape(
        tensor: tensor.name, expected: shape, found: tensor.shape, path: checkpoint.path)
    }
    guard tensor.elementType.kernelElement != nil else {
      throw .wrongElementType(
        tensor: tensor.name, found: tensor.elementType, path: checkpoint.path)
    }
    return tensor
  }

  /// A bias or another short vector, copied.
  func vector(
    _ name: String, orOlder olderName: String? = nil, count: Int
  ) throws(TransformerError) -> [Float] {
    try tensor(name, orOlder: olderName, shape: [count]).floats
  }

  /// A matrix `[rows, columns]`, used where it lies, be it `[columns, rows]` there.
  func matrix(
    _ name: String, rowCount: Int, columnCount: Int, layout: WeightMatrix.Layout = .rows
  ) throws(TransformerError) -> WeightMatrix {
    let shape = layout == .rows ? [rowCount, columnCount] : [columnCount, rowCount]
    return WeightMatrix(try tensor(name, shape: shape), layout: layout)
  }

  /// What `read` makes of the scopes `0.`, `1.` and so on.
  func map<Element>(
    _ count: Int, _ read: (WeightReader, Int) throws(TransformerError) -> Element
  ) throws(TransformerError) -> [Element] {
    var elements: [Element] = []
    for index in 0..<count { elements.append(try read(self[index], index)) }
    return elements
  }

  /// The tensors that nobody asked for, sorted.
  var unusedNames: [String] { checkpoint.names.filter { !usage.names.contains($0) } }
}
