import TerminalUI

/// What a person can ask for; keys, the mouse and scripts all come down to these.
public enum Action: Equatable, Sendable {
  case show(ViewKind)
  /// The arrows: what they move depends on the view.
  case move(Direction)
  case moveToFirst
  case moveToLast
  /// By pages, or by half pages.
  case page(Int)
  case halfPage(Int)
  case stepLayer(Int)
  case stepHead(Int)
  case stepKey(Int)
  case stepNeuron(Int)
  /// To the key (or query) next in weight.
  case stepPeak(Int)
  case switchSide
  case toggleHead
  case soloHead
  case allHeads
  case cycleAggregation
  case cycleOtherLines
  case cycleScale
  case cycleFilter
  case cycleKind
  case cycleTheme
  case toggleSort
  case toggleSpecials
  case toggleWords
  case toggleTable
  case toggleRotation
  case toggleHeat
  case zoom(Int)
  case open
  case back
  case showHelp
  case edit(Prompt.Purpose)
  case stepMatch(Int)
  case undo
  case copy
  case redraw
  case suspend
  case quit

  public enum Direction: Sendable {
    case up, down, left, right
  }
}

/// A line that takes text, at the bottom of the screen.
public struct Prompt: Equatable, Sendable {
  public enum Purpose: Sendable {
    case text, search
    /// The second sentence, or the decoder's text.
    case second
  }
  public let purpose: Purpose
  public var editor: LineEditor

  public init(_ purpose: Purpose, text: String = "") {
    self.purpose = purpose
    editor = LineEditor(text)
  }
}
