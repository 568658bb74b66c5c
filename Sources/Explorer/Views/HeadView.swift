import Attention
import TerminalUI

/// Query tokens left, key tokens right, lines between them as strong as the attention.
struct HeadView: ExplorerView {
  let state: ExplorerState
  let theme: Theme
  let layout: HeadLayout
  let slice: AttentionSlice
  /// Active heads, in order.
  let heads: [Int]
  /// Position of the cursor among the items of its side; nil where there is nothing to show.
  let cursor: Int?
  /// The cursor's weight to each item of the other side.
  let strengths: [AttentionSlice.Strength]
  /// Position of the focused item of the other side.
  let focus: Int
  /// The far side's items in the order in which they are shown, and the place of each.
  let order: [Int]
  let places: [Int]
  let nearFirst: Int
  let farFirst: Int

  init(_ state: ExplorerState, theme: Theme) {
    self.state = state
    self.theme = theme
    layout = HeadLayout(state)
    slice = state.slice
    heads = state.activeHeads
    let isQuery = layout.cursorSide == .query
    let selection = state.selection
    let query = slice.queries.position(of: selection.query)
    let key = slice.keys.position(of: selection.key)
    cursor = isQuery ? query : key
    focus = (isQuery ? key : query) ?? 0
    let farCount = isQuery ? slice.keys.count : slice.queries.count
    if let cursor, farCount > 0 {
      strengths =
        isQuery
        ? slice.row(heads: heads, query: cursor, by: state.display.aggregation)
        : slice.column(heads: heads, key: cursor, by: state.display.aggregation)
    } else {
      strengths = []
    }
    order = state.display.sortsKeys ? strengths.rankedPositions : Array(strengths.indices)
    var places = [Int](repeating: 0, count: order.count)
    for (place, position) in order.enumerated() { places[position] = place }
    self.places = places
    nearFirst = isQuery ? state.scroll.queries : state.scroll.keys
    farFirst =
      state.display.sortsKeys
      ? ExplorerState.follow(
        places.indices.contains(focus) ? places[focus] : 0, from: 0, count: order.count,
        rows: layout.visibleCount)
      : isQuery ? state.scroll.keys : state.scroll.queries
  }

  var near: TokenAxis { layout.cursorSide == .query ? slice.queries : slice.keys }
  var far: TokenAxis { layout.cursorSide == .query ? slice.keys : slice.queries }

  /// Items of the far side that are visible, by their places.
  var visiblePlaces: Range<Int> {
    farFirst..<max(farFirst, min(order.count, farFirst + layout.visibleCount))
  }
  var visibleNear: Range<Int> {
    nearFirst..<max(nearFirst, min(near.count, nearFirst + layout.visibleCount))
  }

  /// What weights of a head are divided by to become a brightness.
  func unit(_ head: Int) -> Float { state.weightUnit(layer: state.selection.layer, head: head) }

  // MARK: Words

  var stateItems: [FrameItem] {
    let count = state.layer.headCount
    let several = heads.count > 1 ? " " + state.display.aggregation.rawValue : ""
    var items: [FrameItem] = [
      .labelled("layer", "\(state.layer.index)"),
      .labelled("heads", "\(heads.count)/\(count)\(several)"),
    ]
    items += state.sharedStateItems(theme.glyphs)
    if state.display.sortsKeys { items.append(.labelled("sort", "weight")) }
    if state.display.otherLines != .dim {
      items.append(.labelled("other lines", state.display.otherLines.rawValue))
    }
    items += state.predictionItems
    return items
  }

