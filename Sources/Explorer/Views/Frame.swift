import Attention
import TerminalUI

extension ExplorerState {
  public var theme: Theme {
    Theme(display.appearance, depth: display.depth, glyphs: display.glyphs)
  }

  /// The whole screen as it is now.
  public func render() -> Canvas { render(theme: theme) }

  /// The whole screen in another look.
  public func render(theme: Theme) -> Canvas {
    var canvas = Canvas(width: width, height: height, filledWith: Cell(" ", theme.style()))
    guard !frame.isTooSmall else {
      drawTooSmall(on: &canvas, theme: theme)
      return canvas
    }
    let view = makeView(theme: theme)
    drawTitle(on: &canvas, theme: theme)
    canvas.write(
      view.stateItems, x: 1, y: frame.stateRow, limit: width, gap: 3, theme: theme)
    view.draw(on: &canvas)
    drawReadout(view.readout, on: &canvas, theme: theme)
    drawBottomRow(on: &canvas, theme: theme)
    if case .help(let scroll) = overlay {
      HelpOverlay(state: self, theme: theme, scroll: scroll).draw(on: &canvas)
    }
    return canvas
  }

  func makeView(theme: Theme) -> any ExplorerView {
    switch view {
    case .model: ModelView(self, theme: theme)
    case .head: HeadView(self, theme: theme)
    case .neuron: NeuronView(self, theme: theme)
    case .matrix: MatrixView(self, theme: theme)
    }
  }

  /// What the readout says, as plain text.
  var readoutText: String {
    let theme = Theme(.mono, depth: .none, glyphs: .unicode)
    return makeView(theme: theme).readout.map(\.text).joined(separator: "  ")
  }

  private func drawTooSmall(on canvas: inout Canvas, theme: Theme) {
    let times = theme.glyphs.times
    let needed = "needs \(FrameLayout.minimumWidth)\(times)\(FrameLayout.minimumHeight)"
    let name = "bertviz-tui"
    let lines =
      (name.count + 1 + needed.count <= width ? ["\(name) \(needed)"] : [name, needed])
      + ["this window is \(width)\(times)\(height)", "enlarge it, or: q quit"]
    for (index, line) in lines.enumerated() {
      canvas.write(
        line, x: max(0, (width - TextWidth.columns(of: line)) / 2),
        y: max(0, (height - lines.count) / 2) + index, style: theme.style())
    }
  }

  // MARK: Title

  /// The first column of each tab; the tabs end at the right edge.
  var tabColumns: [(view: ViewKind, columns: Range<Int>)] {
    var end = width
    var result: [(ViewKind, Range<Int>)] = []
    for view in ViewKind.allCases.reversed() {
      let start = end - tabLabel(view).count
      result.insert((view, start..<end), at: 0)
      end = start
    }
    return result
  }

  private func tabLabel(_ view: ViewKind) -> String {
    let number = (ViewKind.allCases.firstIndex(of: view) ?? 0) + 1
    return " \(number) \(view.title) "
  }

  private func drawTitle(on canvas: inout Canvas, theme: Theme) {
    let bar = theme.style(.text, on: .bar)
    canvas.fill(Rect(x: 0, y: frame.titleRow, width: width, height: 1), with: bar)
    let limit = (tabColumns.first?.columns.lowerBound ?? width) - 1
    let name = "bertviz-tui"
    canvas.write(name, x: 1, y: frame.titleRow, style: theme.style(.bright, on: .bar).adding(.bold))
    let start = 1 + name.count + 2
    canvas.write(titleDetails(columns: limit - start, theme: theme), x: start, y: 0, style: bar)
    for (view, columns) in tabColumns {
      let style = view == self.view ? theme.style(.text, on: .barSelection) : bar
      canvas.write(tabLabel(view), x: columns.lowerBound, y: frame.titleRow, style: style)
    }
  }

