import Attention
import Explorer
import TerminalUI

/// The model view: rows are layers, columns heads, each as a heat map, as lines, or as its label.
extension Drawing {
  private struct Grid {
    var width: Double
    var height: Double
    var gap: Double
    /// Where the first cell begins.
    let x = Drawing.margin + 44
    let y = Drawing.top + 26
  }

  mutating func drawModel() -> Size {
    let zoom = state.display.modelZoom ?? .thumbnails
    let grid =
      switch zoom {
      case .index: Grid(width: 46, height: 34, gap: 2)
      case .thumbnails: Grid(width: 60, height: 60, gap: 6)
      case .large: Grid(width: 132, height: 132, gap: 12)
      }
    let layers = state.stack.layers
    drawGridLabels(grid)
    for (layer, attention) in layers.enumerated() {
      let slice = slice(layer: layer)
      for head in 0..<attention.headCount {
        let x = grid.x + Double(head) * (grid.width + grid.gap)
        let y = grid.y + Double(layer) * (grid.height + grid.gap)
        switch zoom {
        case .index: drawIndex(layer, head, x: x, y: y, grid)
        case .large where !state.display.largeShowsHeat:
          drawLines(slice, layer, head, x: x, y: y, grid)
        case .thumbnails, .large:
          heatMap(
            pooled(slice, layer, head), unit: state.weightUnit(layer: layer, head: head), x: x,
            y: y, width: grid.width, height: grid.height)
        }
      }
    }
    return Size(
      width: grid.x + Double(state.stack.headCount) * (grid.width + grid.gap) + Self.margin,
      height: grid.y + Double(layers.count) * (grid.height + grid.gap) + Self.margin)
  }

  private mutating func drawGridLabels(_ grid: Grid) {
    let dim = colors.ink(.dim)
    document.label("heads", x: grid.x, y: grid.y - 28, fill: dim, size: 11)
    document.label("layers", x: Self.margin, y: grid.y - 10, fill: dim, size: 11)
    for head in 0..<state.stack.headCount {
      document.label(
        String(head), x: grid.x + Double(head) * (grid.width + grid.gap) + grid.width / 2,
        y: grid.y - 10, fill: colors.ink(.text), anchor: .middle, size: 11)
    }
    for (layer, attention) in state.stack.layers.enumerated() {
      document.label(
        String(attention.index), x: grid.x - 10,
        y: grid.y + Double(layer) * (grid.height + grid.gap) + grid.height / 2,
        fill: colors.ink(.text), anchor: .end, size: 11)
    }
  }

  /// A head in at most as many cells as can be told apart, each the largest of its weights.
  private func pooled(_ slice: AttentionSlice, _ layer: Int, _ head: Int) -> HeadWeights {
    let isWhole =
      slice.queries.count == state.stack.queries.count
      && slice.keys.count == state.stack.keys.count
    return isWhole
      ? state.stack.summaries[layer][head].pooled
      : slice.weights(head: head).pooled(limit: HeadSummary.pooledLimit)
  }

  private mutating func drawIndex(_ layer: Int, _ head: Int, x: Double, y: Double, _ grid: Grid) {
    let pattern = state.stack.summaries[layer][head].patterns[0]
    let look = colors.family(pattern.label.family.rawValue, score: pattern.score)
    document.rect(
      x: x, y: y, width: grid.width, height: grid.height, fill: look.fill, radius: 2)
    document.label(
      pattern.label.shortName, x: x + grid.width / 2, y: y + grid.height / 2 - 6, fill: look.ink,
      anchor: .middle, size: 12)
    document.label(
      NumberText.weight(pattern.score), x: x + grid.width / 2, y: y + grid.height / 2 + 8,
      fill: look.ink, anchor: .middle, size: 10)
  }

  private mutating func drawLines(
    _ slice: AttentionSlice, _ layer: Int, _ head: Int, x: Double, y: Double, _ grid: Grid
  ) {
    document.rect(x: x, y: y, width: grid.width, height: grid.height, fill: colors.track)
    let weights = slice.weights(head: head)
    let unit = state.weightUnit(layer: layer, head: head)
    let step = grid.height / Double(max(weights.queryCount, weights.keyCount))
    var lines: [(query: Int, key: Int, relative: Float)] = []
    for query in 0..<weights.queryCount {
      for (key, weight) in weights.row(query).enumerated() where weight / unit >= 0.12 {
        lines.append((query, key, weight / unit))
      }
    }
    document.open("g", ["fill": "none"])
    for line in lines.sorted(by: { $0.relative < $1.relative }) {
      curve(
        from: y + (Double(line.query) + 0.5) * step, to: y + (Double(line.key) + 0.5) * step,
        x: x + 2...x + grid.width - 2, width: 0.5 + 1.5 * Double(min(1, line.relative)),
        color: colors.head(
          state.stack.layers[layer].index, level: Theme.level(of: line.relative)))
    }
    document.close()
  }
}
