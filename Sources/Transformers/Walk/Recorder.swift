import Attention
import Threads

/// What a walk through a stack keeps, layer by layer.
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
      return try attention.sums(of: known.values, kind: kind) { _ in }.context
    }
    defer { attentions[kind] = recorder }
    return try recorder.attend(attention, known.values, recording, score: score)
  }

  /// What is known by now of one kind.
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
  private let earlier: [LayerAttention]
  private let start: Int
  private var looks: HeadLooks
  private var layers: [LayerAttention] = []
  private var summaries: [[HeadSummary]] = []

  init(
    _ kind: AttentionKind, queries: [Token], keys: [Token], earlier: [LayerAttention] = [],
    start: Int = 0
  ) {
    self.kind = kind
    self.queries = queries
    self.keys = keys
    self.earlier = earlier
    self.start = start
    looks = HeadLooks(kind, queries: queries, keys: keys)
  }

  mutating func attend(
    _ attention: LayerAttention, _ values: HeadVectors, _ recording: Recording,
    score: (HeadVectors, _ firstQuery: Int) -> LayerAttention.Score
  ) throws(TransformerError) -> HiddenStates {
    let look = recording.summarizer.map { looks.look(attention.mask, by: $0) }
    let context: HiddenStates
    var whole = attention
    if start > 0, let first = earlier[attention.index].score?.queries,
      let new = attention.score?.queries
    {
      context = try attention.sums(of: values, kind: kind) { _ in }.context
      whole = LayerAttention(
        index: attention.index, mask: attention.mask,
        score: score(first.prefix(start).appending(new), 0))
      whole.hasValueBias = attention.hasValueBias
      if let look {
        // A head is summed up from all of its rows.
        summaries.append(
          Parallel.map(whole.headCount) { [whole] in look(whole.weights(head: $0)) })
      }
    } else if let look {
      let sums = try attention.sums(of: values, kind: kind, look: look)
      context = sums.context
      summaries.append(sums.seen)
    } else {
      context = try attention.sums(of: values, kind: kind) { _ in }.context
    }
    if recording.values { whole.values = values }
    layers.append(whole)
    return context
  }

  func stack(ofLayers count: Int) -> AttentionStack {
    AttentionStack(
      kind: kind, queries: queries, keys: keys, layers: layers, summaries: summaries,
      layerCount: count)
  }
}
