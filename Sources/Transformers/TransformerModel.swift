import Attention

/// A model that can say what its heads attend to.
public protocol TransformerModel: Sendable {
  var summary: ModelSummary { get }

  /// Runs the model over one input.
  ///
  /// - Parameter progress: Called after each layer, and while a decoder generates after each token; what it throws
  ///   ends the pass.
  /// - Throws: `TransformerError` for an input that does not fit the model and for scores that are
  ///   not finite; `InterventionError` for interventions that fit neither the model nor the input.
  func forward(
    _ input: ModelInput, progress: (ModelProgress) throws -> Void
  ) throws -> ModelOutput

  /// Its parts, for what is asked of what they do.
  var structure: ModelStructure { get }
}

extension TransformerModel {
  public func forward(_ input: ModelInput) throws -> ModelOutput {
    try forward(input) { _ in }
  }

  /// The way of what a layer's heads take into the hidden states; nil where there is no such layer.
  public func headWriter(_ kind: AttentionKind, layer: Int) -> HeadWriter? {
    structure.stack(kind).flatMap { HeadWriter($0, kind: kind, layer: layer) }
  }

  /// Whether a head's values have a bias.
  /// - Precondition: There is such a head.
  public func hasValueBias(_ head: HeadAddress) -> Bool {
    structure.attention(head.kind, layer: head.layer)?.projections
      .valueBias(ofHead: head.head) != nil
  }
}

/// The summary of a model in a title or an overview.
public struct ModelSummary: Hashable, Sendable {
  /// The architecture as its authors write it, such as "BERT".
  public var family: String
  public var layerCount: Int
  public var headCount: Int
  public var hiddenSize: Int
  /// The longest input, in tokens.
  public var positionCount: Int
  public var vocabularySize: Int
  /// Whether the checkpoint has the head that predicts tokens.
  public var predictsTokens: Bool
  /// Whether the model is told to which sentence a token belongs.
  public var readsTokenTypes: Bool
  /// The other side of an encoder-decoder, whose encoder the rest describes; nil for other models.
  public var decoder: DecoderSummary?
  /// Tensors of the checkpoint that the model has no use for, sorted.
  public var unusedTensors: [String]
  /// The formats to which weights are rounded, such as `Q4_K`, that with most of them first.
  public var roundedFormats: [String]

  public init(
    family: String, layerCount: Int, headCount: Int, hiddenSize: Int, positionCount: Int,
    vocabularySize: Int, predictsTokens: Bool, readsTokenTypes: Bool = false,
    decoder: DecoderSummary? = nil,
    unusedTensors: [String] = [], roundedFormats: [String] = []
  ) {
    self.family = family
    self.layerCount = layerCount
    self.headCount = headCount
    self.hiddenSize = hiddenSize
    self.positionCount = positionCount
    self.vocabularySize = vocabularySize
    self.predictsTokens = predictsTokens
    self.readsTokenTypes = readsTokenTypes
    self.decoder = decoder
    self.unusedTensors = unusedTensors
    self.roundedFormats = roundedFormats
  }

  public var isEncoderDecoder: Bool { decoder != nil }
}

/// One input, already in tokens.
public struct ModelInput: Sendable {
  public var tokens: [Token]
  /// One per token.
  public var ids: [Int]
  /// Sentence A or B for models that tell them apart, one per token; nil for all 0.
  public var tokenTypeIds: [Int]?
  /// The positions at which the model shall predict: those of the mask tokens, or the last one. An
  /// encoder-decoder does so at the decoder's last position, without being asked.
  public var predictionPositions: [Int]
  /// The input of an encoder-decoder's decoder; other models have no use for it.
  public var target: DecoderInput
  /// The parts that are kept besides queries and keys.
  public var recording: Recording
  /// The memory of an earlier pass of the same model; tokens that both begin with do not run again, where a model's
  /// tokens see only what came before them.
  public var memory: PassMemory?
  /// The changes to heads. A pass with any runs all of its tokens, and leaves no memory.
  public var interventions: [Intervention] = []
  /// The sums of values that patches take from other runs.
  package var patchedSums: [HeadAddress: ReplacedSums] = [:]
  /// Whether the output shall have such a memory, which takes as much room as the values of all layers.
  public var keepsMemory = false

