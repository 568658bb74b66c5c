import TerminalUI

/// The row of numbered squares, one for each head of the layer.
extension HeadView {
  static let squaresX = 7

  /// Columns of the largest number.
  private var digits: Int { String(state.keptHeads.last ?? 0).count }

  /// Columns of a square, and which of the kept heads are shown. Numbers never touch: where not all have room
  /// for the marks of the focus, a blank stands before each.
  private var squares: (width: Int, first: Int, count: Int) {
    let heads = state.keptHeads
    let space = layout.frame.width - Self.squaresX - 2
    let width = heads.count * (digits + 2) <= space ? digits + 2 : digits + 1
    let room = max(1, space / width)
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
      let hasMarks = width > digits + 1
      var label = String(head).rightAligned(width - (hasMarks ? 1 : 0)).leftAligned(width)
      let title = state.headTitle(head)
      if hasMarks, isFocus {
        let open = title.count > String(head).count ? "" : String(theme.glyphs.open)
        label = "\(open)\(title)\(theme.glyphs.close)".rightAligned(width)
      } else if title.count > String(head).count {
        label = title.rightAligned(width - (hasMarks ? 1 : 0)).leftAligned(width)
      }
      var style = theme.headSquare(head, isOn: state.selection.activeHeads.contains(head))
      if !hasMarks, isFocus { style = style.adding(.underline) }
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
