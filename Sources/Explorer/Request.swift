import Attention

/// A text to run the model on.
public struct ModelRequest: Equatable, Sendable {
  public var text: String
  /// The second sentence.
  public var pair: String?

  public init(text: String, pair: String? = nil) {
    self.text = text
    self.pair = pair
  }
}

/// What `update` cannot do itself: the run loop does it, and answers with an action where there is an answer.
public enum Effect: Equatable, Sendable {
  /// The number tells a late answer to an earlier question from the one that is waited for.
  case run(ModelRequest, number: Int)
  case copy(String)
  case redraw
  case suspend
  case quit
}