  /// The model, its dimensions and the token count, as far as they fit.
  private func titleDetails(columns: Int, theme: Theme) -> String {
    let times = String(theme.glyphs.times)
    let model = TextWidth.printable(record.model)
    let dimensions = "\(stack.layers.count)\(times)\(stack.headCount)"
    let queries = stack.queries.count
    let keys = stack.keys.count
    let counts = queries == keys ? "\(queries)" : "\(queries)\(times)\(keys)"
    let tokens = counts == "1" ? "1 token" : "\(counts) tokens"
    let candidates = ["\(model)  \(dimensions)  \(tokens)", "\(model)  \(dimensions)"]
    return candidates.first { TextWidth.columns(of: $0) <= columns }
      ?? TextWidth.truncated(model, to: columns, ellipsis: theme.glyphs.ellipsis)
  }

  // MARK: The two rows at the bottom

  private func drawReadout(_ items: [FrameItem], on canvas: inout Canvas, theme: Theme) {
    let row = Rect(x: 0, y: frame.readoutRow, width: width, height: 1)
    canvas.fill(row, with: theme.style(.text, on: .bar))
    canvas.write(items, x: 1, y: row.y, limit: width, gap: 2, theme: theme, on: .bar)
  }

  private func drawBottomRow(on canvas: inout Canvas, theme: Theme) {
    if case .prompt(let prompt) = overlay {
      drawPrompt(prompt, on: &canvas, theme: theme)
    } else if let message {
      let text = TextWidth.truncated(
        TextWidth.printable(message.text), to: width - 2, ellipsis: theme.glyphs.ellipsis)
      canvas.write(
        text, x: 1, y: frame.keyRow, style: theme.style(message.isError ? .accent : .bright))
    } else {
      drawKeys(on: &canvas, theme: theme)
    }
  }

  private func drawKeys(on canvas: inout Canvas, theme: Theme) {
    func item(_ entry: KeyMap.Entry) -> FrameItem? {
      entry.footer.map {
        FrameItem(
          .init(text: theme.keyLabel(entry.label), ink: .accent), .init(text: " " + $0, ink: .dim))
      }
    }
    // How to get help and how to get out is always said.
    let entries = keyMap.entries(in: view)
    let pinned = entries.filter { $0.footer == "help" || $0.footer == "quit" }.compactMap(item)
    let others = entries.filter { $0.footer != "help" && $0.footer != "quit" }.compactMap(item)
    let pinnedStart = width - 1 - pinned.reduce(0) { $0 + $1.width } - 2 * (pinned.count - 1)
    canvas.write(pinned, x: pinnedStart, y: frame.keyRow, limit: width, gap: 2, theme: theme)
    canvas.write(others, x: 1, y: frame.keyRow, limit: pinnedStart - 1, gap: 2, theme: theme)
  }

  private func drawPrompt(_ prompt: Prompt, on canvas: inout Canvas, theme: Theme) {
    let label =
      switch prompt.purpose {
      case .text: " text: "
      case .second: isEncoderDecoder ? " target: " : " second: "
      case .search: " /"
      }
    let y = frame.keyRow
    let start = canvas.write(label, x: 0, y: y, style: theme.style(.accent))
    let room = width - start - 1
    // The part of a long text around the cursor.
    var first = prompt.editor.cursor
    var used = 0
    while first > 0 {
      let columns = abs(TextWidth.columns(of: prompt.editor.scalars[first - 1]))
      if used + columns >= room { break }
      used += columns
      first -= 1
    }
    var x = start
    for index in first...prompt.editor.scalars.count where x < width - 1 {
      let isCursor = index == prompt.editor.cursor
      let scalar = index < prompt.editor.scalars.count ? prompt.editor.scalars[index] : " "
      let style = isCursor ? theme.style(.text, on: .selection) : theme.style(.bright)
      x += canvas.write(
        TextWidth.printable(String(scalar)), x: x, y: y, style: style, limit: width - x)
    }
  }
}

extension Theme {
  /// A key's label, in ASCII where there is nothing else.
  func keyLabel(_ label: String) -> String {
    guard !glyphs.isUnicode else { return label }
    let plain: [Character: String] = ["↑": "^", "↓": "v", "←": "<", "→": ">", "⏎": "Enter"]
    return label.map { plain[$0] ?? String($0) }.joined()
  }
}
