import Tensors

/// A walk over the tree of a source's names, scope by scope: `encoder.layer.0.` and so on.
///
/// Every tensor is asked for with the shape that the configuration gives it. What was never asked
/// for is known at the end.
struct WeightReader {
  private let source: Source
  private let scope: String

  private final class Source {
    let path: String
    /// By their names without what wraps parts of a model.
    let adapted: AdaptedTensors
    /// The names that the tensors have in the file.
    var usedNames: Set<String> = []
    var usedUpdates: Set<String> = []
    var usedBiasUpdates: Set<String> = []
    var tensors: [String: Tensor] { adapted.tensors }

    init(
      _ weights: any WeightSource, _ adapter: Adapter?, ofTextSide: Bool
    ) throws(TransformerError) {
      path = weights.path
      let names = weights.names
      let known = ofTextSide ? names.onTextSide : nil
      let tensors = Dictionary(
        names.compactMap { name in
          (known == nil ? name : known?[name]).flatMap { own in
            weights[name].map { (own.withoutWrappers, $0) }
          }
        },
        uniquingKeysWith: { first, _ in first })
      adapted =
        if let adapter {
          try AdaptedTensors(tensors, with: adapter)
        } else {
          AdaptedTensors(tensors)
        }
    }
  }

  /// - Parameter ofTextSide: Whether only the text side of a larger model is meant.
  /// - Throws: `refusedAdapter` for an adapter that does not belong to the weights.
  init(
    _ weights: any WeightSource, adapter: Adapter? = nil, ofTextSide: Bool = false
  ) throws(TransformerError) {
    self.init(source: try Source(weights, adapter, ofTextSide: ofTextSide), scope: "")
  }

  private init(source: Source, scope: String) {
    self.source = source
    self.scope = scope
  }

  subscript(name: String) -> WeightReader {
    WeightReader(source: source, scope: "\(scope)\(name).")
  }

  subscript(index: Int) -> WeightReader { self[String(index)] }

  /// The scope with this number beside one that has another: `layers.3` beside `layers.5`.
  func sibling(_ index: Int) -> WeightReader {
    let parent = scope.split(separator: ".").dropLast().map { "\($0)." }.joined()
    return WeightReader(source: source, scope: "\(parent)\(index).")
  }

  func contains(_ name: String) -> Bool { source.tensors[scope + name] != nil }

  /// nil where there is no such tensor.
  func shape(of name: String) -> [Int]? { source.tensors[scope + name]?.shape }

  /// Whether there are tensors in the scope `name`.
  func contains(scope name: String) -> Bool {
    source.tensors.keys.contains { $0.hasPrefix("\(scope)\(name).") }
  }

  /// The tensor `name`, or of its older name, which must have the shape `shape` and hold floating-point numbers.
  /// - Parameter allowsCodes: Whether it may be a matrix of codes.
  func tensor(
    _ name: String, orOlder olderName: String? = nil, shape: [Int], allowsCodes: Bool = false
  ) throws(TransformerError) -> Tensor {
    let tensor = try stored(name, orOlder: olderName, shape: shape)
    guard tensor.codes != nil ? allowsCodes : tensor.elementType.kernelElement != nil else {
      throw .wrongElementType(
        tensor: tensor.name, found: tensor.elementType, path: source.path)
    }
    return tensor
  }

  /// A tensor of bytes, which mean something else.
  func bytes(_ name: String, shape: [Int]) throws(TransformerError) -> Tensor {
    let tensor = try stored(name, shape: shape)
    guard tensor.elementType == .uint8 else {
      throw .wrongElementType(
        tensor: tensor.name, found: tensor.elementType, path: source.path)
    }
    return tensor
  }

