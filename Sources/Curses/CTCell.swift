import CTerminal
import TerminalUI

extension CTCell {
  /// A row of a canvas as the terminal is to show it: wide characters are whole or not there.
  static func row(_ cells: ArraySlice<Cell>) -> [CTCell] {
    var result: [CTCell] = []
    result.reserveCapacity(cells.count)
    var isInsideWide = false
    for x in cells.indices {
      var cell = CTCell(cells[x])
      let isContinued = x + 1 < cells.endIndex && cells[x + 1].scalar == 0
      if cell.scalar == 0 {
        // Something was drawn over the left half.
        if !isInsideWide { cell.scalar = 0x20 }
        isInsideWide = false
      } else {
        isInsideWide = isContinued && cell.isWide
        // … or over the right half.
        if !isContinued, cell.isWide {
          cell.scalar = 0x20
          cell.marks = (0, 0)
        }
      }
      result.append(cell)
    }
    return result
  }

  private init(_ cell: Cell) {
    let attributes = cell.style.attributes
    var bits = 0
    if attributes.contains(.bold) { bits |= CTBold }
    if attributes.contains(.underline) { bits |= CTUnderline }
    if attributes.contains(.reverse) { bits |= CTReverse }
    if attributes.contains(.faint) { bits |= CTFaint }
    if attributes.contains(.italic) { bits |= CTItalic }
    if attributes.contains(.picture) { bits |= CTPicture }
    self.init(
      scalar: cell.scalar, marks: (cell.marks[0], cell.marks[1]),
      foreground: cell.style.foreground.code, background: cell.style.background.code,
      attributes: UInt32(bits))
  }

  private var isWide: Bool {
    // The first wide character is a Hangul consonant.
    guard scalar >= 0x1100, let character = Unicode.Scalar(scalar) else { return false }
    return TextWidth.columns(of: character) == 2
  }
}
