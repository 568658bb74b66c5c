import Attention
import Explorer
import TerminalUI

/// The model view: rows are layers, columns heads, each as a heat map, as lines, or as its label; or, ranked,
/// the heads one after the other.
extension Drawing {
  private struct Grid {
    var width: Double
    var height: Double
    var gap: Double
    /// The start of the first cell.
    var x = Drawing.margin + 44
    var y = Drawing.top + 26

    func x(_ column: Int) -> Double { x + Double(column) * (width + gap) }
    func y(_ row: Int) -> Double { y + Double(row) * (height + gap) }
  }

  private static let rankedPerRow = 12

  mutating func drawModel() -> Size {
    var grid =
      switch state.display.modelZoom ?? .thumbnails {
      case .index: Grid(width: 46, height: 34, gap: 2)
      case .thumbnails: Grid(width: 60, height: 60, gap: 6)
      case .large: Grid(width: 132, height: 132, gap: 12)
      }
    if let places = state.rankedPlaces {
      // Room for each head's name above it.
      grid.gap += 14
      grid.x = Self.margin
      for (index, place) in places.enumerated() {
        let x = grid.x(index % Self.rankedPerRow)
        let y = grid.y(index / Self.rankedPerRow)
        drawHead(place, x: x, y: y, grid)
        document.label(rankedTitle(place), x: x, y: y - 7, fill: colors.ink(.text), size: 11)
      }
      return Size(
        width: grid.x(min(places.count, Self.rankedPerRow)) + Self.margin,
        height: grid.y((places.count + Self.rankedPerRow - 1) / Self.rankedPerRow))
    }
    let layers = state.keptLayers
    let heads = Set(layers.flatMap { state.keptHeads(ofLayer: $0) }).sorted()
    drawGridLabels(grid, layers: layers, heads: heads)
    for (row, layer) in layers.enumerated() {
      let kept = Set(state.keptHeads(ofLayer: layer))
      for (column, head) in heads.enumerated() where kept.contains(head) {
        drawHead(HeadPlace(layer: layer, head: head), x: grid.x(column), y: grid.y(row), grid)
      }
    }
    return Size(
      width: grid.x(heads.count) + Self.margin, height: grid.y(layers.count) + Self.margin)
  }

  /// Layer, head, and what they are ranked by.
  private func rankedTitle(_ place: HeadPlace) -> String {
    let value = state.display.ranking.measure.flatMap { measure in
      measure.value(of: state.summary(place)).map(measure.text)
    }
    return state.title(of: place) + (value.map { " " + $0 } ?? "")
  }

  private mutating func drawHead(_ place: HeadPlace, x: Double, y: Double, _ grid: Grid) {
    switch state.display.modelZoom ?? .thumbnails {
    case .index: drawIndex(place, x: x, y: y, grid)
    case .large where !state.display.largeShowsHeat: drawLines(place, x: x, y: y, grid)
    case .thumbnails, .large:
      heatMap(
        pooled(place), unit: state.weightUnit(layer: place.layer, head: place.head), x: x, y: y,
        width: grid.width, height: grid.height)
    }
  }

  private mutating func drawGridLabels(_ grid: Grid, layers: [Int], heads: [Int]) {
    let dim = colors.ink(.dim)
    document.label("heads", x: grid.x, y: grid.y - 28, fill: dim, size: 11)
    document.label("layers", x: Self.margin, y: grid.y - 10, fill: dim, size: 11)
    for (column, head) in heads.enumerated() {
      document.label(
        String(head), x: grid.x(column) + grid.width / 2, y: grid.y - 10,
        fill: colors.ink(.text), anchor: .middle, size: 11)
    }
    for (row, layer) in layers.enumerated() {
      document.label(
        String(state.stack.layers[layer].index), x: grid.x - 10,
        y: grid.y(row) + grid.height / 2, fill: colors.ink(.text), anchor: .end, size: 11)
    }
  }

  /// A head in at most as many cells as can be told apart, each the largest of its weights.
  private func pooled(_ place: HeadPlace) -> HeadWeights {
    let slice = slice(layer: place.layer)
    let isWhole =
      slice.queries.count == state.stack.queries.count
      && slice.keys.count == state.stack.keys.count
    return isWhole
      ? state.summary(place).pooled
      : slice.weights(head: place.head).pooled(limit: HeadSummary.pooledLimit)
  }

  private mutating func drawIndex(_ place: HeadPlace, x: Double, y: Double, _ grid: Grid) {
    let pattern = state.summary(place).patterns[0]
    let look = colors.family(pattern.label.family.rawValue, score: pattern.score)
    document.rect(
      x: x, y: y, width: grid.width, height: grid.height, fill: look.fill, radius: 2)
    document.label(
      pattern.label.shortName, x: x + grid.width / 2, y: y + grid.height / 2 - 6, fill: look.ink,
      anchor: .middle, size: 12)
    guard let score = pattern.scoreText else { return }
    document.label(
      score, x: x + grid.width / 2, y: y + grid.height / 2 + 8, fill: look.ink, anchor: .middle,
      size: 10)
  }

  private mutating func drawLines(_ place: HeadPlace, x: Double, y: Double, _ grid: Grid) {
    document.rect(x: x, y: y, width: grid.width, height: grid.height, fill: colors.track)
    let weights = slice(layer: place.layer).weights(head: place.head)
    let unit = state.weightUnit(layer: place.layer, head: place.head)
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
          state.stack.layers[place.layer].index, level: Theme.level(of: line.relative)))
    }
    document.close()
  }
}
