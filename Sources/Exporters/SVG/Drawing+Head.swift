import Attention
import Explorer
import TerminalUI

/// The head view: query tokens left, key tokens right, curves between them, numbers beside the far tokens.
extension Drawing {
  /// The columns of the drawing, from left to right.
  private struct Columns {
    let x: ClosedRange<Double>
    /// The tokens' outer ends, index and sentence edge included.
    let leftEnd: Double
    let rightEnd: Double
  }

  private static let lineWidth = 260.0
  /// With the letters of the sentences.
  private static let edge = 20.0
  private static let barWidth = 72.0

  mutating func drawHead() -> Size {
    let slice = slice
    let heads = state.activeHeads
    let isMirrored = state.selection.side == .key
    let near = isMirrored ? slice.keys : slice.queries
    let far = isMirrored ? slice.queries : slice.keys
    let cursor =
      near.position(of: isMirrored ? state.selection.key : state.selection.query) ?? 0
    let strengths =
      isMirrored
      ? slice.column(heads: heads, key: cursor, by: state.display.aggregation)
      : slice.row(heads: heads, query: cursor, by: state.display.aggregation)
    let order = state.display.sortsKeys ? strengths.rankedPositions : Array(strengths.indices)
    var places = order
    for (place, position) in order.enumerated() { places[position] = place }

    let squaresEnd = drawSquares()
    let top = squaresEnd + 2 * Self.rowHeight
    func y(_ row: Int) -> Double { top + Self.rowHeight * (Double(row) + 0.5) }

    let sliceWidth = heads.count > 1 ? max(10, 120 / Double(heads.count)) : 0
    let weightsWidth = sliceWidth * Double(heads.count) + 48 + Self.barWidth
    let hasEdge = Set((near.items + far.items).map(\.segment)).count > 1
    func width(_ axis: TokenAxis) -> Double {
      Self.labelWidth(axis) + 8 + Self.numberWidth(axis) + (hasEdge ? Self.edge : 0) + 8
    }
    let left = Self.margin + (isMirrored ? weightsWidth : 0) + width(slice.queries)
    let columns = Columns(
      x: left...left + Self.lineWidth, leftEnd: left - width(slice.queries),
      rightEnd: left + Self.lineWidth + width(slice.keys))

    document.open("g", ["fill": "none"])
    drawOtherLines(slice, isMirrored, cursor: cursor, places: places, x: columns.x, y: y)
    for position in order.sorted(by: { strengths[$0].weight < strengths[$1].weight })
    where strengths[position].weight >= 0.01 {
      let strength = strengths[position]
      let level = max(2, Theme.level(of: strength.weight / unit(strength.head)))
      let ends = (y(cursor), y(places[position]))
      curve(
        from: isMirrored ? ends.1 : ends.0, to: isMirrored ? ends.0 : ends.1, x: columns.x,
        width: 0.8 + 3.2 * Double(strength.weight),
        color: colors.head(strength.head, level: level))
    }
    document.close()

    drawSide(
      isMirrored ? order.map { far.items[$0] } : near.items, isLeft: true, columns, y: y
    ) { row in
      isMirrored ? (strengths[order[row]].weight, false) : (nil, row == cursor)
    }
    drawSide(
      isMirrored ? near.items : order.map { far.items[$0] }, isLeft: false, columns, y: y
    ) { row in
      isMirrored ? (nil, row == cursor) : (strengths[order[row]].weight, false)
    }
    drawWeights(
      slice, strengths, order: order, cursor: cursor, sliceWidth: sliceWidth,
      x: isMirrored ? Self.margin : columns.rightEnd, y: y)
    return Size(
      width: columns.rightEnd + (isMirrored ? 0 : weightsWidth) + Self.margin,
      height: y(max(near.count, far.count)) + Self.margin / 2)
  }

  /// The row of numbered squares; tells where it ends.
  private mutating func drawSquares() -> Double {
    let perRow = 24
    let side = 20.0
    for (place, head) in state.keptHeads.enumerated() {
      let x = Self.margin + Double(place % perRow) * (side + 2)
      let y = Self.top + Double(place / perRow) * (side + 2)
      let isOn = state.selection.activeHeads.contains(head)
      document.rect(
        x: x, y: y - side / 2, width: side, height: side,
        fill: isOn ? colors.head(head) : colors.squareOff, radius: 2)
      document.label(
        String(head), x: x + side / 2, y: y,
        fill: isOn ? colors.headText : colors.head(head, level: 3), anchor: .middle, isBold: isOn,
        size: 11)
    }
    return Self.top + Double((state.keptHeads.count - 1) / perRow) * (side + 2)
  }

