import Attention
import Explorer
import Files
import Tokenizers
import Transformers

/// A loaded model with its tokenizer: text in, attention out.
struct RunningModel: Sendable {
  let name: String
  let tokenizer: Tokenizer
  let model: any TransformerModel
  /// Feed the decoder its start and the target without the last token.
  let shiftsTarget: Bool
  /// Of a translation model; nil for those that its files name.
  let sourceLanguage: String?
  let targetLanguage: String?

  init(_ name: String, _ options: InputOptions, timings: inout Timings) throws {
    if let threads = options.threads { Parallel.threadCount = threads }
    let files = try ModelSource.files(name)
    self.name = files.name
    shiftsTarget = options.shiftTarget
    sourceLanguage = options.sourceLang
    targetLanguage = options.targetLang
    model = try ModelRegistry.loadModel(from: files)
    timings.mark("model")
    tokenizer = try Tokenizer(files)
    timings.mark("tokenizer")
    if options.target != nil, !model.summary.isEncoderDecoder {
      throw ProgramError("--target: \(model.summary.family) has no decoder beside its encoder")
    }
  }

  /// Runs the model on a text.
  func record(for request: ModelRequest, timings: inout Timings) throws -> AttentionRecord {
    let encoding = try tokenizer.encode(
      request.text, pair: request.pair, sourceLanguage: sourceLanguage,
      maximumCount: model.summary.positionCount)
    let tokens = encoding.tokens
    let target = try decoderInput(request.target)
    timings.mark("tokenize")
    let masks = tokens.indices.filter { tokens[$0].id == tokenizer.maskID }
    let last = tokens.indices.suffix(1)
    let output = try model.forward(
      ModelInput(
        tokens: tokens.map(Token.init), ids: tokens.map(\.id),
        tokenTypeIds: tokens.map(\.typeID), predictionPositions: Set(masks + last).sorted(),
        target: target))
    timings.mark("model pass")
    return AttentionRecord(
      model: name, stacks: output.stacks,
      tokenTypeIDs: model.summary.readsTokenTypes ? tokens.map(\.typeID) : nil,
      predictions: predictions(output, masks: masks),
      notes: notes(encoding, generated: output.generatedIDs != nil))
  }

  private func decoderInput(_ text: String?) throws -> DecoderInput {
    guard let text else {
      let firstID = try targetLanguage.flatMap { try tokenizer.targetPrefixID(language: $0) }
      return .generated(firstID: firstID) { ids in ids.map(token) }
    }
    let limit = model.summary.decoder?.positionCount
    let ids = try tokenizer.encodeTarget(text, language: targetLanguage, maximumCount: limit)
      .tokens.map(\.id)
    guard shiftsTarget else { return .given(tokens: ids.map(token), ids: ids) }
    guard let shifted = model.summary.decoder?.shiftRight(ids) else {
      throw ProgramError("--shift-target: the model's files name no token to start with")
    }
    return .given(tokens: shifted.map(token), ids: shifted)
  }

  /// An id as the vocabulary knows it, without a place in a text.
  private func token(_ id: Int) -> Token {
    let text = tokenizer.token(of: id) ?? "#\(id)"
    return Token(text: text, display: tokenizer.display(of: id) ?? text, id: id)
  }

  /// What the model expects behind its text, or, if it looks both ways, at the masks.
  private func predictions(_ output: ModelOutput, masks: [Int]) -> [Prediction] {
    let looksBothWays = output.stacks.count == 1 && !output.stacks[0].layers[0].mask.isCausal
    return output.predictions
      .filter { !looksBothWays || masks.contains($0.position) }
      .map {
        Prediction(position: $0.position, token: token($0.id), probability: $0.probability)
      }
  }

  private func notes(_ encoding: Encoding, generated: Bool) -> [String] {
    var notes: [String] = []
    if encoding.truncatedCount > 0 {
      notes.append(
        "the text is cut to the \(encoding.tokens.count) tokens that the model takes: "
          + "\(encoding.truncatedCount) more are left out")
    }
    if generated { notes.append("the target is the model's own, written greedily") }
    return notes
  }
}

extension Token {
  init(_ token: EncodedToken) {
    self.init(
      text: token.text, display: token.display, id: token.id, isSpecial: token.isSpecial,
      continuesWord: token.continuesWord, sourceRange: token.sourceRange, segment: token.sequence)
  }
}
