import TerminalUI

/// A box over the view that lists every key that works there.
struct HelpOverlay {
  let state: ExplorerState
  let theme: Theme
  let scroll: Int

  private static let width = 74
  private static let maximumHeight = 22
  /// Where the two columns begin, how wide their keys are, and what is said of them.
  static let columns: [(x: Int, keyWidth: Int, helpWidth: Int)] = [(3, 11, 26), (41, 7, 24)]

  private enum Line {
    case heading(String)
    case key(String, String)
    case blank
  }

  func draw(on canvas: inout Canvas) {
    // Everything behind is one faint grey.
    let faint = theme.style(.faint)
    canvas.restyle(canvas.bounds) { _ in faint }
    let columns = Self.sections.map(lines)
    let contentHeight = columns.map(\.count).max() ?? 0
    let footnotes = Self.footnotes
    let height = min(
      Self.maximumHeight, canvas.height - 2, contentHeight + footnotes.count + 5)
    let box = Rect(
      x: max(0, (canvas.width - Self.width) / 2), y: max(0, (canvas.height - height) / 2),
      width: min(Self.width, canvas.width), height: height)
    drawBorder(box, on: &canvas)
    let rows = box.height - 3
    let all = contentHeight + 1 + footnotes.count
    let first = max(0, min(scroll, all - rows))
    for row in 0..<rows {
      let index = first + row
      let y = box.y + 1 + row
      for (column, place) in zip(columns, Self.columns) where index < column.count {
        draw(column[index], x: box.x + place.x, y: y, place, on: &canvas)
      }
      if footnotes.indices.contains(index - contentHeight - 1) {
        canvas.write(
          footnotes[index - contentHeight - 1], x: box.x + 3, y: y,
          style: theme.style(.dim, on: .overlay), limit: box.width - 4)
      }
    }
    let more = all > rows ? "   \(theme.keyLabel("↑↓")) scroll" : ""
    canvas.write(
      "Esc close\(more)", x: box.x + 3, y: box.maxY - 2, style: theme.style(.accent, on: .overlay))
  }

  static let sections: [[KeyMap.Entry.Section]] = [[.move, .heads], [.see, .act]]

  private static let footnotes = [
    "Lines: colour = head, brightness and thickness = weight, grey = other tokens.",
    "A pattern label is a hypothesis: check it on other texts.",
  ]

  private func lines(_ sections: [KeyMap.Entry.Section]) -> [Line] {
    var lines: [Line] = []
    for section in sections {
      let entries = state.keyMap.entries(in: state.view).filter { $0.section == section }
      if entries.isEmpty { continue }
      if !lines.isEmpty { lines.append(.blank) }
      lines.append(.heading(section.rawValue))
      lines += entries.map { .key(theme.keyLabel($0.label), $0.help) }
    }
    return lines
  }

  private func draw(
    _ line: Line, x: Int, y: Int, _ place: (x: Int, keyWidth: Int, helpWidth: Int),
    on canvas: inout Canvas
  ) {
    switch line {
    case .blank: break
    case .heading(let text):
      canvas.write(text, x: x, y: y, style: theme.style(.bright, on: .overlay).adding(.bold))
    case .key(let key, let help):
      canvas.write(
        key, x: x, y: y, style: theme.style(.accent, on: .overlay), limit: place.keyWidth)
      canvas.write(
        help, x: x + place.keyWidth, y: y, style: theme.style(.text, on: .overlay),
        limit: place.helpWidth)
    }
  }

  private func drawBorder(_ box: Rect, on canvas: inout Canvas) {
    canvas.fill(box, with: theme.style(.text, on: .overlay))
    let border = theme.style(.border, on: .overlay)
    let glyphs = theme.glyphs
    for x in box.x..<box.maxX {
      canvas[x, box.y] = Cell(glyphs.horizontal, border)
      canvas[x, box.maxY - 1] = Cell(glyphs.horizontal, border)
    }
    for y in box.y..<box.maxY {
      canvas[box.x, y] = Cell(glyphs.vertical, border)
      canvas[box.maxX - 1, y] = Cell(glyphs.vertical, border)
    }
    canvas[box.x, box.y] = Cell(glyphs.topLeft, border)
    canvas[box.maxX - 1, box.y] = Cell(glyphs.topRight, border)
    canvas[box.x, box.maxY - 1] = Cell(glyphs.bottomLeft, border)
    canvas[box.maxX - 1, box.maxY - 1] = Cell(glyphs.bottomRight, border)
    canvas.write(
      " Help: \(state.view.rawValue) view ", x: box.x + 2, y: box.y,
      style: theme.style(.bright, on: .overlay))
  }
}
