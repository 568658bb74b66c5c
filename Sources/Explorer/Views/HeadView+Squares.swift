import TerminalUI

/// The row of numbered squares, one for each head of the layer.
extension HeadView {
  static let squaresX = 7

  /// Columns of a square, and which of the kept heads are shown.
  private var squares: (width: Int, first: Int, count: Int) {
    let heads = state.keptHeads
    let width = heads.count <= 20 ? 3 : 2
    let room = max(1, (layout.frame.width - Self.squaresX - 2) / width)
    guard heads.count > room else { return (width, 0, heads.count) }
    let focus = heads.firstIndex(of: state.selection.head) ?? 0
    let first = max(0, min(focus - room / 2, heads.count - room))
    return (width, first, room)
  }

  func drawSquares(on canvas: inout Canvas) {
    let y = layout.frame.stripRow
    let (width, first, count) = squares
    canvas.write("heads", x: 1, y: y, style: theme.style(.dim))
    let heads = state.keptHeads
    for (index, head) in heads[first..<first + count].enumerated() {
      let isFocus = head == state.selection.head
      var label = String(head)
      if width == 3, isFocus {
        label = "\(theme.glyphs.open)\(head)\(head < 10 ? String(theme.glyphs.close) : "")"
      } else if width == 3 {
        label = head < 10 ? " \(head) " : "\(head) "
      } else {
        label = String(head % 100).rightAligned(2)
      }
      var style = theme.headSquare(head, isOn: state.selection.activeHeads.contains(head))
      if width == 2, isFocus { style = style.adding(.underline) }
      canvas.write(label, x: Self.squaresX + index * width, y: y, style: style)
    }
    if first > 0 {
      canvas[Self.squaresX - 1, y] = Cell(theme.glyphs.focus, theme.style(.dim))
    }
    if first + count < heads.count {
      let x = Self.squaresX + count * width
      canvas[x, y] = Cell(theme.glyphs.more, theme.style(.dim))
    }
  }

  /// The head whose square is at column `x`.
  func head(atColumn x: Int) -> Int? {
    let (width, first, count) = squares
    let index = (x - Self.squaresX) / width
    return x >= Self.squaresX && index < count ? state.keptHeads[first + index] : nil
  }
}
