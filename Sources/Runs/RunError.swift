import Attention

/// The reason why a request cannot be run.
public enum RunError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The target is to be shifted, and the model's files do not say what takes the first place.
  case noFirstToken
  /// Saved attention, which can be looked at, and not changed.
  case saved
  /// A question that is answered from the weights.
  case needsModel
  /// A model that looks both ways predicts at masks.
  case noMask
  /// An outcome that is not one token, with the text that would be one, if there is such.
  case outcomeIsNoToken(String, pieces: [String], instead: String?)
  case noSuchToken(Int, count: Int)
  /// An analysis of pairs without any pairs.
  case noPairs(Analysis)
  case noPair(HeadPair)
  /// The query does not see the key.
  case hiddenPair(HeadPair)
  case encoderWritesNoWords(HeadPair)
  case crossScoreIsNotSplit(HeadPair)
  case noCuts
  /// The model takes too few tokens, or knows too few, for the texts of a probe.
  case probeHasNoRoom
  /// Of no series enough items are tokens.
  case noSeries
  /// Two models that read a text otherwise: their names, the first place where, nil for one behind the shorter text, and
  /// the numbers of tokens.
  case otherTokens(String, String, firstAt: Int?, counts: Int, Int)
  /// Two models whose heads have nothing to do with each other.
  case otherShape

  public var description: String {
    switch self {
    case .noFirstToken:
      "the target cannot be shifted: the model's files name no token to start with"
    case .needsModel:
      "saved attention has no weights, and this is told from them: name a model instead"
    case .noMask:
      "the text has no mask, so the model has nothing to predict: put one where a word is asked for, such as [MASK]"
    case .outcomeIsNoToken(let text, let pieces, let instead):
      "the outcome \"\(text)\" is \(pieces.count) tokens (\(pieces.joined(separator: " | "))) and has to be one"
        + (instead.map { ": \"\($0)\" is" }
          ?? ": give one of them, or the id of a token, such as #42")
    case .noSuchToken(let id, let count):
      "the outcome #\(id): the model knows the tokens 0-\(count - 1)"
    case .noPairs(let analysis):
      "\(analysis.rawValue): of which pairs? Give --pairs, such as 0.3:12>4"
    case .noPair(let pair):
      "\(pair): there is no such layer, head or token"
    case .hiddenPair(let pair):
      "\(pair): the query does not see the key"
    case .encoderWritesNoWords(let pair):
      "\(pair): what a head of the encoder writes is read by the decoder, and by nothing that predicts"
    case .crossScoreIsNotSplit(let pair):
      "\(pair): query and key come from two stacks; only scores of a stack with itself are split"
    case .noCuts: "edges: which ones? Give --cut, such as 3.1:12>4"
    case .probeHasNoRoom:
      "the model takes, or knows, too few tokens for a text of random ones, twice"
    case .noSeries:
      "the vocabulary has too few days, months, numbers and letters as single tokens"
    case .otherTokens(let one, let two, let place, let count, let otherCount):
      "\(one) and \(two) read other tokens"
        + (place.map { ", the first at \($0)" } ?? ": \(count) and \(otherCount)")
        + ", so heads cannot be compared row by row"
    case .otherShape:
      "the two models have other layers and heads, so there is nothing to compare head by head"
    case .saved: "attention from a file cannot be recomputed"
    }
  }
}
