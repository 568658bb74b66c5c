import Attention
import TerminalUI

/// An action that a person can ask for; keys, the mouse and scripts all come down to these.
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
  /// Along the keys (or queries) by weight, beginning at the heaviest.
  case stepPeak(Int)
  case switchSide
  case toggleHead
  case soloHead
  case allHeads
  case cycleAggregation
  case cycleOtherLines
  case cycleQuantity
  case quantity(Quantity)
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
  /// Turns the head that is looked at off in the model, or on again.
  case ablate
  case cycleReplacement
  case cycleAblationRows
  /// Turns heads off in another way, those that are off included.
  case ablateAs(AblationSettings)
  /// Cuts the pair that is looked at, or restores it.
  case cut
  /// Compares the run that is looked at with another one, or leaves that.
  case compare
  /// Looks at another text, and compares it with this one.
  case compareWith(text: String)
  /// Opens another model, and compares it with this one.
  case compareWithModel(Bookmark)
  /// Looks at the other one of two runs that are compared.
  case swapRuns
  /// Puts in what the head does in the run that is compared with, or takes it out again.
  case patch
  /// Shows a list over the view, or leaves it.
  case toggle(Panel)
  case keep(HeadRestriction)
  case rank(HeadRanking)
  /// The heads that link the chosen pair.
  case rankByPair
  case open
  case back
  /// Everything that works here, or what is said of a topic.
  case help(topic: String?)
  case edit(Prompt.Purpose)
  /// Puts the cursor on a token.
  case choose(Int, Selection.Side)
  /// Looks at something else.
  case select(Selection)
  /// Shows things in another way.
  case display(Display)
  /// Asks the model about another text.
  case run(ModelRequest)
  case search(String)
  case stepMatch(Int)
  case undo
  /// Saves the view in a file; its name's ending says as what.
  case export(path: String)
  case copy
  /// The numbers of the view, tab-separated.
  case copyTable
  case toggleSplit
  /// Opens another model or file.
  case goTo(Bookmark)
  /// The list of models and files that can be opened.
  case start
  case tour(Tour)
  /// Keeps what is looked at under a name.
  case save(name: String)
  case redraw
  case suspend
  case quit

  public enum Direction: Sendable {
    case up, down, left, right
  }
}
