import TerminalUI

/// How far a person has read in the help, and what is searched in it.
public struct Help: Equatable, Sendable {
  /// The first visible row.
  var scroll = 0
  var search = LineEditor()
  /// Whether keys go into the search.
  var isSearching = false
  /// Which of the lines found is looked at.
  var match = 0
}