  private func stored(
    _ name: String, orOlder olderName: String? = nil, shape: [Int]
  ) throws(TransformerError) -> Tensor {
    let tensors = source.tensors
    guard let tensor = tensors[scope + name] ?? olderName.flatMap({ tensors[scope + $0] })
    else { throw .missingTensor(scope + name, path: source.path) }
    source.usedNames.insert(tensor.name)
    guard tensor.shape == shape else {
      throw .wrongShape(
        tensor: tensor.name, expected: shape, found: tensor.shape, path: source.path)
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
    // Who quantises, has all matrices the same way round.
    let layout = source.tensors[scope + name]?.codes == nil ? layout : .rows
    let shape = layout == .rows ? [rowCount, columnCount] : [columnCount, rowCount]
    let matrix = WeightMatrix(
      try tensor(name, shape: shape, allowsCodes: true), layout: layout)
    return try adapted(matrix, as: name)
  }

  /// A matrix with what an adapter adds to the one of this name, which may have its weight from elsewhere.
  func adapted(
    _ matrix: WeightMatrix, as name: String
  ) throws(TransformerError) -> WeightMatrix {
    guard let update = source.adapted.updates[scope + name] else { return matrix }
    for (part, what, size, needed) in [
      (update.down, "inputs", update.down.columnCount, matrix.columnCount),
      (update.up, "outputs", update.up.rowCount, matrix.rowCount),
    ] where size != needed {
      throw .refusedAdapter(
        "\(part.name) is for \(size) \(what), and the base's \(matrix.name) has \(needed): is it the model that the adapter was made for?",
        path: source.adapted.path)
    }
    source.usedUpdates.insert(scope + name)
    return update.isZero ? matrix : matrix.adding(update)
  }

  /// What an adapter adds to the bias of the layer with this matrix, `[rows]`; nil where it adds nothing.
  func biasUpdate(of name: String) -> [Float]? {
    guard let update = source.adapted.updates[scope + name], let bias = update.bias else {
      return nil
    }
    source.usedBiasUpdates.insert(scope + name)
    return bias.map { update.scale * $0 }
  }

  /// The base's matrix, whatever an adapter has made of it.
  func original(of matrix: WeightMatrix, _ name: String) -> WeightMatrix {
    guard case let tensor?? = source.adapted.originals[scope + name],
      tensor.shape == [matrix.rowCount, matrix.columnCount]
    else { return matrix.withoutUpdate }
    return WeightMatrix(tensor)
  }

  /// Whether an adapter has brought this tensor whole.
  func isReplaced(_ name: String) -> Bool { source.adapted.originals[scope + name] != nil }

  /// Checks that the model has taken every update of a tensor that it uses: without one, the numbers would be wrong.
  /// - Throws: `refusedAdapter`.
  func requireUpdatesUsed() throws(TransformerError) {
    for (name, update) in source.adapted.updates.sorted(by: { $0.key < $1.key }) {
      let isUsed =
        source.usedUpdates.contains(name)
        && (update.bias == nil || source.usedBiasUpdates.contains(name))
      guard !isUsed else { continue }
      if let tensor = source.tensors[name] {
        guard source.usedNames.contains(tensor.name) else { continue }
      } else if !source.usedUpdates.contains(name) {
        guard !source.adapted.taskHeads.contains(name) else { continue }
        throw .refusedAdapter(
          "the base has no module \(name.dropLast(".weight".count)) to adapt: is it the model that the adapter was made for?",
          path: source.adapted.path)
      }
      throw .refusedAdapter(
        "what it adds to \(name) has no place in a model of this architecture as it is known here",
        path: source.adapted.path)
    }
  }

  /// The results of `read` for the scopes `0.`, `1.` and so on.
  func map<Element>(
    _ count: Int, _ read: (WeightReader, Int) throws(TransformerError) -> Element
  ) throws(TransformerError) -> [Element] {
    var elements: [Element] = []
    for index in 0..<count { elements.append(try read(self[index], index)) }
    return elements
  }

  /// The formats to which weights of the model are rounded, that with most of them first.
  var roundedFormats: [String] {
    var sizes: [String: Int] = [:]
    for tensor in source.tensors.values where source.usedNames.contains(tensor.name) {
      guard let format = tensor.roundedFormat else { continue }
      sizes[format, default: 0] += tensor.elementCount
    }
    return sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
  }

  /// The tensors that nobody asked for, sorted.
  var unusedNames: [String] {
    source.tensors.values.map(\.name).filter { !source.usedNames.contains($0) }.sorted()
  }
}

extension Tensor {
  /// The format to which its numbers are rounded; nil for floats and for what belongs to the codes of others.
  fileprivate var roundedFormat: String? {
    if let codes { return codes.format }
    if elementType.block.count > 1 { return elementType.rawValue }
    return name.hasSuffix("_blocks") && elementType == .uint8 ? ElementType.mxfp4.rawValue : nil
  }
}

// MARK: Prefixes

extension WeightReader {
  /// The scopes of a model and of the body in it, wherever the checkpoint has them.
  ///
  /// The body has a prefix of its own where a head may stand beside it, and what a model was saved from (a trainer, a
  /// `SentenceTransformer`) puts others before all names: `module.`, `model.`, `0.auto_model.`.
  ///
  /// - Parameters:
  ///   - prefix: The body's.
  ///   - layer: The scope of the body's first layer.
  /// - Throws: `severalModels`.
  func locate(
    body prefix: String, layer: String
  ) throws(TransformerError) -> (model: WeightReader, body: WeightReader) {
    let scopes = Set(source.tensors.keys.compactMap { $0.scope(before: layer) })
    func reader(_ components: some Sequence<Substring>) -> WeightReader {
      WeightReader(source: source, scope: components.map { "\($0)." }.joined())
    }
    // A name as it should be counts, whatever else there is.
    for usual in [[Substring(prefix)], []] where scopes.contains(usual) {
      return (reader([]), reader(usual))
    }
    guard let scope = scopes.first else { return (self, self) }
    guard scopes.count == 1 else {
      throw .severalModels(
        prefixes: scopes.map { $0.joined(separator: ".") }.sorted(), path: source.path)
    }
    let isPrefixed = scope.last.map { $0 == prefix } ?? false
    return (reader(isPrefixed ? scope.dropLast() : scope[...]), reader(scope))
  }
}

extension String {
  /// The names that torch and its companions give parts compiled, shared out or cut: no part of a model's name.
  private static let wrappers: Set<Substring> = [
    "_orig_mod", "module", "_fsdp_wrapped_module", "_checkpoint_wrapped_module", "_forward_module",
  ]

  fileprivate var withoutWrappers: String {
    split(separator: ".", omittingEmptySubsequences: false)
      .filter { !Self.wrappers.contains($0) }.joined(separator: ".")
  }

  /// The components of a tensor's name before those of `scope`; nil if these do not follow each other in it.
  fileprivate func scope(before scope: String) -> [Substring]? {
    let components = split(separator: ".", omittingEmptySubsequences: false)
    let wanted = scope.split(separator: ".")
    return components.indices.first { components[$0...].starts(with: wanted) }.map {
      Array(components[..<$0])
    }
  }
}
