import TerminalUI

/// A line that takes text, at the bottom of the screen.
public struct Prompt: Equatable, Sendable {
  public enum Purpose: Sendable {
    case text, search, command
    /// The second sentence, or the decoder's text.
    case second
    /// A text to compare with.
    case compared
    /// The name of a file to save the view in.
    case export

    /// Whether the line is for something new, so that Backspace on an empty one leaves.
    var beginsEmpty: Bool { self == .search || self == .command }
  }
  public let purpose: Purpose
  public var editor: LineEditor
  /// While a person goes through completions.
  private(set) var choice: Choice?
  /// While a person goes through earlier lines: how many back.
  private(set) var recalled: Int?

  struct Choice: Equatable, Sendable {
    /// The text that was typed before, and is being completed.
    var stem: String
    /// The index of the completion that stands in the line.
    var index: Int
  }

  public init(_ purpose: Purpose, text: String = "") {
    self.purpose = purpose
    editor = LineEditor(text)
  }

  var isEmpty: Bool { editor.scalars.isEmpty }

  mutating func insert(_ text: String) {
    editor.insert(text)
    choice = nil
    recalled = nil
  }

  /// The text that completions are looked up for.
  var stem: String { choice?.stem ?? editor.text }

  /// The text that `completion` adds behind the cursor; nil where it does not continue the line.
  func ghost(of completion: CommandText.Completion?) -> String? {
    let line = editor.text
    guard let completion, !isEmpty, editor.isAtEnd, choice == nil, completion.text.hasPrefix(line)
    else {
      return nil
    }
    return String(completion.text.dropFirst(line.count))
  }

  /// Does what `key` means in a command line.
  ///
  /// Tab and the arrows go through the completions; a single one is taken at once, as → takes the ghost. On an
  /// empty line ↑ goes to earlier lines instead, as ^P and ^N do anywhere.
  ///
  /// - Parameter history: Earlier lines, the latest last.
  mutating func handle(
    _ key: Key, completions: [CommandText.Completion], history: [String]
  ) {
    switch key {
    case .control("p"): recall(1, history)
    case .control("n"): recall(-1, history)
    case .up where isInHistory: recall(1, history)
    case .down where recalled != nil: recall(-1, history)
    case .tab where completions.count == 1: take(completions[0])
    case .tab, .down: choose(1, completions)
    case .backTab, .up: choose(-1, completions)
    case .right, .end, .control("f"), .control("e"):
      if let best = completions.first, let ghost = ghost(of: best), !ghost.isEmpty {
        take(best)
      } else {
        edit(key)
      }
    default: edit(key)
    }
  }

  /// Whether the arrows mean earlier lines.
  private var isInHistory: Bool { recalled != nil || (isEmpty && choice == nil) }

  private mutating func edit(_ key: Key) {
    _ = editor.handle(key)
    choice = nil
    recalled = nil
  }

  private mutating func take(_ completion: CommandText.Completion) {
    editor = LineEditor(completion.text)
    choice = nil
    recalled = nil
  }

  private mutating func choose(_ step: Int, _ completions: [CommandText.Completion]) {
    guard !completions.isEmpty else { return }
    let count = completions.count
    let index = choice.map { ($0.index + step + count) % count } ?? (step > 0 ? 0 : count - 1)
    let stem = stem
    take(completions[index])
    choice = Choice(stem: stem, index: index)
  }

  private mutating func recall(_ step: Int, _ history: [String]) {
    let back = (recalled ?? 0) + step
    guard back <= history.count else { return }
    editor = LineEditor(back > 0 ? history[history.count - back] : "")
    choice = nil
    recalled = back > 0 ? back : nil
  }
}
