import Attention
import Tokenizers
import Transformers

extension Run {
  /// The row whose prediction is looked at: the last one, or that of the first mask; 0 where the model predicts nothing.
  ///
  /// - Throws: `RunError.saved`, and `RunError.noMask` where a model that looks both ways has none to fill.
  public var outcomeRow: Int {
    get throws {
      let pass = try requiredPass
      if let first = record.predictions.first { return first.position }
      guard pass.model.model.summary.predictsTokens else { return 0 }
      throw RunError.noMask
    }
  }

  /// The outcome that is meant by a text: a token or `A - B`, each a text or an id such as `#1199`; a blank before the
  /// first goes for both. For nil, the likeliest token.
  ///
  /// - Throws: `RunError` for what is no single token of the model, `TransformerError.predictsNothing`.
  public func outcome(_ text: String?) throws -> Outcome {
    let pass = try requiredPass
    guard pass.model.model.summary.predictsTokens else { throw TransformerError.predictsNothing }
    guard let text else {
      guard let id = try likeliestIDs(1).first else { throw RunError.noMask }
      return .token(id)
    }
    guard let dash = text.firstRange(of: " - ") else {
      return .token(try pass.model.outcomeToken(text))
    }
    let (first, second) = (String(text[..<dash.lowerBound]), String(text[dash.upperBound...]))
    let blank = first.hasPrefix(" ") && !second.hasPrefix(" ") && !second.hasPrefix("#") ? " " : ""
    return .difference(
      try pass.model.outcomeToken(first), try pass.model.outcomeToken(blank + second))
  }

  /// The likeliest tokens at the row that is looked at, likeliest first; none where the model predicts nothing.
  public func likeliestIDs(_ count: Int) throws -> [Int] {
    let row = try outcomeRow
    return Array(
      try requiredPass.output.predictions.filter { $0.position == row }.map(\.id).prefix(count))
  }

  /// An id as the vocabulary knows it.
  public func token(_ id: Int) -> Token? { pass?.model.token(id) }
}

extension LoadedModel {
  /// The id of a token that an outcome names.
  fileprivate func outcomeToken(_ text: String) throws -> Int {
    let count = model.structure.scoreCount
    if text.trimmed.hasPrefix("#"), let id = Int(text.trimmed.dropFirst()) {
      guard (0..<count).contains(id) else { throw RunError.noSuchToken(id, count: count) }
      return id
    }
    let pieces = try pieces(of: text)
    guard pieces.count == 1 else {
      let other = text.hasPrefix(" ") ? String(text.dropFirst()) : " " + text
      throw RunError.outcomeIsNoToken(
        text, pieces: pieces.map(\.text),
        instead: try self.pieces(of: other).count == 1 ? other : nil)
    }
    return pieces[0].id
  }

  func pieces(of text: String) throws -> [EncodedToken] {
    try tokenizer.encode(text, maximumCount: nil).tokens.filter { !$0.isSpecial }
  }
}

extension String {
  fileprivate var trimmed: Substring { drop { $0 == " " } }
}