  var readout: [FrameItem] {
    guard let cursor, strengths.indices.contains(focus) else { return [] }
    let arrow = layout.isMirrored ? theme.glyphs.left : theme.glyphs.right
    let (from, to) = layout.isMirrored ? ("k", "q") : ("q", "k")
    let nearItem = near.items[cursor]
    let farItem = far.items[focus]
    let strength = strengths[focus]
    let ranked = strengths.rankedPositions
    let rank = (ranked.firstIndex(of: focus) ?? 0) + 1
    var items = [
      FrameItem(
        .init(text: "\(from) \(nearItem.number) ", ink: .dim),
        .init(text: "\"\(nearItem.label)\"", ink: .bright, isBold: true),
        .init(text: " \(arrow) \(to) \(farItem.number) ", ink: .dim),
        .init(text: "\"\(farItem.label)\"", ink: .bright, isBold: true)),
      FrameItem(
        .init(text: "weight ", ink: .dim),
        .init(
          text: NumberText.plain(strength.weight, digits: 3, glyphs: theme.glyphs), ink: .accent,
          isBold: true)),
      .labelled("head", "\(strength.head)"),
      .labelled("rank", "\(rank)/\(strengths.count)"),
    ]
    let peaks = ranked.prefix(6).filter { strengths[$0].weight >= 0.1 }
    if !peaks.isEmpty {
      let texts = peaks.map {
        "\(far.items[$0].label) \(NumberText.weight(strengths[$0].weight))"
      }
      items.append(.labelled(layout.isMirrored ? " column" : " row", texts[0]))
      items += texts.dropFirst().map { .value($0) }
    }
    return items
  }

  // MARK: Picture

  func draw(on canvas: inout Canvas) {
    drawSquares(on: &canvas)
    guard let cursor else {
      canvas.write(
        "nothing to show: the filter leaves no token", x: 1, y: layout.frame.firstBodyRow,
        style: theme.style(.dim))
      return
    }
    drawHeadings(on: &canvas)
    drawLines(cursor: cursor, on: &canvas)
    drawNear(cursor: cursor, on: &canvas)
    drawFar(on: &canvas)
    if layout.isScrolled {
      drawHidden(on: &canvas)
      drawMinimap(on: &canvas)
    }
    drawBelow(cursor: cursor, on: &canvas)
  }

  private func drawHeadings(on canvas: inout Canvas) {
    let y = layout.frame.headingRow
    let dim = theme.style(.dim)
    let isCross = state.stack.kind == .cross
    let names = isCross ? ("decoder", "encoder") : ("query", "key")
    let (left, right) =
      layout.isMirrored
      ? (layout.farColumns, layout.nearColumns) : (layout.nearColumns, layout.farColumns)
    let leftEnd = layout.canvasX - 1
    canvas.write(names.0, x: max(left.mark, leftEnd - names.0.count), y: y, style: dim)
    canvas.write(names.1, x: right.token, y: y, style: dim)
    let title = heads.count == 1 ? "head \(heads[0])" : state.display.aggregation.rawValue
    canvas.write(title, x: layout.weightX, y: y, style: dim)
    guard layout.sliceWidth > 0 else { return }
    for (index, head) in heads.enumerated() {
      let label = layout.sliceWidth == 1 ? String(head % 10) : String(head)
      canvas.write(
        label, x: layout.slicesX + index * layout.sliceWidth, y: y,
        style: theme.headStyle(head, level: 5))
    }
  }

  private func drawNear(cursor: Int, on canvas: inout Canvas) {
    let columns = layout.nearColumns
    for position in visibleNear {
      let y = layout.bodyY + layout.row(position, first: nearFirst)
      let item = near.items[position]
      let isCursor = position == cursor
      let surface: Theme.Surface = isCursor ? .selection : .page
      if isCursor {
        let start = min(columns.number, columns.token)
        canvas.fill(
          Rect(x: start, y: y, width: layout.numberWidth + 1 + layout.nearTokenWidth, height: 1),
          with: theme.style(.text, on: .selection))
        let mark = layout.isMirrored ? theme.glyphs.focus : theme.glyphs.cursor
        canvas[columns.mark, y] = Cell(mark, theme.style(.accent))
      }
      if layout.hasGutter {
        canvas[columns.gutter, y] = theme.gutterCell(of: near, at: position)
      }
      canvas.write(
        String(item.number).rightAligned(layout.numberWidth), x: columns.number, y: y,
        style: theme.style(.dim, on: surface))
      let label = fitted(item.label, layout.nearTokenWidth)
      canvas.write(
        layout.isMirrored ? label : label.rightAligned(layout.nearTokenWidth), x: columns.token,
        y: y, style: theme.style(item.isSpecial ? .special : .text, on: surface))
    }
  }

