import Attention
import Files
import HeadPatterns
import Tokenizers
import Transformers

/// A model with its tokenizer: text in, record out.
///
/// ```swift
/// let model = try LoadedModel(ModelFiles(folder: "bert-base-uncased"))
/// let record = try model.run(ModelRequest(text: "The cat sat on the mat")).record
/// print(record.weights(stack: 0, layer: 3, head: 1).heaviestKeys(of: 2))
/// ```
public struct LoadedModel: Sendable {
  /// The name as titles show it.
  public let name: String
  let model: any TransformerModel
  /// Ids need none, and so do without one that cannot be had.
  private let loadedTokenizer: Result<Tokenizer, TokenizerError>
  private let shiftsTarget: Bool
  private let sourceLanguage: String?
  private let targetLanguage: String?
  /// Of the model, whatever it runs on.
  private let notes: [String]

  /// Loads the model and its tokenizer.
  ///
  /// - Parameters:
  ///   - adapter: A LoRA adapter of PEFT's to apply to the model, which is called after both.
  ///   - modelType: The kind of model, whatever its configuration says.
  ///   - tokenizer: The files of another tokenizer than the model's own.
  ///   - shiftsTarget: Whether the decoder is fed its start and the target without the last token, as in training.
  ///   - sourceLanguage: Of a translation model; nil for the one that its files name.
  ///   - targetLanguage: Likewise.
  ///   - timings: Gets the phases `model` and `tokenizer`.
  /// - Throws: `FileError`, `TensorError` or `TransformerError`; an error of the tokenizer only when a text needs it.
  public init(
    _ files: ModelFiles, adapter: ModelFiles? = nil, modelType: String? = nil,
    tokenizer: ModelFiles? = nil,
    shiftsTarget: Bool = false, sourceLanguage: String? = nil, targetLanguage: String? = nil,
    timings: Timings = Timings()
  ) throws {
    name = files.name + (adapter.map { " with adapter \($0.name)" } ?? "")
    self.shiftsTarget = shiftsTarget
    self.sourceLanguage = sourceLanguage
    self.targetLanguage = targetLanguage
    model = try ModelRegistry.loadModel(from: files, adapter: adapter, modelType: modelType)
    let rounded = model.summary.roundedFormats.joined(separator: ", ")
    notes =
      [files.note, adapter?.note, rounded.isEmpty ? nil : "weights rounded: \(rounded)"]
      .compactMap(\.self)
      + (try ModelConfiguration(files, modelType: modelType).notes(
        isAdapted: adapter?.location == files.location))
    timings.mark("model")
    loadedTokenizer = Result { () throws(TokenizerError) in try Tokenizer(tokenizer ?? files) }
    timings.mark("tokenizer")
  }

  /// The family and the sizes.
  public var summary: ModelSummary { model.summary }

  /// - Throws: The reason why there is none.
  public var tokenizer: Tokenizer {
    get throws(TokenizerError) { try loadedTokenizer.get() }
  }

  /// Runs the model on a text, or on ids. The record has the summaries of all heads, and what the model predicts.
  ///
  /// - Parameters:
  ///   - recording: What is kept besides queries and keys.
  ///   - memory: Of an earlier run; tokens that a decoder has read do not run again.
  ///   - keepsMemory: Whether the run shall have one.
  ///   - timings: Gets the phases `tokenize` and `model pass`.
  ///   - progress: Called after each layer with what is known by then; what it throws ends the run.
  public func run(
    _ request: ModelRequest, recording: Recording = Recording(),
    continuing memory: PassMemory? = nil, keepsMemory: Bool = false, timings: Timings = Timings(),
    progress: (RunProgress, AttentionRecord) throws -> Void = { _, _ in }
  ) throws -> Run {
    let input = try Input(request, self)
    let target = try decoderInput(request)
    timings.mark("tokenize")
    let maskID = (try? tokenizer)?.maskID
    let masks = input.ids.indices.filter { input.ids[$0] == maskID }
    let last = input.ids.indices.suffix(1)
    var latest: AttentionRecord?
    func grown(
      _ stacks: [AttentionStack], predictions: [Prediction] = [], isGenerated: Bool = false
    ) -> AttentionRecord {
      let notes =
        notes(input, generated: isGenerated) + request.interventions.map(\.description)
      let new =
        latest.map {
          AttentionRecord(continuing: $0, stacks: stacks, predictions: predictions, notes: notes)
        }
        ?? AttentionRecord(
          model: name, stacks: stacks,
          tokenTypeIDs: model.summary.readsTokenTypes ? input.typeIDs : nil,
          predictions: predictions, notes: notes,
          rowsSumToOne: request.interventions.cuts.allSatisfy(\.keepsSum),
          interventions: request.interventions)
      latest = new
      return new
    }
    let start = ContinuousClock.now
    var modelInput = ModelInput(
      tokens: input.tokens, ids: input.ids, tokenTypeIds: input.typeIDs,
      predictionPositions: Set(masks + last).sorted(), target: target,
      recording: recording.union(Recording(summarizer: PatternSummarizer())))
    modelInput.interventions = request.interventions
    modelInput.patchedSums = try patchedSums(of: request.interventions.patches)
    modelInput.memory = memory
    modelInput.keepsMemory = keepsMemory
    let output = try model.forward(modelInput) {
      try progress(RunProgress(finished: $0.finished, total: $0.total), grown($0.stacks))
    }
    timings.mark("model pass", since: start)
    let record = grown(
      output.stacks, predictions: predictions(output, masks: masks),
      isGenerated: output.generatedIDs != nil)
    return Run(record, output, of: self)
  }

