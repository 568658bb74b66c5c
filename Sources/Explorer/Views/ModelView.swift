import Attention
import TerminalUI

/// All heads at once: rows are layers, columns heads; the selected one in a pane beside them.
struct ModelView: ExplorerView {
  let state: ExplorerState
  let theme: Theme
  let layout: ModelLayout
  let weights: ModelWeights

  init(_ state: ExplorerState, theme: Theme) {
    self.state = state
    self.theme = theme
    layout = ModelLayout(state)
    weights = ModelWeights(state, queries: layout.queries, keys: layout.keys)
  }

  var selectedLayer: Int { state.selection.layer }
  var selectedHead: Int { state.selection.head }

  func isSelected(_ layer: Int, _ head: Int) -> Bool {
    layer == selectedLayer && head == selectedHead
  }

  /// As the model counts it.
  func number(ofLayer layer: Int) -> Int { state.stack.layers[layer].index }

  func summary(_ layer: Int, _ head: Int) -> HeadSummary { state.stack.summaries[layer][head] }

  // MARK: Words

  var stateItems: [FrameItem] {
    let picture = layout.zoom == .large ? layout.drawsHeat ? " heat" : " lines" : ""
    var items = [FrameItem.labelled("zoom", layout.zoom.title + picture)]
    items += state.sharedStateItems(theme.glyphs)
    if state.display.scale != .absolute {
      let unit = state.weightUnit(layer: selectedLayer, head: selectedHead)
      items.append(.labelled("full at", NumberText.weight(unit)))
    }
    if !weights.isWhole { items.append(.value("labels of the whole text")) }
    items.append(.labelled("heads", "\(state.activeHeads.count)/\(state.layer.headCount)"))
    items.append(.labelled("sort", "layer"))
    return items
  }

  var readout: [FrameItem] {
    let patterns = summary(selectedLayer, selectedHead).patterns
    let head = FrameItem(
      .init(text: "layer ", ink: .dim),
      .init(text: "\(number(ofLayer: selectedLayer))", ink: .bright, isBold: true),
      .init(text: " head ", ink: .dim),
      .init(text: "\(selectedHead)", ink: .bright, isBold: true))
    let best = patternItem(patterns[0], isBest: true)
    let others = patterns.dropFirst().map { patternItem($0, isBest: false) }
    let strongest = weights.topPairs(layer: selectedLayer, head: selectedHead, limit: 1)
      .map(strongestItem)
    // A narrow window shows the pair rather than the second label.
    let all = [head, best] + others + strongest
    let width = all.reduce(0) { $0 + $1.width + 2 }
    return width <= layout.frame.width ? all : [head, best] + strongest + others
  }

  private func patternItem(_ pattern: HeadSummary.Pattern, isBest: Bool) -> FrameItem {
    FrameItem(
      .init(text: pattern.text(theme.glyphs), ink: isBest ? .accent : .bright, isBold: isBest),
      .init(text: pattern.isBesidesSinks ? " besides sinks" : "", ink: .dim))
  }

  private func strongestItem(_ pair: HeadSummary.Pair) -> FrameItem {
    let query = layout.queries.items[pair.query]
    let key = layout.keys.items[pair.key]
    func quoted(_ label: String) -> String {
      let limit = layout.frame.isBig ? 16 : 8
      return "\"\(TextWidth.truncated(label, to: limit, ellipsis: theme.glyphs.ellipsis))\""
    }
    return FrameItem(
      .init(text: "strongest q \(query.number) ", ink: .dim),
      .init(text: quoted(query.label), ink: .bright),
      .init(text: " \(theme.glyphs.right) k \(key.number) ", ink: .dim),
      .init(text: quoted(key.label) + " ", ink: .bright),
      .init(
        text: NumberText.plain(pair.weight, digits: 3, glyphs: theme.glyphs), ink: .accent,
        isBold: true))
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas) {
    if layout.paneWidth > 0 { drawPane(on: &canvas) }
    drawHeadings(on: &canvas)
    drawLayerNumbers(on: &canvas)
    if weights.isEmpty, layout.zoom != .index {
      canvas.write(
        "no tokens are left", x: ModelLayout.gridX, y: layout.frame.firstBodyRow,
        style: theme.style(.dim))
      return
    }
    for layer in layout.layers {
      for head in layout.heads where head < state.stack.layers[layer].headCount {
        switch layout.zoom {
        case .index: drawIndexCell(layer, head, on: &canvas)
        case .thumbnails: drawThumbnail(layer, head, on: &canvas)
        case .large: drawLarge(layer, head, on: &canvas)
        }
      }
    }
    if layout.zoom == .index { drawLegend(on: &canvas) } else { drawSelection(on: &canvas) }
  }

