import TerminalUI

extension Theme {
  /// The edge beside an item of a sentence pair: the sentence's letter on its first row, then its colour.
  func gutterCell(of axis: TokenAxis, at position: Int) -> Cell {
    sentenceCell(
      axis.items[position].segment, isFirst: axis.startsSentence(at: position))
  }
}
