import Attention
import TerminalUI

/// Query × key, neuron by neuron: the chosen query above the keys in the same columns, each key's vector or
/// product as a strip of colours, then how it becomes a score and a weight.
struct NeuronView: ExplorerView {
  typealias Panel = NeuronDisplay.Panel

  let state: ExplorerState
  let theme: Theme
  let layout: NeuronLayout
  let scene: NeuronScene
  /// Positions of what is searched for: of the queries, and of the rows.
  let queryHits: Set<Int>
  let rowHits: Set<Int>
  /// By how much the head's weights are larger than in the run that is compared with; nil where nothing is.
  private let changes: HeadWeights?

  init(_ state: ExplorerState, theme: Theme) {
    self.state = state
    var theme = theme
    theme.isCoarse = true
    self.theme = theme
    layout = NeuronLayout(state)
    scene = NeuronScene(state)
    queryHits = state.hits(on: layout.queries)
    rowHits = layout.listsQueries ? queryHits : state.hits(on: layout.keys)
    let selection = state.selection
    changes = state.differenceQuestion.flatMap { state.session.findings.numbers[$0] }?.weights(
      in: state.session.record, stack: selection.stack, layer: selection.layer,
      head: selection.head)
  }

  /// The pair of row `position`.
  func pair(ofRow position: Int) -> NeuronScene.Pair {
    let number = layout.axis.items[position].number
    return layout.listsQueries
      ? NeuronScene.Pair(query: number, key: scene.key?.number ?? 0)
      : NeuronScene.Pair(query: scene.query?.number ?? 0, key: number)
  }

  /// The chosen one, among the rows.
  private var focusedRow: Int? {
    layout.axis.position(of: layout.listsQueries ? state.selection.query : state.selection.key)
  }

  // MARK: Picture

  func draw(on canvas: inout Canvas) {
    guard scene.query != nil, scene.key != nil else {
      canvas.write(
        AttentionSlice.emptyText, x: 1, y: layout.frame.firstBodyRow,
        style: theme.style(.dim))
      return
    }
    if let table, state.display.neuron.showsTable {
      draw(table, on: &canvas)
      return
    }
    drawStripRow(on: &canvas)
    let strips = NeuronStrips(self)
    drawQuery(with: strips, on: &canvas)
    drawHeadings(on: &canvas)
    drawRows(with: strips, on: &canvas)
    if layout.isScrolled { drawHidden(on: &canvas) }
    if let table {
      draw(table, on: &canvas)
    } else {
      drawTopNeurons(on: &canvas)
    }
  }

  /// The chosen query, above every panel.
  private func drawQuery(with strips: NeuronStrips, on canvas: inout Canvas) {
    guard let query = scene.query else { return }
    let y = layout.queryY
    canvas[0, y] = Cell(theme.glyphs.cursor, theme.style(.accent))
    let style = theme.style(.text, on: .selection)
    canvas.fill(
      Rect(
        x: layout.numberX, y: y, width: layout.numberWidth + 1 + layout.tokenWidth, height: 1),
      with: style)
    let isHit = layout.queries.position(of: query.number).map(queryHits.contains) ?? false
    drawToken(
      query, style: isHit ? theme.found(style) : style, numberStyle: style, y: y, on: &canvas)
    guard let key = scene.key,
      let vectors = scene.vectors(of: .init(query: query.number, key: key.number))
    else { return }
    for index in layout.panels.indices {
      strips.draw(.query, vectors, x: layout.panelX(index), y: y, on: &canvas)
    }
  }

  private func drawHeadings(on canvas: inout Canvas) {
    let y = layout.headingY
    let accent = theme.style(.accent)
    if let place = layout.order.firstIndex(of: state.selection.neuron) {
      for index in layout.panels.indices {
        let x = layout.panelX(index) + layout.column(ofPlace: place)
        canvas[x, y] = Cell(theme.glyphs.down, accent)
        if let end = layout.cursorEndY { canvas[x, end] = Cell(theme.glyphs.up, accent) }
      }
    }
    let dim = theme.style(.dim)
    if let score = scene.score {
      let title = scene.scoreTitle
      canvas.write(title, x: layout.scoreEnd - title.count, y: y, style: dim)
      if score.bias != nil { canvas.write("bias", x: layout.biasEnd - 4, y: y, style: dim) }
    }
    canvas.write("softmax", x: layout.weightX, y: y, style: dim)
    if changes != nil { canvas.write("change", x: layout.barX + 3, y: y, style: dim) }
  }

