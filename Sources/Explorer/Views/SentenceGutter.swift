import TerminalUI

extension Theme {
  /// The edge beside an item of a sentence pair: the sentence's letter on its first row, then its colour.
  func gutterCell(of axis: TokenAxis, at position: Int) -> Cell {
    let segment = axis.items[position].segment
    let isFirst = position == 0 || axis.items[position - 1].segment != segment
    return isFirst
      ? Cell(segment == 0 ? "A" : "B", sentenceLetter(segment))
      : Cell(glyphs.gutter, sentenceGutter(segment))
  }
}
