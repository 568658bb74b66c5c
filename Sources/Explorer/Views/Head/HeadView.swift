import Attention
import TerminalUI

/// Query tokens left, key tokens right, lines between them as strong as the attention.
struct HeadView: ExplorerView {
  let state: ExplorerState
  let theme: Theme
  let layout: HeadLayout
  let scene: HeadScene
  /// The visible part of both sides, by place.
  let nearWindow: ListWindow
  let farWindow: ListWindow
  /// Positions of what is searched for.
  let nearHits: Set<Int>
  let farHits: Set<Int>

  init(_ state: ExplorerState, theme: Theme) {
    self.state = state
    self.theme = theme
    layout = HeadLayout(state)
    scene = HeadScene(state)
    nearHits = state.hits(on: scene.near)
    farHits = state.hits(on: scene.far)
    let isQuery = scene.side == .query
    let rows = layout.frame.bodyRowCount
    nearWindow = ListWindow(
      from: isQuery ? state.viewport.scroll.queries : state.viewport.scroll.keys,
      count: scene.near.count, rows: rows)
    farWindow =
      state.display.sortsKeys
      ? ListWindow(
        around: scene.places.indices.contains(scene.focus) ? scene.places[scene.focus] : 0, from: 0,
        count: scene.order.count, rows: rows)
      : ListWindow(
        from: isQuery ? state.viewport.scroll.keys : state.viewport.scroll.queries,
        count: scene.far.count, rows: rows)
  }

  /// Items of the far side that are visible, by their places.
  var visiblePlaces: Range<Int> { farWindow.visible }
  var visibleNear: Range<Int> { nearWindow.visible }

  // MARK: Words

  var stateItems: [FrameItem] {
    let count = state.keptHeads.count
    let several = scene.heads.count > 1 ? " " + state.display.aggregation.rawValue : ""
    var items: [FrameItem] = [
      .labelled("layer", "\(state.layer.index)"),
      .labelled("heads", "\(scene.heads.count)/\(count)\(several)"),
    ]
    items += state.numberItems(theme.glyphs) + state.lookItems
    if state.display.sortsKeys { items.append(.labelled("sort", "weight")) }
    if state.display.otherLines != .dim {
      items.append(.labelled("other lines", state.display.otherLines.rawValue))
    }
    return items + labelItems.prefix(1) + state.predictionItems + labelItems.dropFirst()
  }

  /// Of the head that the readout speaks of.
  private var labelItems: [FrameItem] {
    state.labelItems(ofHead: state.selection.head, isNamed: scene.heads.count > 1, theme.glyphs)
  }

  var readout: [FrameItem] {
    guard let cursor = scene.cursor, scene.strengths.indices.contains(scene.focus) else {
      return []
    }
    let arrow = layout.isMirrored ? theme.glyphs.left : theme.glyphs.right
    let (from, to) = layout.isMirrored ? ("k", "q") : ("q", "k")
    let nearItem = scene.near.items[cursor]
    let farItem = scene.far.items[scene.focus]
    let head = state.selection.head
    let own = scene.focusedWeights.map { AttentionSlice.Strength(weight: $0, head: head) }
    let ranked = own.rankedPositions
    let rank = (ranked.firstIndex(of: scene.focus) ?? 0) + 1
    var items = [
      FrameItem(
        .init(text: "\(from) \(nearItem.number) ", ink: .dim),
        .init(text: "\"\(nearItem.label)\"", ink: .bright, isBold: true),
        .init(text: " \(arrow) \(to) \(farItem.number) ", ink: .dim),
        .init(text: "\"\(farItem.label)\"", ink: .bright, isBold: true)),
      FrameItem(
        .init(text: scene.slice.numbers.quantity.noun + " ", ink: .dim),
        .init(
          text: scene.slice.text(own[scene.focus].weight, digits: 3, theme.glyphs), ink: .accent,
          isBold: true)),
      .labelled("head", state.headTitle(head) + (scene.heads.contains(head) ? "" : ", lines off")),
    ]
    if isCut { items.append(.value("cut")) }
    items += state.comparedItems(ofHead: head)
    items += [state.evidenceItem(state.place)].compactMap(\.self)
    items += togetherItems
    items.append(.labelled("rank", "\(rank)/\(own.count)"))
    let peaks = ranked.prefix(6).filter {
      $0 != scene.focus && abs(scene.slice.prominence(own[$0])) >= Threshold.namedPeak
    }
    if !peaks.isEmpty {
      let texts = peaks.map {
        "\(scene.far.items[$0].label) \(scene.slice.text(own[$0].weight, theme.glyphs))"
      }
      items.append(
        .labelled(" rest of the \(layout.isMirrored ? "column" : "row"):", texts[0]))
      items += texts.dropFirst().map { .value($0) }
    }
    return items
  }

  /// Whether the focused head does not look along the pair although it could.
  private var isCut: Bool {
    state.layer.isCut(
      head: state.selection.head, query: state.selection.query, key: state.selection.key)
  }

  /// The pair's aggregated weight, and the head that weighs more than the focused one, if any.
  private var togetherItems: [FrameItem] {
    guard scene.heads.count > 1 else { return [] }
    let strength = scene.strengths[scene.focus]
    var items: [FrameItem] = []
    if state.display.aggregation != .max {
      items.append(
        .labelled(
          state.display.aggregation.rawValue, scene.slice.text(strength.weight, theme.glyphs)))
    }
    if strength.head != scene.focusedHead,
      let place = scene.heads.firstIndex(of: strength.head)
    {
      let weight = scene.slice.text(scene.weights[place][scene.focus], theme.glyphs)
      items.append(.labelled("strongest:", "head \(strength.head) \(weight)"))
    }
    return items
  }

  // MARK: Picture

  func draw(on canvas: inout Canvas) {
    drawSquares(on: &canvas)
    guard let cursor = scene.cursor, !scene.strengths.isEmpty else {
      canvas.write(
        AttentionSlice.emptyText, x: 1, y: layout.frame.firstBodyRow,
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
    } else {
      drawBelow(cursor: cursor, on: &canvas)
    }
  }

  private func drawHeadings(on canvas: inout Canvas) {
    let y = layout.frame.headingRow
    let dim = theme.style(.dim)
    let names = layout.names
    let (left, right) =
      layout.isMirrored
      ? (layout.farColumns, layout.nearColumns) : (layout.nearColumns, layout.farColumns)
    let leftEnd = layout.canvasX - 1
    canvas.write(
      names.queries, x: max(left.mark, leftEnd - names.queries.count), y: y, style: dim)
    canvas.write(
      names.keys, x: min(right.token, layout.frame.width - names.keys.count), y: y, style: dim)
    let title =
      scene.heads.count == 1
      ? "head \(state.headTitle(scene.heads[0]))" : state.display.aggregation.rawValue
    canvas.write(title, x: layout.weightX, y: y, style: dim)
    guard layout.sliceWidth > 0 else { return }
    // Over every second bar and so on where numbers of several digits would touch.
    let digits = String(scene.heads.last ?? 0).count
    let step = digits > 1 ? digits / layout.sliceWidth + 1 : 1
    let end = layout.slicesX + scene.heads.count * layout.sliceWidth
    for (index, head) in scene.heads.enumerated() where index % step == 0 {
      let x = layout.slicesX + index * layout.sliceWidth
      canvas.write(
        String(head), x: x, y: y, style: theme.headStyle(head, level: 5), limit: end - x)
    }
  }
}
