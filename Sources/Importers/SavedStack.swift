import Attention
import Files
import Tensors
import Threads

/// The tensors of one kind of attention, layer by layer.
struct SavedStack {
  struct Layer {
    let index: Int
    /// The weights' tensor, or the queries' where there are no weights.
    let name: String
    var weights: StoredWeights?
    var queries: Tensor?
    var keys: Tensor?
    var bias: Tensor?

    var queryCount: Int? { weights?.queryCount ?? queries?.shape.dropFirst().first }
    var keyCount: Int? { weights?.keyCount ?? keys?.shape.dropFirst().first }
  }

  var kind: AttentionKind
  var layers: [Layer]
  /// The reading of the first tensor, where its shape is ambiguous.
  var guess: AxisReading?
  /// Of how many steps of a generation the layers are put together.
  var stepCount: Int?
  /// Whether the names say that these are scores: only the numbers can tell that they are weights all the same.
  var isNamedScores = false
}

extension SavedContents {
  /// The attention in the file, kinds in the order in which a person goes through them.
  ///
  /// Tensors that are no attention are left out: hidden states, masks, and others whose names say so.
  func stacks(_ options: ImportOptions) throws -> [SavedStack] {
    let parts = try attentionParts()
    // A beam search goes on with several texts for each that the encoder read.
    let batches = { (isChosen: (Part) -> Bool) in
      Set(
        parts.filter { isChosen($0) && $0.entry.tensor.shape.count == 4 }.map {
          $0.entry.tensor.shape[0]
        })
    }
    let (encoder, steps) = (batches { $0.name.kind == .encoder }, batches { $0.name.step != nil })
    if !encoder.isEmpty, !steps.isEmpty, encoder != steps {
      throw ImportError.beamSteps(path: path)
    }
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
    // What TransformerLens calls a pattern are weights; beside them it keeps the scores.
    for isChosen in [{ $0.name.isPattern }, { !$0.name.isScores }] as [(Part) -> Bool] {
      let chosen = known.filter(isChosen)
      if !chosen.isEmpty { return chosen }
    }
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
    let weights = parts.filter { $0.name.part == nil || $0.name.part == .attention }
    if let stack = try steps(kind, weights, options) { return stack }
    if let unclear = parts.first(where: \.name.isLayerUnclear) {
      if unclear.entry.keys.suffix(2).filter({ Int($0) != nil }).count == 2 {
        throw ImportError.listsOfLayers(path: path, name: unclear.entry.name)
      }
      throw ImportError.unclearLayer(path: path, name: unclear.entry.name)
    }
    var stack = SavedStack(kind: kind, layers: [], guess: nil)
    stack.isNamedScores = parts.contains(where: \.name.isScores)
    if weights.count == 1, weights[0].name.layer == nil {
      let tensor = try FloatTensor(weights[0].entry.tensor)
      let reading = try AxisReading(
        path: path, name: weights[0].entry.name, shape: tensor.tensor.shape, isLayer: false,
        options: options)
      if reading.isGuess(options) { stack.guess = reading }
      stack.layers = try reading.views(tensor, batch: options.batch).enumerated().map {
        SavedStack.Layer(index: $0.offset, name: reading.name, weights: $0.element.weights)
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

  private func checkSize(of stack: SavedStack) throws {
    let headCount = stack.layers.reduce(0) { $0 + ($1.weights?.headCount ?? 1) }
    let tokenCount = stack.layers.map { max($0.queryCount ?? 0, $0.keyCount ?? 0) }.max() ?? 0
    guard headCount <= Self.headLimit, tokenCount <= Self.tokenLimit else {
      throw ImportError.tooLarge(
        path: path, name: stack.layers[0].name, layerCount: stack.layers.count,
        headCount: headCount, tokenCount: tokenCount)
    }
    for layer in stack.layers {
      if let weights = layer.weights {
        // Each thread looks over a head at a time.
        let headSize = weights.queryCount * weights.keyCount * MemoryLayout<Float>.size
        try FileError.requireRoom(
          headSize * min(weights.headCount, Parallel.threadCount),
          for: "\(layer.name) of \(weights.queryCount) × \(weights.keyCount) tokens", of: path)
      }
      for tensor in [layer.queries, layer.keys, layer.bias] {
        guard let tensor else { continue }
        try FileError.requireRoom(tensor.bytes.count, for: tensor.name, of: path)
      }
    }
  }

  /// The steps of a generation, each with all layers, put together; nil where the names speak of no steps.
  private func steps(
    _ kind: AttentionKind, _ parts: [Part], _ options: ImportOptions
  ) throws -> SavedStack? {
    // A list of tensors with all layers.
    let isStacked =
      parts.count > 1 && options.axes == nil
      && parts.allSatisfy { $0.entry.tensor.shape.count == 5 && $0.name.layer != nil }
    guard isStacked || !parts.isEmpty && parts.allSatisfy({ $0.name.step != nil }) else {
      return nil
    }
    guard fields["beam_indices"] == nil else { throw ImportError.beamSteps(path: path) }
    let shapes = Set(parts.map(\.entry.tensor.shape))
    // Layers, each a list of one matrix.
    let areLayers =
      !isStacked && shapes.count == 1 && Set(parts.map(\.name.layer)) == [0]
      && shapes.first.map { $0.count > 2 && $0.last != 1 && $0.suffix(2).first == $0.last } == true
    var options = options
    if isStacked { options.axes = [.layers, .batch, .heads, .queries, .keys] }
    var layers: [Int: [(number: Int, step: SavedSteps.Step)]] = [:]
    for part in parts {
      let (name, shape) = (part.entry.name, part.entry.tensor.shape)
      let number = areLayers ? 0 : part.name.step ?? part.name.layer ?? 0
      let layer = areLayers ? part.name.step : isStacked ? nil : part.name.layer
      let reading = try AxisReading(
        path: path, name: name, shape: shape, isLayer: layer != nil, options: options)
      let views = try reading.views(FloatTensor(part.entry.tensor), batch: options.batch)
      for (index, view) in views.enumerated() {
        layers[layer ?? index, default: []].append((number, .init(name: name, view: view)))
      }
    }
    var stack = SavedStack(kind: kind, layers: [], guess: nil)
    for (index, steps) in layers.sorted(by: { $0.key < $1.key }) {
      let sorted = steps.sorted { $0.number < $1.number }
      let made = try SavedSteps(path: path, kind: kind, sorted.map(\.step))
      stack.layers.append(
        SavedStack.Layer(index: index, name: sorted[0].step.name, weights: made.weights))
      if !areLayers { stack.stepCount = max(stack.stepCount ?? 0, steps.count) }
    }
    stack.isNamedScores = parts.contains(where: \.name.isScores)
    try checkSize(of: stack)
    return stack
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
      SavedStack.Layer(index: $0.offset, name: entry.name, weights: $0.element.weights)
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
        try reading.views(FloatTensor(tensor), batch: options.batch).first?.weights
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
