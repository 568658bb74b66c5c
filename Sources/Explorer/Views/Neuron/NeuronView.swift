import Attention
import TerminalUI

/// Query × key, neuron by neuron: the chosen query above the keys in the same columns, each key's vector or
/// product as a strip of colours, then how it becomes a score and a weight.
struct NeuronView: ExplorerView {
  typealias Panel = NeuronDisplay.Panel

  let state: ExplorerState
  let theme: Theme
  let layout: NeuronLayout
  /// Nil where only weights are known.
  let score: LayerAttention.Score?
  /// Those of the chosen pair.
  let contributions: NeuronContributions?
  /// The chosen pair; nil where the filter leaves no token.
  let query: TokenAxis.Item?
  let key: TokenAxis.Item?
  /// The chosen query with each key of the input; empty where only weights are known.
  let scores: [NeuronScore]
  /// The model's own weights of the chosen query, one for each key of the input.
  let weights: ArraySlice<Float>
  /// Positions of what is searched for: of the queries, and of the rows.
  let queryHits: Set<Int>
  let rowHits: Set<Int>

  init(_ state: ExplorerState, theme: Theme) {
    self.state = state
    self.theme = theme
    layout = NeuronLayout(state)
    score = state.layer.score
    contributions = state.neuronContributions
    let selection = state.selection
    let (queries, keys) = (layout.queries, layout.keys)
    query = queries.position(of: selection.query).map { queries.items[$0] }
    key = keys.position(of: selection.key).map { keys.items[$0] }
    queryHits = state.hits(on: queries)
    rowHits = layout.listsQueries ? queryHits : state.hits(on: keys)
    guard let query else {
      scores = []
      weights = []
      return
    }
    scores =
      score.map { score in
        (0..<score.keys.rowCount).map {
          NeuronScore(score, head: selection.head, query: query.number, key: $0)
        }
      } ?? []
    weights = state.record.row(
      stack: selection.stack, layer: selection.layer, head: selection.head, query: query.number)
  }

  // MARK: Pairs

  /// A query and a key, by their tokens' numbers.
  struct Pair {
    var query: Int
    var key: Int
  }

  /// What row `position` is about.
  func pair(ofRow position: Int) -> Pair {
    let number = layout.axis.items[position].number
    return layout.listsQueries
      ? Pair(query: number, key: key?.number ?? 0) : Pair(query: query?.number ?? 0, key: number)
  }

  /// The chosen one, among the rows.
  var focusedRow: Int? {
    layout.listsQueries
      ? layout.queries.position(of: state.selection.query)
      : layout.keys.position(of: state.selection.key)
  }

  func isMasked(_ pair: Pair) -> Bool {
    !visibleKeys(of: pair.query).contains(pair.key)
  }

  func visibleKeys(of query: Int) -> Range<Int> {
    state.layer.mask.visibleKeys(query: query, keyCount: state.layer.keyCount)
  }

  func score(of pair: Pair) -> NeuronScore? {
    guard let score else { return nil }
    if pair.query == query?.number { return scores[pair.key] }
    return NeuronScore(score, head: state.selection.head, query: pair.query, key: pair.key)
  }

  /// The model's own weight.
  func weight(of pair: Pair) -> Float {
    if pair.query == query?.number { return weight(ofKey: pair.key) }
    let row = state.record.row(
      stack: state.selection.stack, layer: state.selection.layer, head: state.selection.head,
      query: pair.query)
    return row[row.startIndex + pair.key]
  }

  /// The model's own weight of the chosen query with a key.
  private func weight(ofKey key: Int) -> Float { weights[weights.startIndex + key] }

  // MARK: Picture

  func draw(on canvas: inout Canvas) {
    guard query != nil, key != nil else {
      canvas.write(
        "nothing to show: the filter leaves no token", x: 1, y: layout.frame.firstBodyRow,
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
    guard let query else { return }
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
    guard let key, let vectors = vectors(of: Pair(query: query.number, key: key.number)) else {
      return
    }
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
    if let score {
      let title = score.softcap == nil ? "score" : "capped"
      canvas.write(title, x: layout.scoreEnd - title.count, y: y, style: dim)
      if score.bias != nil { canvas.write("bias", x: layout.biasEnd - 4, y: y, style: dim) }
    }
    canvas.write("softmax", x: layout.weightX, y: y, style: dim)
  }

  private func drawRows(with strips: NeuronStrips, on canvas: inout Canvas) {
    let focus = focusedRow
    for position in layout.visibleRows {
      let y = layout.y(ofRow: position)
      let item = layout.axis.items[position]
      let pair = pair(ofRow: position)
      let isMasked = isMasked(pair)
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
      if let vectors = vectors(of: pair) {
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
  private func drawNumbers(_ pair: Pair, isMasked: Bool, y: Int, on canvas: inout Canvas) {
    guard !isMasked else {
      let text = layout.panels.isEmpty ? "0 or masked" : "masked"
      canvas.write(
        text, x: layout.panels.isEmpty ? layout.weightX : layout.scoreEnd - text.count, y: y,
        style: theme.style(.faint))
      return
    }
    if let score = score(of: pair) {
      drawSigned(score.shown, end: layout.scoreEnd, y: y, on: &canvas)
      if let bias = score.bias { drawSigned(bias, end: layout.biasEnd, y: y, on: &canvas) }
    }
    let weight = weight(of: pair)
    let ink = theme.style(weight >= 0.1 ? .bright : weight < 0.02 ? .dim : .text)
    canvas.write(
      NumberText.weight(weight), x: layout.weightX, y: y,
      style: weight >= 0.1 ? ink.adding(.bold) : ink)
    canvas.write(
      theme.glyphs.horizontalBar(weight, columns: layout.barWidth), x: layout.barX, y: y,
      style: theme.headStyle(state.selection.head))
  }

  private func drawSigned(_ value: Double, end: Int, y: Int, on canvas: inout Canvas) {
    let text = NumberText.signed(
      Float(value), columns: NeuronLayout.scoreWidth - 1, glyphs: theme.glyphs)
    canvas.write(text, x: end - text.count, y: y, style: theme.signedInk(Float(value)))
  }

  /// What is above and below the visible rows.
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
      let items = layout.keys.items[rows]
      let sum = items.reduce(Float(0)) { $0 + weight(ofKey: $1.number) }
      text += " \(theme.glyphs.sum) \(NumberText.weight(sum))"
      if let best = items.max(by: { weight(ofKey: $0.number) < weight(ofKey: $1.number) }),
        !(weight(ofKey: best.number) < NumberText.leastPrinted)
      {
        let weight = NumberText.weight(weight(ofKey: best.number))
        text += "  best \(best.number) \(best.label) \(weight)"
      }
    }
    canvas.write(text, x: 1, y: y, style: theme.style(.dim))
  }
}
