import TerminalUI

/// The start screen: what can be opened, in sections, with a key before each line.
struct StartView {
  let state: ExplorerState
  let list: StartList
  let theme: Theme

  private enum Row {
    case blank
    case heading(String)
    case choice(Int)
    case note(String)
  }

  private let rows: [Row]
  /// The first row in sight.
  private let first: Int

  private static let top = 2

  init(_ state: ExplorerState, _ list: StartList, theme: Theme) {
    self.state = state
    self.list = list
    self.theme = theme
    var rows: [Row] = []
    for section in Choice.Section.allCases {
      let indices = (state.choices ?? []).indices.filter { state.choices?[$0].section == section }
      if indices.isEmpty { continue }
      rows += [.heading(section.rawValue)] + indices.map { .choice($0) } + [.blank]
    }
    if state.choices == nil { rows.append(.note("looking for models and texts")) }
    self.rows = rows
    let cursor =
      rows.firstIndex { if case .choice(list.cursor) = $0 { true } else { false } } ?? 0
    let room = max(1, state.viewport.height - Self.top - 2)
    // The first choice brings its heading along.
    first = list.cursor == 0 ? 0 : Viewport.follow(cursor, from: 0, count: rows.count, rows: room)
  }

  private var bottom: Int { state.viewport.height - 1 }

  /// The choice in a row of the screen.
  func choice(atY y: Int) -> Int? {
    let row = first + y - Self.top
    guard y >= Self.top, y < bottom, rows.indices.contains(row) else { return nil }
    if case .choice(let index) = rows[row] { return index }
    return nil
  }

  func draw(on canvas: inout Canvas) {
    canvas.fill(canvas.bounds, with: theme.style())
    canvas.fill(
      Rect(x: 0, y: 0, width: canvas.width, height: 1), with: theme.style(.text, on: .bar))
    canvas.write("bertviz-tui", x: 1, y: 0, style: theme.style(.bright, on: .bar).adding(.bold))
    canvas.write(
      "see where a Transformer looks", x: 14, y: 0, style: theme.style(.text, on: .bar))
    for (index, row) in rows.enumerated().dropFirst(first) {
      let y = Self.top + index - first
      if y >= bottom - 1 { break }
      draw(row, y: y, on: &canvas)
    }
  }

  private func draw(_ row: Row, y: Int, on canvas: inout Canvas) {
    switch row {
    case .blank: break
    case .heading(let text):
      canvas.write(text, x: 1, y: y, style: theme.style(.accent).adding(.bold))
    case .note(let text): canvas.write(text, x: 1, y: y, style: theme.style(.dim))
    case .choice(let index): draw(index, y: y, on: &canvas)
    }
  }

  private func draw(_ index: Int, y: Int, on canvas: inout Canvas) {
    guard let choice = state.choices?[index] else { return }
    let isChosen = index == list.cursor
    let surface: Theme.Surface = isChosen ? .selection : .page
    if isChosen {
      canvas.fill(
        Rect(x: 1, y: y, width: canvas.width - 2, height: 1),
        with: theme.style(.text, on: .selection))
    }
    let ellipsis = theme.glyphs.ellipsis
    if StartList.keys.indices.contains(index) {
      canvas.write(
        String(StartList.keys[index]), x: 2, y: y, style: theme.style(.accent, on: surface))
    }
    // Half of the window at most, so that what is said of it has room.
    let width = min(nameWidth, canvas.width / 2)
    let name = TextWidth.ending(
      of: TextWidth.printable(choice.name, glyphs: theme.glyphs), in: width, ellipsis: ellipsis)
    canvas.write(
      name, x: 5, y: y,
      style: theme.style(choice.problem == nil ? .bright : .faint, on: surface))
    let detail = TextWidth.truncated(
      TextWidth.printable(choice.detail, glyphs: theme.glyphs),
      to: max(1, canvas.width - 5 - width - 4), ellipsis: ellipsis)
    canvas.write(detail, x: 5 + width + 2, y: y, style: theme.style(.dim, on: surface))
  }

  private var nameWidth: Int {
    (state.choices ?? []).map { TextWidth.columns(of: TextWidth.printable($0.name)) }.max() ?? 0
  }

  /// The keys of the list, in the last row.
  static func items(_ glyphs: Glyphs) -> [FrameItem] {
    let arrows = glyphs.isUnicode ? "↑↓ ⏎" : "Up Down Enter"
    return [(arrows, "open"), ("t", "tour"), ("Esc", "close"), ("q", "quit")].map { key, text in
      FrameItem(.init(text: key, ink: .accent), .init(text: " " + text, ink: .dim))
    }
  }
}
