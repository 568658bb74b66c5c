/// A source of a model's weights by name, be it a file or several.
public protocol WeightSource: Sendable {
  /// The path that messages name.
  var path: String { get }
  /// The names of all tensors, sorted.
  var names: [String] { get }

  /// The tensor as it is stored, which knows its geometry; what belongs to it, such as scales, has a name of its own.
  subscript(name: String) -> Tensor? { get }
}

extension Checkpoint: WeightSource {}
