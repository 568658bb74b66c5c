import Attention
import Explorer
import TerminalUI

/// The matrix view: one head, queries × keys, with its tokens along both sides.
extension Drawing {
  mutating func drawMatrix() -> Size {
    let scene = MatrixScene(state)
    let slice = scene.slice
    let weights = slice.weights(head: scene.head)
    let count = Double(max(weights.queryCount, weights.keyCount))
    let side = max(2, min(30, 640 / count))
    // Along long inputs every so many tokens are named.
    let step = max(1, Int((12 / side).rounded(.up)))
    let left =
      Self.margin + labelWidth(slice.queries) + 8 + numberWidth(slice.queries) + 8
    let top = self.top + Self.rowHeight + labelWidth(slice.keys) + numberWidth(slice.keys)
    let size = Size(
      width: side * Double(weights.keyCount), height: side * Double(weights.queryCount))

    let names = state.stack.kind.sideNames
    document.label(names.keys, x: left, y: self.top, fill: colors.ink(.dim), size: 11)
    document.label(
      names.queries, x: left - 6, y: top - 8, fill: colors.ink(.dim), anchor: .end, size: 11)
    for (index, item) in slice.keys.items.enumerated() where index.isMultiple(of: step) {
      document.label(
        "\(item.number) \(Self.label(of: item))", x: left + side * (Double(index) + 0.5),
        y: top - 6, fill: colors.ink(item.isSpecial ? .special : .text), size: 11, turn: -90)
    }
    for (index, item) in slice.queries.items.enumerated() where index.isMultiple(of: step) {
      let y = top + side * (Double(index) + 0.5)
      document.label(
        Self.label(of: item), x: left - 6, y: y,
        fill: colors.ink(item.isSpecial ? .special : .text), anchor: .end, size: 11)
      document.label(
        String(item.number), x: left - 12 - labelWidth(slice.queries), y: y,
        fill: colors.ink(.dim), anchor: .end, size: 10)
    }
    heatMap(
      weights, unit: scene.unit, x: left, y: top, width: size.width, height: size.height)
    if side >= 24 { drawNumbers(weights, of: scene, x: left, y: top, side: side) }
    drawScale(
      x: left + size.width + 20, y: top, height: max(80, min(200, size.height)), unit: scene.unit)
    return Size(
      width: left + size.width + 90,
      height: top + max(size.height, 100) + Self.margin)
  }

  private mutating func drawNumbers(
    _ weights: HeadWeights, of scene: MatrixScene, x: Double, y: Double, side: Double
  ) {
    for query in 0..<weights.queryCount {
      for key in 0..<weights.keyCount where scene.isPrinted(weights[query, key]) {
        document.label(
          scene.slice.text(weights[query, key], .unicode), x: x + side * (Double(key) + 0.5),
          y: y + side * (Double(query) + 0.5),
          fill: colors.heatText(weights[query, key] / scene.unit), anchor: .middle, size: 10)
      }
    }
  }
}