  /// - Precondition: One id and one token type id per token; the positions are the tokens'.
  public init(
    tokens: [Token], ids: [Int], tokenTypeIds: [Int]? = nil, predictionPositions: [Int] = [],
    target: DecoderInput = .generated(), recording: Recording = Recording()
  ) {
    precondition(ids.count == tokens.count)
    precondition(tokenTypeIds.map { $0.count == tokens.count } ?? true)
    precondition(predictionPositions.allSatisfy(tokens.indices.contains))
    self.tokens = tokens
    self.ids = ids
    self.tokenTypeIds = tokenTypeIds
    self.predictionPositions = predictionPositions
    self.target = target
    self.recording = recording
  }

  /// Ids by themselves, shown by their numbers.
  public init(ids: [Int], recording: Recording = Recording()) {
    let tokens = ids.map { Token(text: "#\($0)", display: "#\($0)", id: $0) }
    self.init(tokens: tokens, ids: ids, recording: recording)
  }
}

extension ModelInput {
  /// Checks that there are tokens, and positions for all of them.
  func checkLength(limit: Int) throws(TransformerError) {
    guard !ids.isEmpty else { throw .noTokens }
    guard ids.count <= limit else { throw .tooManyTokens(count: ids.count, limit: limit) }
  }

  /// The same without what changes the run or is looked at in it, its values kept.
  var clean: ModelInput {
    var clean = self
    clean.interventions = []
    clean.patchedSums = [:]
    clean.recording = Recording(values: true)
    clean.predictionPositions = []
    return clean
  }

  /// The input as it runs: with interventions, nothing is taken from another run or left for one.
  var withoutMemoryIfChanged: ModelInput {
    guard !interventions.isEmpty else { return self }
    var input = self
    input.memory = nil
    input.keepsMemory = false
    return input
  }
}

public struct ModelOutput: Sendable {
  public var stacks: [AttentionStack]
  /// For each of the input's prediction positions the most likely tokens, most likely first; empty
  /// if the checkpoint has no head for that.
  public var predictions: [TokenProbability]
  /// The scores of all tokens at the prediction positions, `[positions, vocabulary]`, if they were asked for.
  public var logits: HiddenStates?
  /// The decoder's input if the model generated it, without the end; nil if it was given, and for
  /// other models.
  public var generatedIDs: [Int]?
  /// The states that were asked for: of the only stack under `own`, otherwise under `encoder` and `decoder`.
  public var traces: [AttentionKind: StackTrace]
  /// The changes that were made in it.
  public var interventions: [Intervention]
  var patchedSums: [HeadAddress: ReplacedSums] = [:]
  /// For a pass over a longer text; nil unless it was asked for, and where later tokens change earlier ones.
  public var memory: PassMemory?

  public init(
    stacks: [AttentionStack], predictions: [TokenProbability] = [], logits: HiddenStates? = nil,
    generatedIDs: [Int]? = nil, traces: [AttentionKind: StackTrace] = [:],
    interventions: [Intervention] = [], memory: PassMemory? = nil
  ) {
    self.stacks = stacks
    self.predictions = predictions
    self.logits = logits
    self.generatedIDs = generatedIDs
    self.traces = traces
    self.interventions = interventions
    self.memory = memory
  }
}

/// The probability that the model gives a token at a position.
public struct TokenProbability: Hashable, Sendable {
  public var position: Int
  public var id: Int
  public var probability: Float

  /// The number of tokens given for each position.
  public static let limit = 10

  public init(position: Int, id: Int, probability: Float) {
    self.position = position
    self.id = id
    self.probability = probability
  }
}
