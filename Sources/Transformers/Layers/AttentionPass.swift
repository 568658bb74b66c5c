import Attention

/// A walk through the layers of a stack, which keeps what their heads attend to.
///
/// While a model writes by itself nothing is kept: what it wrote is looked at afterwards, as a whole.
struct AttentionPass {
  let kind: AttentionKind
  let mask: AttentionMask
  private let queries: [Token]
  private let keys: [Token]
  /// nil if nothing is kept.
  private let patterns: PatternContext?
  private var layers: [LayerAttention] = []
  private var summaries: [[HeadSummary]] = []
  private var layerCount = 0

  init(_ kind: AttentionKind, mask: AttentionMask, queries: [Token], keys: [Token]) {
    self.kind = kind
    self.mask = mask
    self.queries = queries
    self.keys = keys
    patterns = PatternContext(mask: mask, queries: queries, keys: keys, kind: kind)
  }

  /// One that keeps nothing, for a query that may look at all keys there are.
  init(unrecorded kind: AttentionKind) {
    self.kind = kind
    mask = .bidirectional
    queries = []
    keys = []
    patterns = nil
  }

  /// The next layer: the heads' sums of values, side by side `[T, H · D]`.
  mutating func attend(
    _ score: LayerAttention.Score, values: HeadVectors
  ) throws(TransformerError) -> HiddenStates {
    let layer = AttentionLayer(index: layerCount, kind: kind, mask: mask)
    layerCount += 1
    guard let patterns else { return try layer.context(score, values: values) }
    let output = try layer(score, values: values, patterns: patterns)
    layers.append(output.attention)
    summaries.append(output.summaries)
    return output.context
  }

  /// What is known by now.
  ///
  /// - Parameter count: Layers of the stack, those to come included.
  func stack(ofLayers count: Int) -> AttentionStack {
    AttentionStack(
      kind: kind, queries: queries, keys: keys, layers: layers, summaries: summaries,
      layerCount: count)
  }
}
