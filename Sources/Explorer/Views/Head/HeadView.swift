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
  /// The cursor's weights to the items of the other side, for each active head.
  let weights: [[Float]]
  /// The same, with the heads taken together.
  let strengths: [AttentionSlice.Strength]
  /// The same of the focused head alone, on or off: what the readout speaks of.
  let focusedWeights: [Float]
  /// Position of the focused item of the other side.
  let focus: Int
  /// The far side's items in the order in which they are shown, and the place of each.
  let order: [Int]
  let places: [Int]
  let nearFirst: Int
  let farFirst: Int
  /// Positions of what is searched for.
  let nearHits: Set<Int>
  let farHits: Set<Int>

  init(_ state: ExplorerState, theme: Theme) {
    self.state = state
    self.theme = theme
    layout = HeadLayout(state)
    slice = state.slice
    heads = state.activeHeads
    let isQuery = layout.cursorSide == .query
    let query = slice.queries.position(of: state.selection.query)
    let key = slice.keys.position(of: state.selection.key)
    cursor = isQuery ? query : key
    focus = (isQuery ? key : query) ?? 0
    if let query, let key {
      func row(_ head: Int, of slice: AttentionSlice) -> [Float] {
        isQuery ? slice.row(head: head, query: query) : slice.column(head: head, key: key)
      }
      let weights = heads.map { [slice] in row($0, of: slice) }
      let place = heads.firstIndex(of: state.selection.head)
      focusedWeights = place.map { weights[$0] } ?? row(state.selection.head, of: slice)
      self.weights = weights
    } else {
      weights = []
      focusedWeights = []
    }
    strengths = AttentionSlice.combine(weights, of: heads, by: state.display.aggregation)
    order = state.display.sortsKeys ? strengths.rankedPositions : Array(strengths.indices)
    var places = [Int](repeating: 0, count: order.count)
    for (place, position) in order.enumerated() { places[position] = place }
    self.places = places
    nearHits = state.hits(on: isQuery ? slice.queries : slice.keys)
    farHits = state.hits(on: isQuery ? slice.keys : slice.queries)
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
    let count = state.keptHeads.count
    let several = heads.count > 1 ? " " + state.display.aggregation.rawValue : ""
    var items: [FrameItem] = [
      .labelled("layer", "\(state.layer.index)"),
      .labelled("heads", "\(heads.count)/\(count)\(several)"),
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
    state.labelItems(ofHead: state.selection.head, isNamed: heads.count > 1, theme.glyphs)
  }

  var readout: [FrameItem] {
    guard let cursor, strengths.indices.contains(focus) else { return [] }
    let arrow = layout.isMirrored ? theme.glyphs.left : theme.glyphs.right
    let (from, to) = layout.isMirrored ? ("k", "q") : ("q", "k")
    let nearItem = near.items[cursor]
    let farItem = far.items[focus]
    let head = state.selection.head
    let own = focusedWeights.map { AttentionSlice.Strength(weight: $0, head: head) }
    let ranked = own.rankedPositions
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
          text: NumberText.weight(own[focus].weight, digits: 3), ink: .accent,
          isBold: true)),
      .labelled("head", heads.contains(head) ? "\(head)" : "\(head), off"),
    ]
    items += togetherItems
    items.append(.labelled("rank", "\(rank)/\(own.count)"))
    let peaks = ranked.prefix(6).filter { own[$0].weight >= 0.1 }
    if !peaks.isEmpty {
      let texts = peaks.map {
        "\(far.items[$0].label) \(NumberText.weight(own[$0].weight))"
      }
      items.append(.labelled(layout.isMirrored ? " column" : " row", texts[0]))
      items += texts.dropFirst().map { .value($0) }
    }
    return items
  }

  /// What several heads make of the pair, and which of the others weighs more than the focused one.
  private var togetherItems: [FrameItem] {
    guard heads.count > 1 else { return [] }
    let strength = strengths[focus]
    var items: [FrameItem] = []
    if state.display.aggregation != .max {
      items.append(
        .labelled(state.display.aggregation.rawValue, NumberText.weight(strength.weight)))
    }
    if strength.head != state.selection.head, let place = heads.firstIndex(of: strength.head) {
      let weight = NumberText.weight(weights[place][focus])
      items.append(.labelled("strongest:", "head \(strength.head) \(weight)"))
    }
    return items
  }

  // MARK: Picture

  func draw(on canvas: inout Canvas) {
    drawSquares(on: &canvas)
    guard let cursor, !strengths.isEmpty else {
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
    let title = heads.count == 1 ? "head \(heads[0])" : state.display.aggregation.rawValue
    canvas.write(title, x: layout.weightX, y: y, style: dim)
    guard layout.sliceWidth > 0 else { return }
    // Over every second bar and so on where numbers of several digits would touch.
    let digits = String(heads.last ?? 0).count
    let step = digits > 1 ? digits / layout.sliceWidth + 1 : 1
    let end = layout.slicesX + heads.count * layout.sliceWidth
    for (index, head) in heads.enumerated() where index % step == 0 {
      let x = layout.slicesX + index * layout.sliceWidth
      canvas.write(
        String(head), x: x, y: y, style: theme.headStyle(head, level: 5), limit: end - x)
    }
  }
}
