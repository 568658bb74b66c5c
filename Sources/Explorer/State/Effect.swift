import Attention

/// A task that `update` cannot do itself: the run loop does it, and answers with an action where there is an answer.
public enum Effect: Equatable, Sendable {
  /// The number tells a late answer to an earlier question from the one that is waited for.
  case run(ModelRequest, number: Int)
  /// Answered with `take(_:to:)`, as often as there is something to say.
  case ask(Question, of: ModelRequest, number: Int)
  /// Nobody waits for the answer to a question any more.
  case withdraw(number: Int)
  /// Answered with `finishExport`.
  case export(path: String, replaces: Bool)
  case copy(String)
  /// Answered with `finishOpening`.
  case open(Bookmark, number: Int)
  /// Answered with `finishListing`.
  case list
  /// Keeps a place under a name; answered with `finishSaving`.
  case save(Bookmark, name: String)
  case redraw
  case suspend
  case quit
}
