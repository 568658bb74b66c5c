import Attention
import Explorer
import Files
import Tokenizers
import Transformers

/// A loaded model with its tokenizer: text in, attention out.
struct RunningModel: Sendable {
  let files: ModelFiles
  let tokenizer: Tokenizer
  let model: any TransformerModel

  init(_ files: ModelFiles, timings: inout Timings) throws {
    self.files = files
    model = try ModelRegistry.loadModel(from: files)
    timings.mark("model")
    tokenizer = try Tokenizer(files)
    timings.mark("tokenizer")
  }

  /// Runs the model on a text.
  func record(for request: ModelRequest, timings: inout Timings) throws -> AttentionRecord {
    let encoding = try tokenizer.encode(
      request.text, pair: request.pair, maximumCount: model.summary.positionCount)
    timings.mark("tokenize")
    let tokens = encoding.tokens
    let masks = tokens.indices.filter { tokens[$0].id == tokenizer.id(of: .mask) }
    let output = try model.forward(
      ModelInput(
        tokens: tokens.map(Token.init), ids: tokens.map(\.id),
        tokenTypeIds: tokens.map(\.typeID), predictionPositions: masks))
    timings.mark("model pass")
    return AttentionRecord(
      model: files.name, stacks: output.stacks, tokenTypeIDs: tokens.map(\.typeID),
      predictions: output.predictions.map(prediction), notes: notes(encoding))
  }

  private func prediction(_ expected: TokenProbability) -> Prediction {
    let text = tokenizer.token(of: expected.id) ?? "#\(expected.id)"
    let display = tokenizer.display(of: expected.id) ?? text
    return Prediction(
      position: expected.position,
      token: Token(text: text, display: display, id: expected.id),
      probability: expected.probability)
  }

  private func notes(_ encoding: Encoding) -> [String] {
    guard encoding.truncatedCount > 0 else { return [] }
    let count = encoding.tokens.count
    return [
      "the text is cut to the \(count) tokens that the model takes: "
        + "\(encoding.truncatedCount) more are left out"
    ]
  }
}

extension Token {
  init(_ token: EncodedToken) {
    self.init(
      text: token.text, display: token.display, id: token.id, isSpecial: token.isSpecial,
      continuesWord: token.continuesWord, sourceRange: token.sourceRange, segment: token.sequence)
  }
}
