import Attention

/// What `update` cannot do itself: the run loop does it, and answers with an action where there is an answer.
public enum Effect: Equatable, Sendable {
  /// The number tells a late answer to an earlier question from the one that is waited for.
  case run(ModelRequest, number: Int)
  /// Answered with `finishExport`.
  case export(path: String, replaces: Bool)
  case copy(String)
  case redraw
  case suspend
  case quit
}
