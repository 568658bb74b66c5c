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
    let scene = HeadScene(state)
    let (near, far) = (scene.near, scene.far)
    let isMirrored = scene.isMirrored

    // Of one head the title has the number.
    let isOne = scene.heads.count == 1
    let top = isOne ? self.top + Self.rowHeight : drawSquares() + 2 * Self.rowHeight
    func y(_ row: Int) -> Double { top + Self.rowHeight * (Double(row) + 0.5) }

    let headCount = Double(scene.heads.count)
    let sliceWidth = headCount > 1 ? max(10, 120 / headCount) : 0
    let weightsWidth = sliceWidth * headCount + weightWidth(scene) + 8 + Self.barWidth
    let hasEdge = Set((near.items + far.items).map(\.segment)).count > 1
    func width(_ axis: TokenAxis) -> Double {
      labelWidth(axis) + 8 + numberWidth(axis) + (hasEdge ? Self.edge : 0) + 8
    }
    let left = Self.margin + (isMirrored ? weightsWidth : 0) + width(scene.slice.queries)
    let columns = Columns(
      x: left...left + Self.lineWidth, leftEnd: left - width(scene.slice.queries),
      rightEnd: left + Self.lineWidth + width(scene.slice.keys))

    document.beginCurves()
    drawOtherLines(scene, x: columns.x, y: y)
    let cursor = y(scene.cursor ?? 0)
    for line in scene.cursorLines.sorted(by: { abs($0.strength.weight) < abs($1.strength.weight) })
    {
      let end = y(line.place)
      curve(
        from: isMirrored ? end : cursor, to: isMirrored ? cursor : end, x: columns.x,
        width: 0.8 + 3.2 * Double(min(1, abs(scene.slice.prominence(line.strength)))),
        color: colors.line(line.strength, level: line.level), isLoss: line.relative < 0)
    }
    document.endCurves()

    let farItems = scene.order.map { far.items[$0] }
    drawSide(isMirrored ? farItems : near.items, of: scene, isLeft: true, columns, y: y)
    drawSide(isMirrored ? near.items : farItems, of: scene, isLeft: false, columns, y: y)
    drawWeights(
      scene, sliceWidth: sliceWidth, x: isMirrored ? Self.margin : columns.rightEnd, y: y)
    return Size(
      width: columns.rightEnd + (isMirrored ? 0 : weightsWidth) + Self.margin,
      height: y(max(near.count, far.count)) + Self.margin / 2)
  }

  /// A number of three decimals with the gap before it, and its sign.
  private func weightWidth(_ scene: HeadScene) -> Double {
    scene.slice.numbers.isSigned ? 48 : 40
  }

  /// The row of numbered squares; tells where it ends.
  private mutating func drawSquares() -> Double {
    let perRow = 24
    let side = 20.0
    for (place, head) in state.keptHeads.enumerated() {
      let x = Self.margin + Double(place % perRow) * (side + 2)
      let y = self.top + Double(place / perRow) * (side + 2)
      let isOn = state.selection.activeHeads.contains(head)
      document.rect(
        x: x, y: y - side / 2, width: side, height: side,
        fill: isOn ? colors.head(head) : colors.squareOff, radius: 2)
      document.label(
        String(head), x: x + side / 2, y: y,
        fill: isOn ? colors.headText : colors.head(head, level: 3), anchor: .middle, isBold: isOn,
        size: 11)
    }
    return self.top + Double((state.keptHeads.count - 1) / perRow) * (side + 2)
  }

  /// The strong lines of the tokens besides the cursor's.
  private mutating func drawOtherLines(
    _ scene: HeadScene, x: ClosedRange<Double>, y: (Int) -> Double
  ) {
    guard state.display.otherLines != .none else { return }
    let isColored = state.display.otherLines == .all
    let lines = scene.otherLines(ofQueries: Array(scene.slice.queries.items.indices))
    for line in lines.sorted(by: { abs($0.strength.weight) < abs($1.strength.weight) }) {
      curve(
        from: y(scene.isMirrored ? scene.places[line.query] : line.query),
        to: y(scene.isMirrored ? line.key : scene.places[line.key]), x: x,
        width: isColored
          ? 0.6 + 1.6 * Double(min(1, abs(scene.slice.prominence(line.strength)))) : 1.2,
        color: isColored
          ? colors.line(line.strength, level: line.level)
          : colors.otherLine(level: line.level), isLoss: line.relative < 0)
    }
  }

  /// The tokens of a column, each by its row.
  private mutating func drawSide(
    _ items: [TokenAxis.Item], of scene: HeadScene, isLeft: Bool, _ columns: Columns,
    y: (Int) -> Double
  ) {
    let isFar = isLeft == scene.isMirrored
    let names = state.stack.kind.sideNames
    let name = isLeft ? names.queries : names.keys
    let numberWidth = items.map { width(of: String($0.number)) }.max() ?? 0
    let textX = isLeft ? columns.x.lowerBound - 8 : columns.x.upperBound + 8 + numberWidth + 8
    let anchor: Figure.Anchor = isLeft ? .end : .start
    document.label(name, x: textX, y: y(-1), fill: colors.ink(.dim), anchor: anchor, size: 11)
    let tokenWidth = items.map { width(of: Self.label(of: $0)) }.max() ?? 0
    let numberEnd = isLeft ? textX - tokenWidth - 8 : columns.x.upperBound + 8 + numberWidth
    for (row, item) in items.enumerated() {
      let weight = isFar ? scene.slice.prominence(scene.strengths[scene.order[row]]) : nil
      let isCursor = !isFar && row == scene.cursor
      let label = Self.label(of: item)
      if isCursor {
        let width = width(of: label) + 8
        document.rect(
          x: isLeft ? textX - width + 4 : textX - 4, y: y(row) - 9, width: width, height: 18,
          fill: colors.selection, radius: 3)
      }
      document.label(
        String(item.number), x: numberEnd, y: y(row), fill: colors.ink(.dim), anchor: .end,
        size: 11)
      let isStrong = weight.map { Emphasis(of: $0).isBold } ?? false
      let ink =
        weight.map { Emphasis.ink(of: item, weight: $0) } ?? (item.isSpecial ? .special : .text)
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
    _ scene: HeadScene, sliceWidth: Double, x: Double, y: (Int) -> Double
  ) {
    let heads = scene.heads
    let numberX = x + sliceWidth * Double(heads.count)
    let numberEnd = numberX + weightWidth(scene)
    // Over every second bar and so on where they would touch.
    let digits = String(heads.last ?? 0).count
    let step = sliceWidth > 0 ? Int(Double(6 * digits + 3) / sliceWidth) + 1 : 1
    for (index, head) in heads.enumerated() where sliceWidth > 0 {
      let start = x + sliceWidth * Double(index)
      if index % step == 0 {
        document.label(
          String(head), x: start, y: y(-1), fill: colors.head(head, level: 5), size: 10)
      }
      for (row, position) in scene.order.enumerated() {
        bar(
          scene.relative(scene.weights[index][position], head: head), x: start, y: y(row),
          width: sliceWidth - 3, color: colors.head(head))
      }
    }
    for (row, position) in scene.order.enumerated() {
      let strength = scene.strengths[position]
      let emphasis = Emphasis(of: scene.slice.prominence(strength))
      document.label(
        scene.slice.text(strength.weight, digits: 3, .unicode), x: numberEnd, y: y(row),
        fill: colors.ink(emphasis.ink), anchor: .end, isBold: emphasis.isBold)
      bar(
        scene.relative(strength), x: numberEnd + 8, y: y(row), width: Self.barWidth,
        color: colors.line(strength))
    }
  }
}
