import Attention

/// The prompt that a person types in, the search, the commands so far, and the message that answers them.
public struct Input: Equatable, Sendable {
  public var overlay: Overlay?
  /// Said once at the bottom, until the next key.
  public var message: Message?
  var search = Search()
  /// Commands given so far, the latest last.
  var history: [String] = []
  /// The view that the latest click went to.
  var clickedView: ViewKind?

  /// Something over or instead of the view that takes the keys.
  public enum Overlay: Equatable, Sendable {
    case help(Help)
    case prompt(Prompt)
    case start(StartList)
    /// Asks whether to replace the file at a path.
    case replacing(path: String)
  }

  public struct Message: Equatable, Sendable {
    public let text: String
    public let isError: Bool

    init(text: String, isError: Bool) {
      self.text = text
      self.isError = isError
    }

    /// The notes of a record for a person to know; nil where there are none.
    init?(notesOf record: AttentionRecord) {
      guard !record.notes.isEmpty else { return nil }
      self.init(text: record.notes.joined(separator: "; "), isError: false)
    }
  }

  struct Search: Equatable, Sendable {
    var text = ""
    /// Whether its hits are marked.
    var marksHits = false
    /// The start of the search that is being typed.
    var start: Start?
  }

  struct Start: Equatable, Sendable {
    var selection: Selection
    var scroll: Viewport.Scroll
  }
}
