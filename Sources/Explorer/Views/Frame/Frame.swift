import Attention
import TerminalUI

extension ExplorerState {
  public var theme: Theme {
    Theme(
      display.appearance, depth: display.depth, glyphs: display.glyphs,
      paintsPage: display.paintsPage)
  }

  /// The whole screen as it is now.
  public func render() -> Canvas { render(theme: theme) }

  /// The whole screen in another look.
  public func render(theme: Theme) -> Canvas {
    var canvas = Canvas(
      width: viewport.width, height: viewport.height, filledWith: Cell(" ", theme.style()))
    guard !frame.isTooSmall else {
      drawTooSmall(on: &canvas, theme: theme)
      return canvas
    }
    if case .start(let list) = input.overlay {
      StartView(self, list, theme: theme).draw(on: &canvas)
      drawBottomRow(on: &canvas, theme: theme)
      return canvas
    }
    let view = makeView(theme: theme)
    drawTitle(on: &canvas, theme: theme)
    drawState(view.stateItems.fitting(viewport.width - 1, gap: 3), on: &canvas, theme: theme)
    if let split { draw(split, on: &canvas, theme: theme) } else { view.draw(on: &canvas) }
    drawSentence(on: &canvas, theme: theme)
    PanelView(self, theme: theme)?.draw(on: &canvas)
    drawReadout(view.readout + expertItems, on: &canvas, theme: theme)
    if let box = TourBox(self), input.overlay == nil {
      box.draw(self, on: &canvas, theme: theme)
    } else {
      drawBottomRow(on: &canvas, theme: theme)
    }
    if case .help(let help) = input.overlay {
      HelpOverlay(self, help, theme: theme).draw(on: &canvas)
    }
    return canvas
  }

  func makeView(theme: Theme) -> any ExplorerView {
    var theme = theme
    theme.showsSigns = shownNumbers.quantity.isSigned
    return switch view {
    case .model: ModelView(self, theme: theme)
    case .head: HeadView(self, theme: theme)
    case .neuron: NeuronView(self, theme: theme)
    case .matrix: MatrixView(self, theme: theme)
    case .output: OutputView(self, theme: theme)
    }
  }

  /// The readout as plain text.
  var readoutText: String { readoutText(Theme(.mono, depth: .none, glyphs: .unicode)) }

  func readoutText(_ theme: Theme) -> String {
    (makeView(theme: theme).readout + expertItems).map(\.text).joined(separator: "  ")
  }

  private func drawTooSmall(on canvas: inout Canvas, theme: Theme) {
    let times = theme.glyphs.times
    let needed = "needs \(FrameLayout.minimumWidth)\(times)\(FrameLayout.minimumHeight)"
    let name = "bertviz-tui"
    let lines =
      (name.count + 1 + needed.count <= viewport.width ? ["\(name) \(needed)"] : [name, needed])
      + [
        "this window is \(viewport.width)\(times)\(viewport.height)",
        "enlarge it, or: \(keyMap.label(of: "quit", theme.glyphs)) quit",
      ]
    for (index, line) in lines.enumerated() {
      canvas.write(
        line, x: max(0, (viewport.width - TextWidth.columns(of: line)) / 2),
        y: max(0, (viewport.height - lines.count) / 2) + index, style: theme.style())
    }
  }

  // MARK: Title

  /// The first column of each tab; the tabs end at the right edge.
  var tabColumns: [(view: ViewKind, columns: Range<Int>)] {
    var end = viewport.width
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
    canvas.fill(Rect(x: 0, y: frame.titleRow, width: viewport.width, height: 1), with: bar)
    let limit = (tabColumns.first?.columns.lowerBound ?? viewport.width) - 1
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
    let model = TextWidth.printable(session.record.model, glyphs: theme.glyphs)
    let dimensions = "\(stack.layerCount)\(times)\(stack.headCount)"
    let queries = stack.queries.count
    let keys = stack.keys.count
    let counts = queries == keys ? "\(queries)" : "\(queries)\(times)\(keys)"
    let tokens = counts == "1" ? "1 token" : "\(counts) tokens"
    let candidates = ["\(model)  \(dimensions)  \(tokens)", "\(model)  \(dimensions)"]
    return candidates.first { TextWidth.columns(of: $0) <= columns }
      ?? TextWidth.truncated(model, to: columns, ellipsis: theme.glyphs.ellipsis)
  }

  /// The experts of the query that is looked at, in the feed-forward block behind the attention, the most important
  /// first; none where the layer has none, or the whole model is looked at.
  var expertItems: [FrameItem] {
    guard view != .model, let experts = layer.experts, selection.query < experts.tokenCount else {
      return []
    }
    let choices = experts.choices(ofToken: selection.query).map { expert, weight in
      "\(expert) \(NumberText.weight(weight))"
    }
    return [FrameItem.labelled("experts", choices.joined(separator: ", "))]
  }

  // MARK: State and readout

  private func drawState(_ items: [FrameItem], on canvas: inout Canvas, theme: Theme) {
    let atEnd = items.filter(\.isAtEnd)
    let endX = viewport.width - 1 - atEnd.width(gap: 3)
    for (items, x) in [(items.filter { !$0.isAtEnd }, 1), (atEnd, endX)] {
      canvas.write(items, x: x, y: frame.stateRow, limit: viewport.width, gap: 3, theme: theme)
    }
  }

  private func drawReadout(_ items: [FrameItem], on canvas: inout Canvas, theme: Theme) {
    let row = Rect(x: 0, y: frame.readoutRow, width: viewport.width, height: 1)
    canvas.fill(row, with: theme.style(.text, on: .bar))
    canvas.write(items, x: 1, y: row.y, limit: viewport.width, gap: 2, theme: theme, on: .bar)
  }
}
