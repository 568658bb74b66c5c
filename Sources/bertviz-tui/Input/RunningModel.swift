import Attention
import Explorer
import Files
import Runs
import Threads
import Tokenizers
import Transformers

/// A loaded model with its tokenizer: text in, attention out.
struct RunningModel: Sendable {
  let name: String
  /// Ids need none, and so do without one that cannot be had.
  private let tokenizer: Result<Tokenizer, TokenizerError>
  let model: any TransformerModel
  /// Feed the decoder its start and the target without the last token.
  let shiftsTarget: Bool
  /// Of a translation model; nil for those that its files name.
  let sourceLanguage: String?
  let targetLanguage: String?
  /// Of the model, whatever it runs on.
  private let notes: [String]

  init(_ name: String, _ options: InputOptions, timings: Timings) throws {
    if let threads = options.threads { Parallel.threadCount = threads }
    let files = try ModelSource.files(name, revision: options.revision)
    self.name = files.name
    shiftsTarget = options.shiftTarget
    sourceLanguage = options.sourceLang
    targetLanguage = options.targetLang
    model = try ModelRegistry.loadModel(from: files, modelType: options.modelType)
    notes =
      [files.note].compactMap(\.self)
      + (try ModelConfiguration(files, modelType: options.modelType).notes)
    timings.mark("model")
    let tokenizerFiles = try options.tokenizer.map { try ModelSource.files($0) } ?? files
    tokenizer = Result { () throws(TokenizerError) in try Tokenizer(tokenizerFiles) }
    if options.inputIds == nil { _ = try tokenizer.get() }
    timings.mark("tokenizer")
    if let option = options.decoderOptions.first, !model.summary.isEncoderDecoder {
      throw ProgramError.usage(
        "\(option): \(model.summary.family) has no decoder beside its encoder")
    }
  }

  /// Runs the model on a text, or on ids.
  ///
  /// - Parameters:
  ///   - recording: What is kept besides queries and keys.
  ///   - memory: Of an earlier run; tokens that a decoder has read do not run again.
  ///   - keepsMemory: Whether the run shall have one.
  ///   - progress: Called after each layer with what is known by then; what it throws ends the run.
  func run(
    _ request: ModelRequest, recording: Recording = Recording(),
    continuing memory: PassMemory? = nil, keepsMemory: Bool = false, timings: Timings,
    progress: (RunProgress, AttentionRecord) throws -> Void = { _, _ in }
  ) throws -> Run {
    let input = try Input(request, self)
    let target = try decoderInput(request)
    timings.mark("tokenize")
    let maskID = (try? tokenizer.get())?.maskID
    let masks = input.ids.indices.filter { input.ids[$0] == maskID }
    let last = input.ids.indices.suffix(1)
    var latest: AttentionRecord?
    func grown(
      _ stacks: [AttentionStack], predictions: [Prediction] = [], isGenerated: Bool = false
    ) -> AttentionRecord {
      let notes = notes(input, generated: isGenerated)
      let new =
        latest.map {
          AttentionRecord(continuing: $0, stacks: stacks, predictions: predictions, notes: notes)
        }
        ?? AttentionRecord(
          model: name, stacks: stacks,
          tokenTypeIDs: model.summary.readsTokenTypes ? input.typeIDs : nil,
          predictions: predictions, notes: notes)
      latest = new
      return new
    }
    let start = ContinuousClock.now
    var modelInput = ModelInput(
      tokens: input.tokens, ids: input.ids, tokenTypeIds: input.typeIDs,
      predictionPositions: Set(masks + last).sorted(), target: target,
      recording: recording.union(Recording(summarizer: PatternSummarizer())))
    modelInput.memory = memory
    modelInput.keepsMemory = keepsMemory
    let output = try model.forward(modelInput) {
      try progress(RunProgress(finished: $0.finished, total: $0.total), grown($0.stacks))
    }
    timings.mark("model pass", since: start)
    let record = grown(
      output.stacks, predictions: predictions(output, masks: masks),
      isGenerated: output.generatedIDs != nil)
    return Run(record, output, of: model)
  }

  /// The input of the encoder, or of a model without one.
  private struct Input {
    let tokens: [Token]
    let ids: [Int]
    let typeIDs: [Int]
    /// Tokens of the text that the model does not take.
    let truncatedCount: Int
    var wholeCount: Int { tokens.count + truncatedCount }

    init(_ request: ModelRequest, _ running: RunningModel) throws {
      if let ids = request.inputIDs {
        self.ids = ids
        tokens = ids.map(running.givenToken)
        typeIDs = ids.map { _ in 0 }
        truncatedCount = 0
      } else {
        let encoding = try running.tokenizer.get().encode(
          request.text, pair: request.pair, sourceLanguage: running.sourceLanguage,
          maximumCount: running.model.summary.positionCount)
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
    let ids = try tokenizer.get()
      .encodeTarget(text, language: targetLanguage, maximumCount: limit).tokens.map(\.id)
    guard shiftsTarget else { return .given(tokens: ids.map(token), ids: ids) }
    guard let shifted = model.summary.decoder?.shiftRight(ids) else {
      throw ProgramError("--shift-target: the model's files name no token to start with")
    }
    return .given(tokens: shifted.map(token), ids: shifted)
  }

  /// The language with which the model's own text begins; nil for what the model's files say.
  private func firstTargetID() throws -> Int? {
    if targetLanguage == nil, model.summary.decoder?.startID != nil { return nil }
    // Without a tokenizer, the model says what it lacks.
    guard targetLanguage != nil || (try? tokenizer.get()) != nil else { return nil }
    return try tokenizer.get().targetPrefixID(language: targetLanguage)
  }

  /// An id as the vocabulary knows it, without a place in a text.
  private func token(_ id: Int) -> Token {
    let tokenizer = try? tokenizer.get()
    let text = tokenizer?.token(of: id) ?? "#\(id)"
    return Token(text: text, display: tokenizer?.display(of: id) ?? text, id: id)
  }

  /// The same, with special tokens told by what they are for: nobody added them.
  private func givenToken(_ id: Int) -> Token {
    let specials: [SpecialToken] = [.beginning, .end, .classifier, .separator, .padding]
    let tokenizer = try? tokenizer.get()
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
