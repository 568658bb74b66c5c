import Attention
import TerminalUI

/// Where the model view puts things: a grid of heads (rows are layers) and, where there is room, a pane with
/// the selected head.
struct ModelLayout {
  let frame: FrameLayout
  let zoom: ModelZoom
  let queries: TokenAxis
  let keys: TokenAxis
  /// Columns of the pane; 0 where there is none.
  let paneWidth: Int
  /// Columns from one head to the next, the gap included.
  let cellWidth: Int
  /// Rows from one layer to the next, the gap included.
  let cellHeight: Int
  let layerCount: Int
  let headCount: Int
  /// What is visible, by position.
  let layers: Range<Int>
  let heads: Range<Int>
  /// The large zoom draws heat maps: asked for, or because there are more tokens than dots for lines.
  let drawsHeat: Bool

  init(_ state: ExplorerState) {
    frame = state.frame
    queries = state.queryAxis
    keys = state.keyAxis
    layerCount = state.stack.layers.count
    headCount = max(1, state.stack.headCount)
    let space = Space(
      frame: frame, layerCount: layerCount, headCount: headCount, queryCount: queries.count,
      keyCount: keys.count)
    let showsPixels = state.theme.hasHeatPixels
    zoom =
      state.display.modelZoom ?? (showsPixels && space.fitsThumbnails ? .thumbnails : .index)
    paneWidth = space.paneWidth(zoom)
    (cellWidth, cellHeight) = space.cell(zoom)

    let columns = min(headCount, max(1, space.gridWidth(zoom) / cellWidth))
    // The row that says how many layers follow is kept before counting those that fit.
    let rows = frame.bodyRowCount
    let fits = layerCount * cellHeight <= rows
    let visibleLayers = fits ? layerCount : min(layerCount, max(1, (rows - 1) / cellHeight))
    let firstLayer = ExplorerState.follow(
      state.selection.layer, from: state.scroll.layers, count: layerCount, rows: visibleLayers)
    let firstHead = ExplorerState.follow(
      state.selection.head, from: state.scroll.heads, count: headCount, rows: columns)
    layers = firstLayer..<firstLayer + visibleLayers
    heads = firstHead..<firstHead + columns
    let dotCount = LineCanvas.dotsDown * (cellHeight - 2)
    drawsHeat = state.display.largeShowsHeat || max(queries.count, keys.count) > dotCount
  }

  static let gridX = 4

  // MARK: Cells

  /// Columns of a head without the gap; in the tightest index the fills touch.
  var insideWidth: Int {
    switch zoom {
    case .index: max(2, cellWidth - 1)
    case .thumbnails: cellWidth - 1
    case .large: cellWidth - 2
    }
  }

  func x(ofHead head: Int) -> Int { Self.gridX + (head - heads.lowerBound) * cellWidth }
  func y(ofLayer layer: Int) -> Int {
    frame.firstBodyRow + (layer - layers.lowerBound) * cellHeight
  }

  /// The row of a layer's number.
  func numberRow(ofLayer layer: Int) -> Int { y(ofLayer: layer) + (cellHeight - 1) / 2 }

  func head(atColumn x: Int) -> Int? {
    guard x >= Self.gridX else { return nil }
    let head = heads.lowerBound + (x - Self.gridX) / cellWidth
    return heads.contains(head) ? head : nil
  }

  func layer(atRow y: Int) -> Int? {
    guard y >= frame.firstBodyRow else { return nil }
    let layer = layers.lowerBound + (y - frame.firstBodyRow) / cellHeight
    return layers.contains(layer) ? layer : nil
  }

  /// Numbers stand over every head, or over every second one and so on where they would touch.
  var numberStep: Int { String(headCount - 1).count / cellWidth + 1 }

  /// How many pixels in a row or column of a picture show `count` tokens: a whole number for each, or as many
  /// as there are.
  static func pixelCount(for count: Int, room: Int) -> Int {
    count > room ? max(1, room) : room / max(1, count) * count
  }

  // MARK: Around the grid

  private var lastRow: Int { frame.firstBodyRow + frame.bodyRowCount - 1 }
  var ruleX: Int { frame.width - paneWidth - 2 }
  /// The first column that does not belong to the grid.
  var gridEnd: Int { paneWidth > 0 ? ruleX : frame.width }
  /// The row that says how many layers follow.
  var moreRow: Int { lastRow }
  /// Rows below the grid where nothing else stands.
  var freeRows: Range<Int> {
    guard layers.count == layerCount else { return lastRow..<lastRow }
    let end = frame.firstBodyRow + layerCount * cellHeight
    return min(end, lastRow + 1)..<lastRow + 1
  }

  /// The pane; its first row is that of the headings.
  var pane: Rect {
    Rect(
      x: ruleX + 2, y: frame.headingRow, width: paneWidth - 1,
      height: lastRow + 1 - frame.headingRow)
  }
}

/// What fits, for each zoom.
private struct Space {
  let frame: FrameLayout
  let layerCount: Int
  let headCount: Int
  let queryCount: Int
  let keyCount: Int

  /// Least rows and columns of a thumbnail with its gap where the zoom is not asked for; below, no pattern
  /// can be told.
  var fitsThumbnails: Bool {
    gridWidth(.thumbnails) / headCount >= 6 && frame.bodyRowCount / layerCount >= 3
  }

  func paneWidth(_ zoom: ModelZoom) -> Int {
    switch frame.width {
    case ..<76: 0
    case ..<100: zoom == .index ? 26 : 0
    case ..<140: 34
    default: 42
    }
  }

  func gridWidth(_ zoom: ModelZoom) -> Int {
    let pane = paneWidth(zoom)
    return frame.width - ModelLayout.gridX - (pane > 0 ? pane + 1 : 0)
  }

  func cell(_ zoom: ModelZoom) -> (width: Int, height: Int) {
    let columns = gridWidth(zoom)
    let rows = frame.bodyRowCount
    switch zoom {
    case .index:
      let width = [8, 4, 3].first { headCount * $0 <= columns } ?? 2
      return (width, width >= 4 && rows >= 2 * layerCount ? 2 : 1)
    case .thumbnails:
      let pixels = ModelLayout.pixelCount(for: keyCount, room: min(columns / headCount, 17) - 1)
      let pixelRows = ModelLayout.pixelCount(
        for: queryCount, room: 2 * min(rows / layerCount, 9) - 1)
      return (max(5, pixels + 1), max(3, (pixelRows + 2) / 2))
    case .large:
      let across = max(1, min(columns / 34, headCount))
      let down = max(1, (rows - 1) / 14)
      return (min(columns / across, 68), max(8, (rows - 1) / down))
    }
  }
}