  private func drawHeadings(on canvas: inout Canvas) {
    let y = layout.frame.headingRow
    let dim = theme.style(.dim)
    let accent = theme.style(.accent).adding(.bold)
    let above = layout.layers.lowerBound
    canvas.write(
      above > 0 ? "\(theme.glyphs.up)\(above)" : "lay", x: 0, y: y, style: above > 0 ? accent : dim)
    let selected = heading(selectedHead)
    for head in layout.heads where head != selectedHead && head % layout.numberStep == 0 {
      let (x, text) = heading(head)
      let isClear = x + text.count < selected.x || x > selected.x + selected.text.count
      if isClear { canvas.write(text, x: x, y: y, style: dim) }
    }
    canvas.write(selected.text, x: selected.x, y: y, style: accent)
    if layout.heads.lowerBound > 0 {
      canvas[ModelLayout.gridX - 1, y] = Cell(theme.glyphs.focus, accent)
    }
    if layout.heads.upperBound < layout.headCount {
      let x = min(layout.x(ofHead: layout.heads.upperBound), layout.gridEnd - 1)
      canvas[x, y] = Cell(theme.glyphs.more, accent)
    }
    drawActiveHeads(on: &canvas)
  }

  /// A head's number over its column: in the middle of pictures, else where the cell begins.
  private func heading(_ head: Int) -> (x: Int, text: String) {
    let text = String(head)
    let isCentred = layout.zoom != .large && layout.cellWidth > 3
    let indent = isCentred ? max(0, (layout.insideWidth - text.count) / 2) : 0
    return (layout.x(ofHead: head) + indent, text)
  }

  /// A tab over the number of each head that is on, unless all are.
  private func drawActiveHeads(on canvas: inout Canvas) {
    guard state.activeHeads.count < state.layer.headCount else { return }
    let y = layout.frame.stripRow
    let width = min(3, layout.insideWidth)
    let tab = String(repeating: String(theme.glyphs.lowerHalf), count: width)
    canvas.write("on", x: 1, y: y, style: theme.style(.dim))
    for head in layout.heads where state.selection.activeHeads.contains(head) {
      let indent = layout.zoom == .large ? 0 : (layout.insideWidth - width) / 2
      canvas.write(tab, x: layout.x(ofHead: head) + indent, y: y, style: theme.style(.border))
    }
  }

  private func drawLayerNumbers(on canvas: inout Canvas) {
    for layer in layout.layers {
      let style =
        layer == selectedLayer ? theme.style(.accent).adding(.bold) : theme.style(.dim)
      canvas.write(
        String(number(ofLayer: layer)).rightAligned(3), x: 0, y: layout.numberRow(ofLayer: layer),
        style: style)
    }
    let below = layout.layerCount - layout.layers.upperBound
    if below > 0 {
      canvas.write(
        "\(theme.glyphs.down)\(below)", x: 1, y: layout.moreRow,
        style: theme.style(.accent).adding(.bold))
    }
  }

  /// Bars in the gaps at both sides of the selected picture.
  private func drawSelection(on canvas: inout Canvas) {
    guard layout.layers.contains(selectedLayer), layout.heads.contains(selectedHead) else { return }
    let x = layout.x(ofHead: selectedHead)
    let y = layout.y(ofLayer: selectedLayer)
    let height = layout.zoom == .large ? layout.cellHeight - 1 : layout.cellHeight
    for row in y..<y + height {
      canvas[x - 1, row] = Cell(theme.glyphs.rightHalf, theme.style(.accent))
      canvas[x + layout.insideWidth, row] = Cell(theme.glyphs.leftHalf, theme.style(.accent))
    }
  }
}
