/// A requirement of a key or command; where it is not met, they are not offered, and say why.
public enum Requirement: Sendable {
  /// Two sentences.
  case pair
  /// An encoder-decoder's kinds of attention.
  case severalKinds
  /// A model to run, not attention from a file.
  case model
  /// A model that can read a second sentence.
  case secondSentence
  /// A model whose decoder reads a text of its own.
  case target
  /// Queries and keys, not only the weights that they come to.
  case vectors
  /// Queries and keys that were rotated by their positions.
  case rotation
  /// Other characters than those of ASCII.
  case unicode
}

extension ExplorerState {
  /// The reason why `requirement` is not met, in one line; nil where it is, or nothing is required.
  func objection(to requirement: Requirement?) -> String? {
    switch requirement {
    case nil: nil
    case .pair:
      if isPair {
        nil
      } else if objection(to: .secondSentence) == nil {
        "one sentence only: \(label(of: "edit-second")) adds a second one"
      } else {
        "there are no two sentences to choose from"
      }
    case .severalKinds:
      if session.record.stacks.count > 1 {
        nil
      } else if session.isEncoderDecoder {
        "the decoder has not run yet"
      } else {
        "this model has one kind of attention"
      }
    case .model: session.request == nil ? "attention from a file cannot be recomputed" : nil
    case .secondSentence:
      if session.isEncoderDecoder {
        "this model reads a target instead: see :target"
      } else if session.latestRequest?.inputIDs != nil {
        "the input is ids: \(label(of: "edit-text")) gives a text first"
      } else {
        objection(to: .model)
      }
    case .target:
      session.isEncoderDecoder
        ? objection(to: .model) : "this model has no decoder beside its encoder: see :pair"
    case .vectors:
      layer.score == nil ? "only the weights are known here, not queries and keys" : nil
    case .rotation:
      objection(to: .vectors)
        ?? (layer.score?.rotation == nil ? "no rotation is known of these queries and keys" : nil)
    case .unicode:
      display.glyphs.isUnicode ? nil : "everything is drawn in ASCII here"
    }
  }
}
