import Attention

/// The inputs of one walk through a stack, and what it leaves.
///
/// It is passed `inout` from layer to layer, so that these stay values that know nobody who listens.
struct LayerRun {
  /// The attention of the stack's tokens to their own side.
  let kind: AttentionKind
  /// The position of the first token that runs; those before it are in the cache.
  let start: Int
  /// The number of the layer that runs.
  private(set) var layer = 0
  /// The decoder's keys and values of an encoder's output, for each layer.
  private let encodedLayers: [KeysAndValues]
  /// nil where no further tokens can follow.
  private(set) var cache: KeyValueCache?
  /// Keys and values of the tokens that run, of layers at whose keys later ones look.
  private var sources: [Int: KeysAndValues] = [:]
  /// The layers' inputs besides the states, of the tokens that run, `[T, L · P]`; nil where there are none.
  var layerInputs: HiddenStates?
  /// nil where nothing is kept, as while a model generates.
  private var recorder: Recorder?
  /// The changes to heads.
  private let changes: RunChanges
  /// The variants that run instead of tokens that follow each other; nil where these do.
  private var variants: RowVariants?

  /// - Parameters:
  ///   - cache: Of the tokens before those that run; nil if there are none and none will follow.
  ///   - encoded: One for each layer, or none.
  init(
    _ kind: AttentionKind, cache: KeyValueCache? = nil, encoded: [KeysAndValues] = [],
    recorder: Recorder? = nil, changes: RunChanges = RunChanges()
  ) {
    self.kind = kind
    start = cache?.tokenCount ?? 0
    self.cache = cache
    encodedLayers = encoded
    self.recorder = recorder
    self.changes = changes
  }

  /// A walk of variants of one row: each vector is the same token, with another head turned off.
  init(_ kind: AttentionKind, _ variants: RowVariants) {
    self.init(kind, encoded: variants.encoded)
    self.variants = variants
  }

  /// Lets further variants come in with the layer that runs next.
  mutating func add(_ new: [RowVariants.Variant]) { variants?.variants += new }

  /// The positions of some tokens that run.
  func positions(count: Int) -> [Int] {
    variants.map { [Int](repeating: $0.row, count: count) } ?? Array(start..<start + count)
  }

  /// The length of the text when so many tokens run.
  func length(running count: Int) -> Int { variants?.tokenCount ?? start + count }

  /// Goes on to a layer.
  mutating func enter(layer: Int) {
    self.layer = layer
    recorder?.enter(layer: layer)
  }

  /// The keys and values of the encoder's output for this layer; nil where there are none.
  var encoded: KeysAndValues? { encodedLayers.isEmpty ? nil : encodedLayers[layer] }

  /// The attention of one kind that is known by now; nil where nothing is kept.
  ///
  /// - Parameter count: Layers of the stack, those to come included.
  func stack(_ kind: AttentionKind, ofLayers count: Int) -> AttentionStack? {
    recorder?.stack(kind, ofLayers: count)
  }

  /// The memory of a kind of attention for a pass over a longer text; nil unless it was to be kept.
  func memory(_ kind: AttentionKind) -> AttentionMemory? { recorder?.memory(kind) }

  /// The states that were to be kept; nil where none were.
  var trace: StackTrace? { recorder.flatMap { $0.trace.layers.isEmpty ? nil : $0.trace } }

  /// All keys and values of this layer's own side, those of the tokens that run being `new`.
  mutating func known(with new: KeysAndValues) -> KeysAndValues {
    cache?.append(new, layer: layer) ?? new
  }

  /// Keeps what later layers look at.
  mutating func keep(_ new: KeysAndValues) { sources[layer] = new }

  /// The keys and values of an earlier layer, of the tokens that run.
  func keysAndValues(ofLayer source: Int, count: Int) -> KeysAndValues {
    if let known = sources[source] { return known }
    // A run that begins behind that layer, in which nothing before changes.
    guard let attention = (variants?.clean ?? changes.clean)?[kind]?.layers[source],
      let score = attention.score, let values = attention.values
    else { preconditionFailure("keys and values that were not kept") }
    guard variants != nil else { return KeysAndValues(keys: score.keys, values: values) }
    let rows = positions(count: count)
    return KeysAndValues(keys: score.keys.rows(rows), values: values.rows(rows))
  }

  /// The input of this layer besides the states, of the tokens that run: `[T, P]`.
  func layerInput(size: Int) -> HiddenStates? {
    layerInputs.map { inputs in
      HiddenStates(
        tokenCount: inputs.tokenCount, size: size,
        values: (0..<inputs.tokenCount).flatMap { token in
          inputs.row(token).dropFirst(layer * size).prefix(size)
        })
    }
  }

  /// Keeps a state of this layer, if somebody asked for it.
  mutating func take(_ state: LayerState, _ x: HiddenStates) { recorder?.take(state, x) }

  /// Keeps which experts the tokens that run have in this layer.
  mutating func take(_ choices: ExpertChoices) {
    let kind = kind
    recorder?.take(choices, kind: kind)
  }

  /// Keeps the stack's output, if somebody asked for states.
  mutating func takeLast(_ x: HiddenStates, scales: @autoclosure () -> [Float]?) {
    recorder?.takeLast(x, scales: scales())
  }

  /// The heads' sums of values, side by side `[T, H · D]`.
  ///
  /// - Parameters:
  ///   - queries: `[H, T, D]`, of the tokens that run.
  ///   - kind: To the own side, or `cross`.
  ///   - valueBias: Of the values of each query head.
  ///   - score: Made of queries, the first of which stands at a position.
  /// - Throws: `nonFiniteScores`.
  mutating func attend(
    _ queries: HeadVectors, to known: KeysAndValues, mask: AttentionMask, kind: AttentionKind,
    valueBias: (_ head: Int) -> [Float]?,
    score: (HeadVectors, _ firstQuery: Int) -> LayerAttention.Score
  ) throws(TransformerError) -> HiddenStates {
    if let variants {
      return try variants.attend(
        queries, new: kind == .cross ? nil : known, kind: kind, layer: layer)
    }
    let first = kind == .cross ? 0 : start
    var attention = LayerAttention(index: layer, mask: mask, score: score(queries, first))
    changes.apply(to: &attention, known.values, kind: kind, valueBias: valueBias)
    attention.hasValueBias = valueBias(0) != nil
    guard var recorder else {
      return try attention.sums(of: known.values, kind: kind).context
    }
    // Not copied meanwhile.
    self.recorder = nil
    defer { self.recorder = recorder }
    return try recorder.attend(attention, known, kind: kind, score: score)
  }
}
