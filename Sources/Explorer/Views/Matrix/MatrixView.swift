import Attention
import TerminalUI

/// One head as a whole: queries × keys, with the cursor's row and column as a crosshair.
struct MatrixView: ExplorerView {
  let state: ExplorerState
  let theme: Theme
  let layout: MatrixLayout
  let scene: MatrixScene
  /// Positions of what is searched for.
  let hits: (queries: Set<Int>, keys: Set<Int>)

  init(_ state: ExplorerState, theme: Theme) {
    self.state = state
    self.theme = theme
    layout = MatrixLayout(state)
    scene = MatrixScene(state)
    hits = (state.hits(on: layout.queries), state.hits(on: layout.keys))
  }

  // MARK: Words

  var stateItems: [FrameItem] {
    var items: [FrameItem] = [
      .labelled("layer", "\(state.layer.index)"), .labelled("head", state.headTitle(scene.head)),
    ]
    items += state.numberItems(theme.glyphs)
    items += poolingItems
    items += state.lookItems
    if layout.isScrolled { items.append(.labelled("in sight", visibleText)) }
    return items + state.labelItems(ofHead: scene.head, theme.glyphs)
  }

  /// The number of queries that share what looks like one weight.
  private var queriesPerPixel: Int {
    let merged = theme.hasHeatPixels || layout.scale.showsNumbers ? 1 : 2
    return min(merged * layout.scale.queriesPerBin, layout.queries.count)
  }

  /// The number of weights that look like one, where some do.
  private var poolingItems: [FrameItem] {
    guard queriesPerPixel > 1 || layout.scale.keysPerBin > 1 else { return [] }
    return [
      .labelled(
        "each the largest of", "\(queriesPerPixel)\(theme.glyphs.times)\(layout.scale.keysPerBin)")
    ]
  }

  /// The numbers of the first and the last query and key that are visible.
  private var visibleText: String {
    guard let top = layout.rows.first, let bottom = layout.rows.last,
      let left = layout.columns.first, let right = layout.columns.last
    else { return "nothing" }
    let queries = layout.queries.items[
      layout.queries(inRow: top).lowerBound..<layout.queries(inRow: bottom).upperBound]
    let keys = layout.keys.items[
      layout.keys(inColumn: left).lowerBound..<layout.keys(inColumn: right).upperBound]
    func span(_ items: ArraySlice<TokenAxis.Item>) -> String {
      "\(items.first?.number ?? 0)-\(items.last?.number ?? 0)"
    }
    return "q \(span(queries)) k \(span(keys))"
  }

  var readout: [FrameItem] {
    guard let cursor = scene.cursor else { return [] }
    let query = layout.queries.items[cursor.query]
    let key = layout.keys.items[cursor.key]
    var items = [
      FrameItem(
        .init(text: "q \(query.number) ", ink: .dim),
        .init(text: "\"\(query.label)\"", ink: .bright, isBold: true),
        .init(text: " \(theme.glyphs.right) k \(key.number) ", ink: .dim),
        .init(text: "\"\(key.label)\"", ink: .bright, isBold: true))
    ]
    if let weight = scene.row[cursor.key], let rank = scene.ranked.firstIndex(of: cursor.key) {
      items.append(
        FrameItem(
          .init(text: scene.slice.numbers.quantity.noun + " ", ink: .dim),
          .init(
            text: scene.slice.text(weight, digits: 3, theme.glyphs), ink: .accent,
            isBold: true)))
      items += state.comparedItems(ofHead: scene.head)
      items.append(.labelled("rank", "\(rank + 1)/\(scene.ranked.count)"))
    } else {
      items.append(.value(hiddenText))
    }
    let peaks = scene.peaks.filter { $0.key != cursor.key }.map {
      "\(layout.keys.items[$0.key].label) \(scene.slice.text($0.weight, theme.glyphs))"
    }
    if let first = peaks.first { items.append(.labelled(" rest of the row:", first)) }
    return items + peaks.dropFirst().map { .value($0) }
  }

  /// The reason why there is no weight at the cursor.
  private var hiddenText: String {
    let (query, key) = (state.selection.query, state.selection.key)
    if state.layer.isCut(head: scene.head, query: query, key: key) { return "cut" }
    return state.layer.score == nil ? "0 or masked" : "masked"
  }

  // MARK: Picture

  func draw(on canvas: inout Canvas) {
    guard let cursor = scene.cursor else {
      canvas.write(
        AttentionSlice.emptyText, x: 1, y: layout.frame.firstBodyRow,
        style: theme.style(.dim))
      return
    }
    drawSentences(on: &canvas)
    drawLegend(on: &canvas)
    drawHeadings(cursor, on: &canvas)
    drawQueries(cursor, on: &canvas)
    drawCells(cursor, on: &canvas)
    let column = scene.column
    drawProfiles(cursor, column: column, on: &canvas)
    if layout.paneWidth > 0 { drawPane(cursor, column: column, on: &canvas) }
  }

  private func drawCells(_ cursor: (query: Int, key: Int), on canvas: inout Canvas) {
    let queryBins = layout.visibleQueryBins
    let bins = scene.bins(
      queries: queryBins.map(layout.queries(inBin:)),
      keys: layout.columns.map(layout.keys(inColumn:)))
    let unit = scene.unit
    let cursorBin = cursor.query / layout.scale.queriesPerBin
    let cursorColumn = cursor.key / layout.scale.keysPerBin
    func pixel(_ bin: Int, _ column: Int) -> HeatPixel {
      guard queryBins.contains(bin) else { return .empty }
      let weight = bins[bin - queryBins.lowerBound, column - layout.columns.lowerBound]
      let isInRow = bin == cursorBin
      let isInColumn = column == cursorColumn
      return HeatPixel(
        weight.map { $0 / unit },
        mark: isInRow && isInColumn ? .focus : isInRow || isInColumn ? .cross : .none)
    }
    for row in layout.rows {
      for column in layout.columns {
        let x = layout.x(ofColumn: column)
        let y = layout.y(ofRow: row)
        if layout.scale.showsNumbers {
          let weight = bins[row - queryBins.lowerBound, column - layout.columns.lowerBound]
          drawNumber(weight, pixel(row, column), x: x, row: row, on: &canvas)
        } else {
          let cell = theme.heatCell(
            top: pixel(2 * row, column), bottom: pixel(2 * row + 1, column))
          for offset in 0..<layout.stride { canvas[x + offset, y] = cell }
        }
      }
    }
  }

  private func drawNumber(
    _ weight: Float?, _ pixel: HeatPixel, x: Int, row: Int, on canvas: inout Canvas
  ) {
    let y = layout.y(ofRow: row)
    let lines = layout.lines(ofRow: row)
    let isFaint = weight.map { !scene.isPrinted($0) } ?? true
    let style = theme.heatNumber(pixel, isFaint: isFaint)
    let width = layout.paintedWidth
    canvas.fill(Rect(x: x, y: lines.lowerBound, width: width, height: lines.count), with: style)
    let text =
      switch weight {
      case nil: String(theme.glyphs.masked)
      case _? where isFaint: String(theme.glyphs.dot)
      // A sign takes the column of a decimal where there is no other.
      case let weight?:
        scene.slice.text(weight, digits: theme.showsSigns && width < 4 ? 1 : 2, theme.glyphs)
      }
    let start = text.count == 1 ? (width - 1) / 2 : max(0, (width - text.count) / 2)
    canvas.write(text, x: x + start, y: y, style: style, limit: width - start)
  }
}
