import Attention

/// Attention of a text while it is typed, where the model answers at once: it is shown as if it had been asked for, and
/// taken back unless it is.
extension ExplorerState {
  /// The state before somebody began to type.
  struct Preview: Sendable {
    var record: AttentionRecord
    var request: ModelRequest?
    var selection: Selection
    var scroll: Viewport.Scroll
    var pair: PairMemory
  }

  /// Longer texts are run when they are done.
  private static let previewLimit = 64

  /// Asks for the text as far as it has been typed.
  mutating func preview(_ prompt: Prompt) -> [Effect] {
    guard prompt.purpose == .text || prompt.purpose == .second, answersAtOnce, !prompt.isEmpty,
      session.record.stacks.allSatisfy({
        max($0.queries.count, $0.keys.count) <= Self.previewLimit
      }), let new = wish(of: prompt), new != session.latestRequest
    else { return [] }
    if typing == nil {
      typing = Preview(
        record: session.record, request: session.request, selection: selection,
        scroll: viewport.scroll, pair: pair)
    }
    return session.run(new)
  }

  /// Back to what was there before.
  mutating func endPreview() {
    guard let before = typing else { return }
    typing = nil
    session.awaited = nil
    session.failure = nil
    session.record = before.record
    session.request = before.request
    selection = before.selection
    viewport.scroll = before.scroll
    pair = before.pair
    followSelection()
  }

  /// Keeps what is shown if it answers `request`, as if it had been asked for at once; else goes back.
  ///
  /// - Returns: Whether it is kept.
  mutating func keepPreview(of request: ModelRequest) -> Bool {
    guard let before = typing, session.request == request, session.awaited == nil,
      session.failure == nil
    else {
      endPreview()
      return false
    }
    typing = nil
    if let asked = before.request, asked != request { session.past.append(asked) }
    return true
  }
}
