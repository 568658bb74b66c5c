import TerminalUI

@testable import Explorer

/// What a person does to the explorer, and sees of it, in the words of the tests.
extension ExplorerState {
  /// Presses keys, written as `:play` reads them, and returns what they ask of the program.
  @discardableResult mutating func press(_ script: String) throws -> [Effect] {
    var effects: [Effect] = []
    for key in try KeyScript.keys(script) { effects += handle(.key(key)) }
    return effects
  }

  /// The state after such keys.
  func pressing(_ script: String) throws -> ExplorerState {
    var state = self
    try state.press(script)
    return state
  }

  /// Presses the keys of characters; `‹` and `›` stand for the arrows left and right.
  mutating func type(_ characters: String) {
    for scalar in characters.unicodeScalars {
      let key: Key = scalar == "‹" ? .left : scalar == "›" ? .right : .character(scalar)
      _ = handle(.key(key))
    }
  }

  mutating func click(_ action: MouseEvent.Action = .click, x: Int, y: Int) {
    _ = handle(.mouse(MouseEvent(action, x: x, y: y)))
  }

  /// The rows of the screen, without the blanks at their ends.
  func rows(_ theme: Theme = .plain) -> [String] {
    render(theme: theme).text.split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }
}

extension Theme {
  /// For tests that look at characters only.
  static let plain = Theme(.mono, depth: .none, glyphs: .unicode)
}