  /// What heads took in the runs that patches name; without those that the model does not have.
  private func patchedSums(of patches: [HeadPatch]) throws -> [HeadAddress: ReplacedSums] {
    var sums: [HeadAddress: ReplacedSums] = [:]
    for source in Set(patches.map(\.source)) {
      let pass = try run(source, recording: Recording(values: true)).requiredPass
      for patch in patches where patch.source == source {
        guard let layer = pass.layer(patch.head) else { continue }
        let taken = layer.weightedValues(head: patch.head.head)
        sums[patch.head] = ReplacedSums(rows: Array(0..<taken.tokenCount), values: taken.values)
      }
    }
    return sums
  }

  /// The input of the encoder, or of a model without one.
  private struct Input {
    let tokens: [Token]
    let ids: [Int]
    let typeIDs: [Int]
    /// Tokens of the text that the model does not take.
    let truncatedCount: Int
    var wholeCount: Int { tokens.count + truncatedCount }

    init(_ request: ModelRequest, _ model: LoadedModel) throws {
      if let ids = request.inputIDs {
        self.ids = ids
        tokens = ids.map(model.givenToken)
        typeIDs = ids.map { _ in 0 }
        truncatedCount = 0
      } else {
        let encoding = try model.tokenizer.encode(
          request.text, pair: request.pair, sourceLanguage: model.sourceLanguage,
          maximumCount: model.summary.positionCount)
        tokens = encoding.tokens.map(Token.init)
        ids = encoding.tokens.map(\.id)
        typeIDs = encoding.tokens.map(\.typeID)
        truncatedCount = encoding.truncatedCount
      }
    }
  }

  private func decoderInput(_ request: ModelRequest) throws -> DecoderInput {
    if let ids = request.decoderInputIDs { return .given(tokens: ids.map(givenToken), ids: ids) }
    guard let text = request.target else {
      return .generated(firstID: try firstTargetID()) { ids in ids.map(token) }
    }
    let limit = model.summary.decoder?.positionCount
    let encoding = try tokenizer.encodeTarget(
      text, language: targetLanguage, maximumCount: limit)
    let ids = encoding.tokens.map(\.id)
    guard shiftsTarget else { return .given(tokens: ids.map(token), ids: ids) }
    guard let shifted = model.summary.decoder?.shiftRight(ids) else {
      throw RunError.noFirstToken
    }
    return .given(tokens: shifted.map(token), ids: shifted)
  }

  /// The language with which the model's own text begins; nil for what the model's files say.
  private func firstTargetID() throws -> Int? {
    if targetLanguage == nil, model.summary.decoder?.startID != nil { return nil }
    // Without a tokenizer, the model says what it lacks.
    guard targetLanguage != nil || (try? tokenizer) != nil else { return nil }
    return try tokenizer.targetPrefixID(language: targetLanguage)
  }

  /// An id as the vocabulary knows it, without a place in a text.
  func token(_ id: Int) -> Token {
    let tokenizer = try? tokenizer
    let text = tokenizer?.token(of: id) ?? "#\(id)"
    return Token(text: text, display: tokenizer?.display(of: id) ?? text, id: id)
  }

  /// The same, with special tokens told by what they are for: nobody added them.
  private func givenToken(_ id: Int) -> Token {
    let specials: [SpecialToken] = [.beginning, .end, .classifier, .separator, .padding]
    let tokenizer = try? tokenizer
    var token = token(id)
    token.isSpecial = specials.contains { tokenizer?.id(of: $0) == id }
    return token
  }

  /// The model's predictions behind its text, or, if it is bidirectional, at the masks.
  private func predictions(_ output: ModelOutput, masks: [Int]) -> [Prediction] {
    let looksBothWays = output.stacks.count == 1 && !output.stacks[0].layers[0].mask.isCausal
    return output.predictions
      .filter { !looksBothWays || masks.contains($0.position) }
      .map {
        Prediction(position: $0.position, token: token($0.id), probability: $0.probability)
      }
  }

  private func notes(_ input: Input, generated: Bool) -> [String] {
    var notes = notes
    if input.truncatedCount > 0 {
      notes.append(
        "text cut to \(input.tokens.count) of \(input.wholeCount) tokens: the model takes no more")
    }
    if generated { notes.append("the target is the model's own, written greedily") }
    return notes
  }
}
