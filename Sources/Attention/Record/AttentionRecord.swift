/// The attention of all layers of one kind, with the tokens on both sides.
public struct AttentionStack: Sendable {
  public let kind: AttentionKind
  /// The tokens that look (left).
  public let queries: [Token]
  /// The tokens that are looked at (right).
  public let keys: [Token]
  public let layers: [LayerAttention]
  /// The summary of each head: `[layer][head]`; empty where none was asked for.
  public let summaries: [[HeadSummary]]
  /// The number of layers once all have run.
  public let layerCount: Int

  /// - Parameter layerCount: nil where `layers` are all.
  public init(
    kind: AttentionKind, queries: [Token], keys: [Token], layers: [LayerAttention],
    summaries: [[HeadSummary]], layerCount: Int? = nil
  ) {
    precondition(layerCount ?? layers.count >= layers.count)
    precondition(layers.allSatisfy { $0.queryCount == queries.count && $0.keyCount == keys.count })
    precondition(summaries.isEmpty || summaries.map(\.count) == layers.map(\.headCount))
    self.kind = kind
    self.queries = queries
    self.keys = keys
    self.layers = layers
    self.summaries = summaries
    self.layerCount = layerCount ?? layers.count
  }

  /// The largest number of heads that a layer has.
  public var headCount: Int { layers.map(\.headCount).max() ?? 0 }

  /// The layers' numbers in the model, those to come included.
  public var layerNumbers: [Int] { layers.map(\.index) + (layers.count..<layerCount) }
}

/// Attention of a model for one input: what every view shows, whether a model made it or a file brought it.
public struct AttentionRecord: Sendable {
  /// Records of one run, in which more and more layers have run, share it.
  public let run: RunID
  /// The model's name as a title shows it.
  public let model: String
  /// The model's attention, in the order in which a person goes through it; never empty, and with summaries.
  public let stacks: [AttentionStack]
  /// The sentence number that the model was given for each token (of the encoder, if it has two sides); nil
  /// where it is told nothing.
  public let tokenTypeIDs: [Int]?
  /// The model's predictions, if it has a language-model head: most likely first.
  public let predictions: [Prediction]
  /// Notes on what was done to the input, such as a truncation.
  public let notes: [String]
  /// Whether the weights of every query sum to 1, as those of a softmax do; saved ones may have been changed.
  public let rowsSumToOne: Bool
  /// The changes to heads: ablations and cut edges.
  public let interventions: [Intervention]

  private struct HeadKey: Hashable, Sendable {
    var stack: Int
    var layer: Int
    var head: Int
  }
  /// Records of one run share the caches.
  private let weightCache: RecentCache<HeadKey, HeadWeights>
  private let logSumCache: RecentCache<HeadKey, [Float]>

  public init(
    model: String, stacks: [AttentionStack], tokenTypeIDs: [Int]? = nil,
    predictions: [Prediction] = [], notes: [String] = [], rowsSumToOne: Bool = true,
    interventions: [Intervention] = []
  ) {
    precondition(!stacks.isEmpty)
    precondition(stacks.allSatisfy { $0.summaries.count == $0.layers.count })
    run = RunID()
    self.model = model
    self.stacks = stacks
    self.tokenTypeIDs = tokenTypeIDs
    self.predictions = predictions
    self.notes = notes
    self.rowsSumToOne = rowsSumToOne
    self.interventions = interventions
    weightCache = RecentCache(byteLimit: 128 << 20) {
      $0.values.count * MemoryLayout<Float>.stride
    }
    logSumCache = RecentCache(byteLimit: 8 << 20) { $0.count * MemoryLayout<Float>.stride }
  }

  /// A record of the same run, in which more layers have run.
  ///
  /// - Parameter stacks: Those of `other` with the same layers and more; others may follow them.
  public init(
    continuing other: AttentionRecord, stacks: [AttentionStack], predictions: [Prediction],
    notes: [String]
  ) {
    run = other.run
    model = other.model
    self.stacks = stacks
    tokenTypeIDs = other.tokenTypeIDs
    self.predictions = predictions
    self.notes = notes
    rowsSumToOne = other.rowsSumToOne
    interventions = other.interventions
    weightCache = other.weightCache
    logSumCache = other.logSumCache
  }

  /// The weights of one head as they are shown, with its sink, from the cache where they were asked for lately.
  public func weights(stack: Int, layer: Int, head: Int) -> HeadWeights {
    weightCache.value(for: HeadKey(stack: stack, layer: layer, head: head)) {
      stacks[stack].layers[layer].shownWeights(head: head)
    }
  }

  /// The row sums that columns of one head are computed with, cached if asked for lately.
  func logSums(stack: Int, layer: Int, head: Int) -> [Float] {
    logSumCache.value(for: HeadKey(stack: stack, layer: layer, head: head)) {
      stacks[stack].layers[layer].logSums(head: head)
    }
  }
}

/// A token that the model expects at a position: the next one, or the one behind a mask.
public struct Prediction: Hashable, Sendable {
  /// The token whose output predicts.
  public let position: Int
  public let token: Token
  public let probability: Float

  public init(position: Int, token: Token, probability: Float) {
    self.position = position
    self.token = token
    self.probability = probability
  }
}