  private func drawFar(on canvas: inout Canvas) {
    let columns = layout.farColumns
    let rows = heads.map { head in
      layout.isMirrored
        ? slice.column(head: head, key: cursor ?? 0) : slice.row(head: head, query: cursor ?? 0)
    }
    for place in visiblePlaces {
      let position = order[place]
      let y = layout.bodyY + layout.row(place, first: farFirst)
      let item = far.items[position]
      let strength = strengths[position]
      let isFocus = position == focus
      if layout.hasGutter {
        canvas[columns.gutter, y] = theme.gutterCell(of: far, at: position)
      }
      canvas.write(
        String(item.number).rightAligned(layout.numberWidth), x: columns.number, y: y,
        style: theme.style(.dim))
      let label = fitted(item.label, layout.farTokenWidth)
      let labelX =
        layout.isMirrored
        ? columns.token + layout.farTokenWidth - TextWidth.columns(of: label) : columns.token
      canvas.write(label, x: labelX, y: y, style: farStyle(item, strength, isFocus: isFocus))
      if isFocus {
        let x = layout.isMirrored ? labelX - 1 : labelX + TextWidth.columns(of: label)
        canvas[x, y] = Cell(
          layout.isMirrored ? theme.glyphs.focusBefore : theme.glyphs.focus, theme.style(.accent))
      }
      if layout.sliceWidth > 0 {
        for (index, head) in heads.enumerated() {
          drawSlice(
            rows[index][position] / unit(head), head: head,
            x: layout.slicesX + index * layout.sliceWidth, y: y, on: &canvas)
        }
      }
      drawWeight(strength, y: y, on: &canvas)
    }
  }

  private func farStyle(
    _ item: TokenAxis.Item, _ strength: AttentionSlice.Strength, isFocus: Bool
  ) -> Style {
    let ink: Theme.Ink =
      strength.weight >= 0.1
      ? .bright : item.isSpecial ? .special : strength.weight < 0.03 ? .dim : .text
    var style = theme.style(ink)
    if strength.weight >= 0.1 { style = style.adding(.bold) }
    return isFocus ? style.adding(.underline) : style
  }

  /// A small bar of one head's weight.
  private func drawSlice(_ level: Float, head: Int, x: Int, y: Int, on canvas: inout Canvas) {
    let style = theme.headStyle(head, level: Theme.level(of: level), on: .emptyBar)
    if layout.sliceWidth < 3 {
      canvas[x, y] = Cell(theme.glyphs.verticalBar(level), style)
    } else {
      let columns = layout.sliceWidth - 1
      canvas.fill(Rect(x: x, y: y, width: columns, height: 1), with: style)
      canvas.write(theme.glyphs.horizontalBar(level, columns: columns), x: x, y: y, style: style)
    }
  }

  private func drawWeight(_ strength: AttentionSlice.Strength, y: Int, on canvas: inout Canvas) {
    let weight = strength.weight
    let ink: Theme.Ink = weight >= 0.1 ? .bright : weight < 0.02 ? .dim : .text
    let style = weight >= 0.1 ? theme.style(ink).adding(.bold) : theme.style(ink)
    canvas.write(
      NumberText.weight(weight, digits: layout.frame.isBig ? 3 : 2), x: layout.weightX, y: y,
      style: style)
    guard layout.totalWidth > 0 else { return }
    canvas.write(
      theme.glyphs.horizontalBar(
        weight / unit(strength.head), columns: layout.totalWidth - (layout.isMirrored ? 1 : 0)),
      x: layout.totalX, y: y, style: theme.headStyle(strength.head))
  }

  func fitted(_ label: String, _ columns: Int) -> String {
    TextWidth.truncated(label, to: columns, ellipsis: theme.glyphs.ellipsis)
  }
}