  /// The strong lines of the tokens besides the cursor's.
  private mutating func drawOtherLines(
    _ slice: AttentionSlice, _ isMirrored: Bool, cursor: Int, places: [Int],
    x: ClosedRange<Double>, y: (Int) -> Double
  ) {
    guard state.display.otherLines != .none else { return }
    let isColored = state.display.otherLines == .all
    let count = max(slice.queries.count, slice.keys.count)
    let threshold: Float = count <= 12 ? 0.12 : count <= 24 ? 0.2 : 0.3
    struct Line {
      var query: Int
      var key: Int
      var strength: AttentionSlice.Strength
    }
    var lines: [Line] = []
    for query in slice.queries.items.indices where isMirrored || query != cursor {
      let row = slice.row(heads: state.activeHeads, query: query, by: state.display.aggregation)
      for (key, strength) in row.enumerated() where !isMirrored || key != cursor {
        guard strength.weight / unit(strength.head) >= threshold else { continue }
        lines.append(Line(query: query, key: key, strength: strength))
      }
    }
    for line in lines.sorted(by: { $0.strength.weight < $1.strength.weight }) {
      let level = Theme.level(of: line.strength.weight / unit(line.strength.head))
      curve(
        from: y(isMirrored ? places[line.query] : line.query),
        to: y(isMirrored ? line.key : places[line.key]), x: x,
        width: isColored ? 0.6 + 1.6 * Double(line.strength.weight) : 1.2,
        color: isColored
          ? colors.head(line.strength.head, level: level) : colors.otherLine(level: level))
    }
  }

  /// The tokens of a column, each by its row.
  private mutating func drawSide(
    _ items: [TokenAxis.Item], isLeft: Bool, _ columns: Columns, y: (Int) -> Double,
    look: (Int) -> (weight: Float?, isCursor: Bool)
  ) {
    let isCross = state.stack.kind == .cross
    let name = isLeft ? (isCross ? "decoder" : "query") : (isCross ? "encoder" : "key")
    let numberWidth = items.map { Self.width(of: String($0.number)) }.max() ?? 0
    let textX = isLeft ? columns.x.lowerBound - 8 : columns.x.upperBound + 8 + numberWidth + 8
    let anchor: SVGDocument.Anchor = isLeft ? .end : .start
    document.label(name, x: textX, y: y(-1), fill: colors.ink(.dim), anchor: anchor, size: 11)
    let tokenWidth = items.map { Self.width(of: Self.label(of: $0)) }.max() ?? 0
    let numberEnd = isLeft ? textX - tokenWidth - 8 : columns.x.upperBound + 8 + numberWidth
    for (row, item) in items.enumerated() {
      let (weight, isCursor) = look(row)
      let label = Self.label(of: item)
      if isCursor {
        let width = Self.width(of: label) + 8
        document.rect(
          x: isLeft ? textX - width + 4 : textX - 4, y: y(row) - 9, width: width, height: 18,
          fill: colors.selection, radius: 3)
      }
      document.label(
        String(item.number), x: numberEnd, y: y(row), fill: colors.ink(.dim), anchor: .end,
        size: 11)
      let isStrong = (weight ?? 0) >= 0.1
      let ink: Theme.Ink =
        isStrong ? .bright : item.isSpecial ? .special : (weight ?? 1) < 0.03 ? .dim : .text
      document.label(
        label, x: textX, y: y(row), fill: isCursor ? colors.selectionText : colors.ink(ink),
        anchor: anchor, isBold: isCursor || isStrong)
    }
    sentenceEdge(
      items.map(\.segment), x: isLeft ? columns.leftEnd : columns.rightEnd - Self.edge + 5, y: y,
      anchor: .start)
  }

  /// The bar of each active head, the number, and the bar of all of them together.
  private mutating func drawWeights(
    _ slice: AttentionSlice, _ strengths: [AttentionSlice.Strength], order: [Int], cursor: Int,
    sliceWidth: Double, x: Double, y: (Int) -> Double
  ) {
    let isMirrored = state.selection.side == .key
    let heads = state.activeHeads
    let numberX = x + sliceWidth * Double(heads.count)
    // Over every second bar and so on where they would touch.
    let digits = String(heads.last ?? 0).count
    let step = sliceWidth > 0 ? Int(Double(6 * digits + 3) / sliceWidth) + 1 : 1
    for (index, head) in heads.enumerated() where sliceWidth > 0 {
      let start = x + sliceWidth * Double(index)
      if index % step == 0 {
        document.label(
          String(head), x: start, y: y(-1), fill: colors.head(head, level: 5), size: 10)
      }
      let weights =
        isMirrored ? slice.column(head: head, key: cursor) : slice.row(head: head, query: cursor)
      for (row, position) in order.enumerated() {
        bar(
          weights[position] / unit(head), x: start, y: y(row), width: sliceWidth - 3,
          color: colors.head(head))
      }
    }
    for (row, position) in order.enumerated() {
      let strength = strengths[position]
      let isStrong = strength.weight >= 0.1
      document.label(
        NumberText.weight(strength.weight, digits: 3), x: numberX + 40, y: y(row),
        fill: colors.ink(isStrong ? .bright : strength.weight < 0.02 ? .dim : .text),
        anchor: .end, isBold: isStrong)
      bar(
        strength.weight / unit(strength.head), x: numberX + 48, y: y(row), width: Self.barWidth,
        color: colors.head(strength.head))
    }
  }
}
