import Attention
import Tensors

/// The tensors of one kind of attention, layer by layer.
struct SavedStack {
  struct Layer {
    let index: Int
    /// The weights' tensor, or the queries' where there are no weights.
    let name: String
    var weights: WeightView?
    var queries: Tensor?
    var keys: Tensor?
    var bias: Tensor?

    var queryCount: Int? { weights?.queries.count ?? queries?.shape.dropFirst().first }
    var keyCount: Int? { weights?.keys.count ?? keys?.shape.dropFirst().first }
  }

  var kind: AttentionKind
  var layers: [Layer]
  /// How the first tensor was read, where its shape could mean something else.
  var guess: AxisReading?
}

extension SavedContents {
  /// The attention in the file, kinds in the order in which a person goes through them.
  ///
  /// What is not attention is left out: hidden states, masks, and others of which the name says so.
  func stacks(_ options: ImportOptions) throws -> [SavedStack] {
    let parts = try attentionParts()
    return try AttentionKind.allCases.compactMap { kind in
      let members = parts.filter { ($0.name.kind ?? .own) == kind }
      return members.isEmpty ? nil : try stack(kind, members, options)
    }
  }

  private struct Part {
    let name: TensorName
    let entry: Entry
  }

  private func attentionParts() throws -> [Part] {
    if entries.contains(where: { $0.name.hasSuffix(".weight") }) {
      throw ImportError.modelWeights(path: path)
    }
    let named = entries.map { Part(name: TensorName($0.keys), entry: $0) }
    let known = named.filter { $0.name.part != nil && $0.entry.tensor.shape.count >= 2 }
    if !known.isEmpty { return known }
    // Without a telling name: the only tensor, or a numbered list.
    let large = named.filter { $0.entry.tensor.shape.count >= 2 }
    if large.count == 1 { return large }
    let numbered = large.filter { TensorName.isOnlyNumbered($0.entry.keys) }
    guard !numbered.isEmpty else {
      throw ImportError.noAttention(
        path: path, names: entries.map { "\($0.name) \($0.tensor.shape)" }.sorted())
    }
    return numbered
  }

  private func stack(
    _ kind: AttentionKind, _ parts: [Part], _ options: ImportOptions
  ) throws -> SavedStack {
    if let unclear = parts.first(where: \.name.isLayerUnclear) {
      if unclear.entry.keys.suffix(2).filter({ Int($0) != nil }).count == 2 {
        throw ImportError.listsOfLayers(path: path, name: unclear.entry.name)
      }
      throw ImportError.unclearLayer(path: path, name: unclear.entry.name)
    }
    let weights = parts.filter { $0.name.part == nil || $0.name.part == .attention }
    var stack = SavedStack(kind: kind, layers: [], guess: nil)
    if weights.count == 1, weights[0].name.layer == nil {
      let tensor = try FloatTensor(weights[0].entry.tensor)
      let reading = try AxisReading(
        path: path, name: weights[0].entry.name, shape: tensor.tensor.shape, isLayer: false,
        options: options)
      if reading.isGuess(options) { stack.guess = reading }
      stack.layers = try reading.views(tensor, batch: options.batch).enumerated().map {
        SavedStack.Layer(index: $0.offset, name: reading.name, weights: $0.element)
      }
    } else if options.axes?.contains(.layers) == true {
      stack.layers = try layers(ofExamples: weights, options)
    } else {
      for part in weights { try add(part, to: &stack, options) }
    }
    for part in parts where part.name.part != nil && part.name.part != .attention {
      try add(part, to: &stack, options)
    }
    stack.layers.sort { $0.index < $1.index }
    try checkSize(of: stack)
    return stack
  }

  /// More than any model has: what is kept of each would take more room than the file.
  private static let headLimit = 1 << 16
  private static let tokenLimit = 1 << 20

  private func checkSize(of stack: SavedStack) throws(ImportError) {
    let headCount = stack.layers.reduce(0) { $0 + ($1.weights?.heads.count ?? 1) }
    let tokenCount = stack.layers.map { max($0.queryCount ?? 0, $0.keyCount ?? 0) }.max() ?? 0
    guard headCount <= Self.headLimit, tokenCount <= Self.tokenLimit else {
      throw .tooLarge(
        path: path, name: stack.layers[0].name, layerCount: stack.layers.count,
        headCount: headCount, tokenCount: tokenCount)
    }
  }

  /// A list of examples, each a tensor with all layers.
  private func layers(
    ofExamples parts: [Part], _ options: ImportOptions
  ) throws -> [SavedStack.Layer] {
    let examples = parts.sorted { ($0.name.layer ?? 0) < ($1.name.layer ?? 0) }
    guard let batch = options.batch ?? (examples.count == 1 ? 0 : nil) else {
      throw ImportError.batchNotChosen(path: path, name: "the list", count: examples.count)
    }
    guard batch < examples.count else {
      throw ImportError.batchOutOfRange(
        path: path, batch: batch, name: "the list", count: examples.count)
    }
    let entry = examples[batch].entry
    let reading = try AxisReading(
      path: path, name: entry.name, shape: entry.tensor.shape, isLayer: true, options: options)
    return try reading.views(FloatTensor(entry.tensor), batch: nil).enumerated().map {
      SavedStack.Layer(index: $0.offset, name: entry.name, weights: $0.element)
    }
  }

  /// Adds a tensor that belongs to one layer.
  private func add(_ part: Part, to stack: inout SavedStack, _ options: ImportOptions) throws {
    let tensor = part.entry.tensor
    guard let number = part.name.layer else {
      throw ImportError.unclearLayer(path: path, name: part.entry.name)
    }
    let index =
      stack.layers.firstIndex { $0.index == number }
      ?? {
        stack.layers.append(SavedStack.Layer(index: number, name: part.entry.name))
        return stack.layers.count - 1
      }()
    let isTaken: Bool
    switch part.name.part {
    case nil, .attention:
      let reading = try AxisReading(
        path: path, name: part.entry.name, shape: tensor.shape, isLayer: true, options: options)
      isTaken = stack.layers[index].weights != nil
      stack.layers[index].weights =
        try reading.views(FloatTensor(tensor), batch: options.batch).first
    case .query:
      isTaken = stack.layers[index].queries != nil
      stack.layers[index].queries = tensor
    case .key:
      isTaken = stack.layers[index].keys != nil
      stack.layers[index].keys = tensor
    case .bias:
      isTaken = stack.layers[index].bias != nil
      stack.layers[index].bias = tensor
    }
    if isTaken { throw ImportError.layerTwice(path: path, layer: number, name: part.entry.name) }
  }
}
