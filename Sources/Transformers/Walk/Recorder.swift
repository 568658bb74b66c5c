import Attention
import Threads

/// The recorder of a walk through a stack, layer by layer.
struct Recorder {
  private let recording: Recording
  private(set) var trace = StackTrace()
  private var attentions: [AttentionKind: AttentionRecorder]

  /// - Parameter attentions: One for each kind that the stack has.
  init(_ recording: Recording, _ attentions: [AttentionRecorder]) {
    self.recording = recording
    self.attentions = Dictionary(uniqueKeysWithValues: attentions.map { ($0.kind, $0) })
  }

  mutating func enter(layer: Int) {
    if !recording.states.isEmpty { trace.layers.append([:]) }
  }

  mutating func take(_ state: LayerState, _ x: HiddenStates) {
    guard recording.states.contains(state) else { return }
    trace.layers[trace.layers.count - 1][state] = x
  }

  /// - Parameter kind: Of the stack's attention to its own side.
  mutating func take(_ choices: ExpertChoices, kind: AttentionKind) {
    attentions[kind]?.take(choices)
  }

  /// - Parameter scales: Of the final norm.
  mutating func takeLast(_ x: HiddenStates, scales: @autoclosure () -> [Float]?) {
    guard !recording.states.isEmpty else { return }
    trace.last = x
    trace.finalScales = scales()
  }

  /// The heads' sums of values, after a look at their weights.
  mutating func attend(
    _ attention: LayerAttention, _ known: KeysAndValues, kind: AttentionKind,
    score: (HeadVectors, _ firstQuery: Int) -> LayerAttention.Score
  ) throws(TransformerError) -> HiddenStates {
    guard var recorder = attentions.removeValue(forKey: kind) else {
      return try attention.sums(of: known.values, kind: kind).context
    }
    defer { attentions[kind] = recorder }
    return try recorder.attend(attention, known.values, recording, score: score)
  }

  /// The memory of a kind for a pass over a longer text; nil unless it was to be kept.
  func memory(_ kind: AttentionKind) -> AttentionMemory? { attentions[kind]?.memory }

  /// The attention of one kind that is known by now.
  ///
  /// - Parameter count: Layers of the stack, those to come included.
  func stack(_ kind: AttentionKind, ofLayers count: Int) -> AttentionStack? {
    attentions[kind]?.stack(ofLayers: count)
  }
}

/// The attention of one kind in the layers that have run.
struct AttentionRecorder {
  let kind: AttentionKind
  private let queries: [Token]
  private let keys: [Token]
  /// Of a pass that began with the same tokens; of these, `start` do not run again.
  private let earlier: AttentionMemory?
  private let start: Int
  private let keepsMemory: Bool
  private var looks: HeadLooks
  private var layers: [LayerAttention] = []
  private var summaries: [[HeadSummary]] = []
  private var tallies: [[(any HeadTally)?]] = []

  init(
    _ kind: AttentionKind, queries: [Token], keys: [Token], earlier: AttentionMemory? = nil,
    start: Int = 0, keepsMemory: Bool = false
  ) {
    self.kind = kind
    self.queries = queries
    self.keys = keys
    self.earlier = earlier
    self.start = start
    self.keepsMemory = keepsMemory
    looks = HeadLooks(kind, queries: queries, keys: keys)
  }

  mutating func attend(
    _ attention: LayerAttention, _ values: HeadVectors, _ recording: Recording,
    score: (HeadVectors, _ firstQuery: Int) -> LayerAttention.Score
  ) throws(TransformerError) -> HiddenStates {
    let look = recording.summarizer.map { looks.look(attention.mask, by: $0) }
    let context: HiddenStates
    var whole = attention
    if start > 0, let earlier, let first = earlier.layers[attention.index].score?.queries,
      let new = attention.score?.queries
    {
      context = try attention.sums(of: values, kind: kind).context
      whole = LayerAttention(
        index: attention.index, mask: attention.mask,
        score: score(first.prefix(start).appending(new), 0))
      whole.hasValueBias = attention.hasValueBias
      if let look {
        let seen = Parallel.map(whole.headCount) { [whole] in sumUp($0, of: whole, look) }
        keep(seen)
      }
    } else if let look {
      let keptCount = keepsMemory ? queries.count - AttentionMemory.lastCount : nil
      let sums = try attention.sums(
        of: values, kind: kind, measurement: HeadMeasurement(look, keeping: keptCount))
      context = sums.context
      keep(sums.seen)
    } else {
      context = try attention.sums(of: values, kind: kind).context
    }
    if recording.values { whole.values = values }
    layers.append(whole)
    return context
  }

  /// Sums up a head from what is known of its first rows, and from those behind.
  private func sumUp(
    _ head: Int, of layer: LayerAttention, _ look: HeadLook
  ) -> HeadMeasurement {
    let tallies = earlier?.tallies ?? []
    let tally = layer.index < tallies.count ? tallies[layer.index][head] : nil
    let known = tally.flatMap { $0.queryCount <= start ? $0 : nil }
    var measurement = HeadMeasurement(
      look, continuing: known, keeping: layer.queryCount - AttentionMemory.lastCount)
    measurement.add(
      layer.weights(head: head, queries: (known?.queryCount ?? 0)..<layer.queryCount))
    return measurement
  }

  private mutating func keep(_ seen: [HeadMeasurement]) {
    summaries.append(Parallel.map(seen.count) { seen[$0].summary })
    tallies.append(seen.map(\.kept))
  }

  var memory: AttentionMemory? {
    keepsMemory ? AttentionMemory(layers: layers, tallies: tallies) : nil
  }

  /// Keeps the experts of the tokens that run, behind those of the tokens before them.
  mutating func take(_ choices: ExpertChoices) {
    guard let index = layers.indices.last else { return }
    let known = start > 0 ? earlier?.layers[layers[index].index].experts?.prefix(start) : nil
    layers[index].experts = known.map { $0.appending(choices) } ?? choices
  }

  func stack(ofLayers count: Int) -> AttentionStack {
    AttentionStack(
      kind: kind, queries: queries, keys: keys, layers: layers, summaries: summaries,
      layerCount: count)
  }
}
