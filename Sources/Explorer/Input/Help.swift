import TerminalUI

/// The reader's place in the help, and the search in it.
public struct Help: Equatable, Sendable {
  /// The first visible row.
  var scroll = 0
  var search = LineEditor()
  /// Whether keys go into the search.
  var isSearching = false
  /// The index of the found line that is looked at.
  var match = 0
}
