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
    var y = Drawing.titledTop + 26

    func x(_ column: Int) -> Double { x + Double(column) * (width + gap) }
    func y(_ row: Int) -> Double { y + Double(row) * (height + gap) }
  }

  private static let rankedPerRow = 12

  mutating func drawModel() -> Size {
    if let scatter = ScatterScene(state) { return drawScatter(scatter) }
    let scene = ModelScene(state)
    let arrangement = scene.arrangement
    var grid =
      switch state.display.modelZoom ?? .thumbnails {
      case .index: Grid(width: 46, height: 34, gap: 2)
      case .thumbnails: Grid(width: 60, height: 60, gap: 6)
      case .large: Grid(width: 132, height: 132, gap: 12)
      }
    if let places = arrangement.ranked {
      // Room for each head's name above it.
      grid.gap += 14
      grid.x = Self.margin
      for (index, place) in places.enumerated() {
        let x = grid.x(index % Self.rankedPerRow)
        let y = grid.y(index / Self.rankedPerRow)
        drawHead(place, of: scene, x: x, y: y, grid)
        let title = [state.title(of: place), scene.rankScore(place)].compactMap(\.self)
        document.label(
          title.joined(separator: " "), x: x, y: y - 7, fill: colors.ink(.text), size: 11)
      }
      let right = grid.x(min(places.count, Self.rankedPerRow))
      return Size(
        width: right + drawScale(of: scene, x: right, grid) + Self.margin,
        height: grid.y((places.count + Self.rankedPerRow - 1) / Self.rankedPerRow))
    }
    let (layers, heads) = (arrangement.layers, arrangement.heads)
    drawGridLabels(grid, of: scene)
    for row in layers.indices {
      for column in heads.indices {
        guard let place = arrangement.place(row: row, column: column, columnCount: heads.count)
        else { continue }
        drawHead(place, of: scene, x: grid.x(column), y: grid.y(row), grid)
      }
    }
    let right = grid.x(heads.count)
    return Size(
      width: right + drawScale(of: scene, x: right, grid) + Self.margin,
      height: grid.y(layers.count) + Self.margin)
  }

  private var showsHeat: Bool {
    switch state.display.modelZoom ?? .thumbnails {
    case .index: false
    case .thumbnails: true
    case .large: state.display.largeShowsHeat
    }
  }

  /// The scale of heat maps, as high as a picture; tells its width. There is none where each has its own.
  private mutating func drawScale(of scene: ModelScene, x: Double, _ grid: Grid) -> Double {
    guard showsHeat, state.display.scale == .absolute else { return 0 }
    drawScale(x: x + 14, y: grid.y, height: grid.height, unit: scene.unit(scene.selected))
    return 60
  }

  private mutating func drawHead(
    _ place: HeadPlace, of scene: ModelScene, x: Double, y: Double, _ grid: Grid
  ) {
    // The head in sight, and the edges of pictures whose background is the page's.
    let isSelected = place == scene.selected
    if isSelected || showsHeat {
      frame(
        x: x, y: y, width: grid.width, height: grid.height, thickness: isSelected ? 2 : 0.5,
        color: isSelected ? colors.selection : colors.ink(.border))
    }
    switch state.display.modelZoom ?? .thumbnails {
    case .index: drawIndex(place, of: scene, x: x, y: y, grid)
    case .large where !state.display.largeShowsHeat: drawLines(place, of: scene, x: x, y: y, grid)
    case .thumbnails, .large:
      heatMap(
        // As many cells as can be told apart.
        scene.picture(place).signed { $0.pooled(limit: HeadSummary.pooledLimit) },
        unit: scene.unit(place), x: x, y: y, width: grid.width, height: grid.height)
    }
  }

  private mutating func drawGridLabels(_ grid: Grid, of scene: ModelScene) {
    let dim = colors.ink(.dim)
    document.label("heads", x: grid.x, y: grid.y - 28, fill: dim, size: 11)
    document.label("layers", x: Self.margin, y: grid.y - 10, fill: dim, size: 11)
    for (column, head) in scene.arrangement.heads.enumerated() {
      document.label(
        String(head), x: grid.x(column) + grid.width / 2, y: grid.y - 10,
        fill: colors.ink(.text), anchor: .middle, size: 11)
    }
    for (row, layer) in scene.arrangement.layers.enumerated() {
      document.label(
        String(scene.number(ofLayer: layer)), x: grid.x - 10,
        y: grid.y(row) + grid.height / 2, fill: colors.ink(.text), anchor: .end, size: 11)
    }
  }

  private mutating func drawIndex(
    _ place: HeadPlace, of scene: ModelScene, x: Double, y: Double, _ grid: Grid
  ) {
    let pattern = scene.summary(place).patterns[0]
    let look = colors.family(pattern.label.family.rawValue, score: pattern.score)
    document.rect(
      x: x, y: y, width: grid.width, height: grid.height, fill: look.fill, radius: 2)
    document.label(
      pattern.label.shortName, x: x + grid.width / 2, y: y + grid.height / 2 - 6, fill: look.ink,
      anchor: .middle, size: 12)
    guard let score = scene.meaning(place) ?? pattern.scoreText else { return }
    document.label(
      score, x: x + grid.width / 2, y: y + grid.height / 2 + 8, fill: look.ink, anchor: .middle,
      size: 10)
  }

  private mutating func drawLines(
    _ place: HeadPlace, of scene: ModelScene, x: Double, y: Double, _ grid: Grid
  ) {
    document.rect(x: x, y: y, width: grid.width, height: grid.height, fill: colors.track)
    let step = grid.height / Double(max(slice.queries.count, slice.keys.count))
    document.beginCurves()
    for line in scene.lines(place).sorted(by: { abs($0.relative) < abs($1.relative) }) {
      curve(
        from: y + (Double(line.query) + 0.5) * step, to: y + (Double(line.key) + 0.5) * step,
        x: x + 2...x + grid.width - 2, width: 0.5 + 1.5 * Double(min(1, abs(line.relative))),
        color: colors.line(
          .init(weight: line.strength.weight, head: scene.number(ofLayer: place.layer)),
          level: line.level), isLoss: line.relative < 0)
    }
    document.endCurves()
  }
}