  private func drawRows(with strips: NeuronStrips, on canvas: inout Canvas) {
    let focus = focusedRow
    for position in layout.visibleRows {
      let y = layout.y(ofRow: position)
      let item = layout.axis.items[position]
      let pair = pair(ofRow: position)
      let isMasked = scene.isMasked(pair)
      var style = theme.style(isMasked ? .faint : item.isSpecial ? .special : .text)
      if position == focus {
        canvas[0, y] = Cell(theme.glyphs.mark, theme.style(.accent))
        style = theme.style(isMasked ? .faint : .bright).adding([.bold, .underline])
      }
      if rowHits.contains(position) { style = theme.found(style) }
      drawToken(
        item, style: style, numberStyle: theme.style(isMasked ? .faint : .dim), y: y, on: &canvas)
      if layout.hasGutter {
        canvas[layout.gutterX, y] = theme.gutterCell(of: layout.axis, at: position)
      }
      if let vectors = scene.vectors(of: pair) {
        for (index, panel) in layout.panels.enumerated() {
          let x = layout.panelX(index)
          if panel == .product, isMasked {
            strips.drawMasked(x: x, y: y, on: &canvas)
          } else {
            strips.draw(panel, vectors, x: x, y: y, on: &canvas)
          }
        }
      }
      drawNumbers(pair, isMasked: isMasked, y: y, on: &canvas)
    }
  }

  private func drawToken(
    _ item: TokenAxis.Item, style: Style, numberStyle: Style, y: Int, on canvas: inout Canvas
  ) {
    canvas.write(
      String(item.number).rightAligned(layout.numberWidth), x: layout.numberX, y: y,
      style: numberStyle)
    let label = TextWidth.truncated(
      item.label, to: layout.tokenWidth, ellipsis: theme.glyphs.ellipsis)
    canvas.write(label.leftAligned(layout.tokenWidth), x: layout.tokenX, y: y, style: style)
  }

  /// Score, bias, weight and its bar.
  private func drawNumbers(
    _ pair: NeuronScene.Pair, isMasked: Bool, y: Int, on canvas: inout Canvas
  ) {
    guard !isMasked else {
      let text = layout.panels.isEmpty ? "0 or masked" : "masked"
      canvas.write(
        text, x: layout.panels.isEmpty ? layout.weightX : layout.scoreEnd - text.count, y: y,
        style: theme.style(.faint))
      return
    }
    if let score = scene.score(of: pair) {
      drawSigned(score.shown, end: layout.scoreEnd, y: y, on: &canvas)
      if let bias = score.bias { drawSigned(bias, end: layout.biasEnd, y: y, on: &canvas) }
    }
    let weight = scene.weight(of: pair)
    canvas.write(NumberText.weight(weight), x: layout.weightX, y: y, style: theme.number(weight))
    // In the place of the bar.
    if let changes {
      let change = changes[pair.query, pair.key]
      canvas.write(
        NumberText.signedAmount(change, glyphs: theme.glyphs).rightAligned(6), x: layout.barX + 3,
        y: y, style: theme.signedInk(change))
      return
    }
    canvas.write(
      theme.glyphs.horizontalBar(weight, columns: layout.barWidth), x: layout.barX, y: y,
      style: theme.headStyle(state.selection.head))
  }

  private func drawSigned(_ value: Double, end: Int, y: Int, on canvas: inout Canvas) {
    let text = NumberText.signed(
      Float(value), columns: NeuronLayout.scoreWidth - 1, glyphs: theme.glyphs)
    canvas.write(text, x: end - text.count, y: y, style: theme.signedInk(Float(value)))
  }

  /// The rows above and below the visible ones.
  private func drawHidden(on canvas: inout Canvas) {
    let visible = layout.visibleRows
    drawHidden(theme.glyphs.up, 0..<visible.lowerBound, y: layout.rowsY - 1, on: &canvas)
    drawHidden(
      theme.glyphs.down, visible.upperBound..<layout.axis.count, y: layout.rowsEnd, on: &canvas)
  }

  private func drawHidden(
    _ arrow: Unicode.Scalar, _ rows: Range<Int>, y: Int, on canvas: inout Canvas
  ) {
    guard !rows.isEmpty else { return }
    var text = "\(arrow) \(rows.count) \(layout.listsQueries ? "queries" : "keys")"
    if !layout.listsQueries {
      let keys = layout.keys.items[rows].enumerated().map { row, item in
        (item: item, weight: scene.weight(of: pair(ofRow: rows.lowerBound + row)))
      }
      let sum = keys.reduce(Float(0)) { $0 + $1.weight }
      text += " \(theme.glyphs.sum) \(NumberText.weight(sum))"
      if let best = keys.max(by: { abs($0.weight) < abs($1.weight) }),
        !(abs(best.weight) < NumberText.leastPrinted)
      {
        text += "  best \(best.item.number) \(best.item.label) \(NumberText.weight(best.weight))"
      }
    }
    canvas.write(text, x: 1, y: y, style: theme.style(.dim))
  }
}
