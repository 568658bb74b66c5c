import Attention

/// The parts of a pass that are kept besides queries and keys. Nothing costs what nobody asks for.
public struct Recording: Sendable {
  /// The summarizer of each head; nil if nobody is to look.
  public var summarizer: (any HeadSummarizer)?
  /// Whether each layer's values are kept beside its keys.
  public var values: Bool
  /// The states of each layer that are kept, and with any of them the stack's last.
  public var states: Set<LayerState>
  /// Whether the scores of all tokens are kept where the model predicts.
  public var logits: Bool

  public init(
    summarizer: (any HeadSummarizer)? = nil, values: Bool = false,
    states: Set<LayerState> = [], logits: Bool = false
  ) {
    self.summarizer = summarizer
    self.values = values
    self.states = states
    self.logits = logits
  }

  /// All states there are, and what belongs to them.
  public static let everything = Recording(
    values: true, states: Set(LayerState.allCases), logits: true)

  /// All that both keep.
  public func union(_ other: Recording) -> Recording {
    Recording(
      summarizer: summarizer ?? other.summarizer, values: values || other.values,
      states: states.union(other.states), logits: logits || other.logits)
  }
}

/// A state of the hidden states on their way through a layer, or what a block makes to be added to them.
///
/// Each is `[T, C]`: T tokens, C hidden size. The raw values are the names that interpretability tools have for them;
/// what attention to the encoder puts out is called like that of the own side, under the kind `cross`.
public enum LayerState: String, CaseIterable, Sendable {
  /// The layer's input.
  case before = "resid_pre"
  /// The attention's output, its bias included.
  case attentionOutput = "attn_out"
  /// The output as it is added, where a norm or a factor makes that another.
  case attentionBranch = "attn_out_post"
  /// The normed input, where the sum goes on from that (BLOOM's variant).
  case normedBefore = "resid_pre_normed"
  /// The sum behind the attention, where a norm follows.
  case middleSum = "resid_mid_sum"
  /// The input of the next block, before a norm of its own; parallel blocks have none.
  case middle = "resid_mid"
  /// The same of attention to the encoder, in a decoder that has it.
  case crossOutput = "cross_attn_out"
  case crossBranch = "cross_attn_out_post"
  case crossSum = "resid_cross_sum"
  case cross = "resid_cross"
  case normedMiddle = "resid_mid_normed"
  case feedForwardOutput = "mlp_out"
  case feedForwardBranch = "mlp_out_post"
  /// The sum behind the feed-forward block, where a norm follows.
  case afterSum = "resid_post_sum"
  /// The layer's output.
  case after = "resid_post"
}

/// The states of one stack that were to be kept.
public struct StackTrace: Sendable {
  /// One for each layer; of the states that the family has.
  public internal(set) var layers: [[LayerState: HiddenStates]] = []
  /// The output of the stack, behind its final norm.
  public internal(set) var last: HiddenStates?
  /// The divisor of each token's vector in the final norm; nil where there is none.
  public internal(set) var finalScales: [Float]?
}
