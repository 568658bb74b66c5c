import TerminalUI

/// A box over the view that lists every key and command that works there.
struct HelpOverlay {
  let state: ExplorerState
  let theme: Theme
  let help: Help
  let layout: HelpLayout

  init(_ state: ExplorerState, _ help: Help, theme: Theme) {
    self.state = state
    self.theme = theme
    self.help = help
    layout = HelpLayout(state, help)
  }

  func draw(on canvas: inout Canvas) {
    // Everything behind is one faint grey; pixels, which are nothing but colour, are gone.
    let faint = theme.style(.faint)
    canvas.restyle(canvas.bounds) { _ in faint }
    if theme.hasHeatPixels {
      let pixels = [theme.glyphs.upperHalf.value, theme.glyphs.lowerHalf.value]
      for y in 0..<canvas.height {
        for x in 0..<canvas.width where pixels.contains(canvas[x, y].scalar) {
          canvas[x, y] = Cell(" ", faint)
        }
      }
    }
    drawBorder(on: &canvas)
    let visible = layout.scroll..<layout.scroll + layout.visibleRowCount
    let current = layout.matches.indices.contains(help.match) ? layout.matches[help.match] : nil
    for (index, line) in layout.lines.enumerated() where visible.contains(line.row) {
      draw(
        line, isMatch: layout.matches.contains(index), isCurrent: index == current, on: &canvas)
    }
    drawBottom(on: &canvas)
  }

  private func draw(
    _ line: HelpLayout.Line, isMatch: Bool, isCurrent: Bool, on canvas: inout Canvas
  ) {
    let x = layout.box.x + line.x
    let y = layout.box.y + 1 + line.row - layout.scroll
    func style(_ ink: Theme.Ink) -> Style {
      if isCurrent { return theme.style(.text, on: .selection) }
      let style = theme.style(isMatch ? .bright : ink, on: .overlay)
      return isMatch ? style.adding(.underline) : style
    }
    switch line.text {
    case .blank: break
    case .heading(let text):
      canvas.write(text, x: x, y: y, style: style(.accent).adding(.bold))
    case .note(let text):
      canvas.write(text, x: x, y: y, style: style(.dim), limit: line.width)
    case .entry(let key, let text):
      canvas.write(
        key, x: x, y: y, style: style(.bright).adding(.bold), limit: line.keyWidth - 1)
      canvas.write(
        text, x: x + line.keyWidth, y: y, style: style(.text), limit: line.width - line.keyWidth)
    }
  }

  /// The keys to leave, read on and search; or the search.
  private func drawBottom(on canvas: inout Canvas) {
    let x = layout.box.x + 3
    let limit = layout.box.maxX - 2
    let query = help.search.text
    var items: [FrameItem] = []
    if help.isSearching || !query.isEmpty {
      let count = layout.matches.count
      let place = count == 0 ? "nothing found" : "\(help.match + 1) of \(count)"
      let text = TextWidth.truncated(
        TextWidth.printable(query, glyphs: theme.glyphs), to: 20, ellipsis: theme.glyphs.ellipsis)
      items = [
        FrameItem(.init(text: "/", ink: .accent), .init(text: text, ink: .bright)),
        .value(query.isEmpty ? "" : place),
      ]
    }
    if help.isSearching {
      items += [Self.hint("\(Key.enter.label(theme.glyphs))", "done"), Self.hint("Esc", "cancel")]
    } else {
      items.append(Self.hint("Esc", "close"))
      if layout.lastScroll > 0 {
        let keys = [Key.up, .down].map { $0.label(theme.glyphs) }
        items.append(Self.hint(keys.joined(separator: theme.glyphs.isUnicode ? "" : " "), "scroll"))
      }
      items.append(
        query.isEmpty ? Self.hint("/", "search the help") : Self.hint("n N", "next, previous"))
    }
    canvas.write(
      items, x: x, y: layout.bottomY, limit: limit, gap: 2, theme: theme, on: .overlay)
  }

  private static func hint(_ key: String, _ text: String) -> FrameItem {
    FrameItem(.init(text: key, ink: .accent), .init(text: " " + text, ink: .dim))
  }

  private func drawBorder(on canvas: inout Canvas) {
    let box = layout.box
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
      style: theme.style(.bright, on: .overlay).adding(.bold))
  }
}
