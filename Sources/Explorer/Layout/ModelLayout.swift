import Attention
import TerminalUI

/// The layout of the model view: heads in rows and columns and, where there is room, a pane with the
/// selected one.
///
/// Without a ranking a row is a layer and a column a head's number; ranked, heads follow each other as words do.
struct ModelLayout {
  let frame: FrameLayout
  let zoom: ModelZoom
  let queries: TokenAxis
  let keys: TokenAxis
  /// Columns of the window that the pane takes; 0 where there is none.
  let paneWidth: Int
  /// The pixels of a thumbnail, and whether a line below it says what the head does.
  let thumbnail: ModelSpace.Picture
  let hasLabels: Bool
  /// From one head to the next, the gap included, in columns and rows of the window.
  let cellWidth: Int
  let cellHeight: Int
  let rowCount: Int
  let columnCount: Int
  /// The visible rows and columns.
  let rows: Range<Int>
  let columns: Range<Int>
  /// The large zoom draws heat maps: asked for, or because there are more tokens than dots for lines.
  let drawsHeat: Bool
  private let arrangement: HeadArrangement

  init(_ state: ExplorerState) {
    frame = state.frame
    queries = state.queryAxis
    keys = state.keyAxis
    arrangement = HeadArrangement(state)
    let (layers, heads) = (arrangement.layers, arrangement.heads)
    let space = ModelSpace(
      frame: frame, layerCount: state.keptLayerNumbers.count, headCount: heads.count,
      queryCount: queries.count, keyCount: keys.count, showsPixels: state.theme.hasHeatPixels)
    zoom = state.display.modelZoom ?? Self.zoom(state, arrangement, space)

    let cell: ModelSpace.Cell
    let selectedRow: Int
    let selectedColumn: Int
    if let places = arrangement.ranked {
      gridX = max(Self.leastGridX, String(places.count).count + 1)
      cell = space.rankedCell(
        zoom, count: places.count, titleWidth: Self.titleWidth(places, state))
      columnCount = max(1, min(space.gridWidth(zoom) / cell.width, places.count))
      rowCount = (places.count + columnCount - 1) / columnCount
      let position = places.firstIndex(of: state.place) ?? 0
      selectedRow = position / columnCount
      selectedColumn = 0
    } else {
      gridX = Self.leastGridX
      cell = space.cell(zoom)
      columnCount = heads.count
      rowCount = state.keptLayerNumbers.count
      selectedRow = layers.firstIndex(of: state.selection.layer) ?? 0
      selectedColumn = heads.firstIndex(of: state.selection.head) ?? 0
    }
    (cellWidth, cellHeight) = (cell.width, cell.height)
    (thumbnail, hasLabels) = (cell.picture, cell.hasLabel)
    let visibleColumns = min(columnCount, max(1, space.gridWidth(zoom) / cellWidth))
    let leastPane = space.paneWidth(zoom)
    let spare = frame.width - gridX - visibleColumns * cellWidth - 2
    paneWidth =
      leastPane == 0 ? 0 : max(leastPane, min(spare, ModelSpace.widestPane))
    // The row that says how many rows follow is kept before counting those that fit.
    let room = frame.bodyRowCount
    let visibleRows =
      rowCount * cellHeight <= room ? rowCount : min(rowCount, max(1, (room - 1) / cellHeight))
    let firstRow = Viewport.follow(
      selectedRow, from: state.scroll.layers, count: rowCount, rows: visibleRows)
    let firstColumn = Viewport.follow(
      selectedColumn, from: state.scroll.heads, count: columnCount, rows: visibleColumns)
    rows = firstRow..<firstRow + visibleRows
    columns = firstColumn..<firstColumn + visibleColumns
    let dotCount = state.display.glyphs.lineInk.dotsDown * (cellHeight - 2)
    drawsHeat = state.display.largeShowsHeat || max(queries.count, keys.count) > dotCount
  }

  /// As large as all heads fit and show something.
  private static func zoom(
    _ state: ExplorerState, _ arrangement: HeadArrangement, _ space: ModelSpace
  ) -> ModelZoom {
    if let places = arrangement.ranked {
      if (1...largestRanking).contains(places.count) { return .large }
      let least = titleWidth(places, state) + 5
      if state.theme.hasHeatPixels,
        space.largestRankedCell(count: max(1, places.count), least: least) != nil
      {
        return .thumbnails
      }
    }
    return state.theme.hasHeatPixels && space.fitsThumbnails ? .thumbnails : .index
  }

  /// So many heads of a ranking are drawn large.
  private static let largestRanking = 6

  private static func titleWidth(_ places: [HeadPlace], _ state: ExplorerState) -> Int {
    places.map { state.title(of: $0).count }.max() ?? 0
  }

  // MARK: Heads

  /// Whether rows are layers and columns heads.
  var isGrid: Bool { arrangement.ranked == nil }

  /// The head that stands there, if there is one: rows of layers that have not run yet are empty.
  func place(row: Int, column: Int) -> HeadPlace? {
    guard (0..<rowCount).contains(row), (0..<columnCount).contains(column) else { return nil }
    return arrangement.place(row: row, column: column, columnCount: columnCount)
  }

  /// The row and the column of a head.
  func cell(of place: HeadPlace) -> (row: Int, column: Int)? {
    arrangement.cell(of: place, columnCount: columnCount)
  }

  /// The number of a column's heads; nil where they have different ones.
  func head(ofColumn column: Int) -> Int? { isGrid ? arrangement.heads[column] : nil }

  /// The number of heads (or layers of them) above or below the visible ones.
  var countAbove: Int { isGrid ? rows.lowerBound : rows.lowerBound * columnCount }
  var countBelow: Int {
    arrangement.ranked.map { max(0, $0.count - rows.upperBound * columnCount) }
      ?? rowCount - rows.upperBound
  }

  // MARK: Cells

  private static let leastGridX = 4
  let gridX: Int

  /// Columns of a head without the gap; in the tightest index the fills touch.
  var insideWidth: Int {
    switch zoom {
    case .index: max(2, cellWidth - 1)
    case .thumbnails: cellWidth - 1
    case .large: cellWidth - 2
    }
  }

  func x(ofColumn column: Int) -> Int { gridX + (column - columns.lowerBound) * cellWidth }
  func y(ofRow row: Int) -> Int {
    frame.firstBodyRow + (row - rows.lowerBound) * cellHeight
  }

  /// The line that a row's number stands in: beside the label, or the middle of a picture.
  func numberY(ofRow row: Int) -> Int {
    y(ofRow: row) + (zoom == .index ? 0 : (cellHeight - 1) / 2)
  }

  func column(atX x: Int) -> Int? {
    guard x >= gridX else { return nil }
    let column = columns.lowerBound + (x - gridX) / cellWidth
    return columns.contains(column) ? column : nil
  }

  func row(atY y: Int) -> Int? {
    guard y >= frame.firstBodyRow else { return nil }
    let row = rows.lowerBound + (y - frame.firstBodyRow) / cellHeight
    return rows.contains(row) ? row : nil
  }

  // MARK: Around the heads

  private var lastY: Int { frame.firstBodyRow + frame.bodyRowCount - 1 }
  var ruleX: Int { frame.width - paneWidth - 2 }
  /// The first column of the window that does not belong to the heads.
  var gridEnd: Int { paneWidth > 0 ? ruleX : frame.width }
  /// The line that says how much follows.
  var moreY: Int { lastY }
  /// Lines below the heads where nothing else stands.
  var freeLines: Range<Int> {
    guard rows.count == rowCount else { return lastY..<lastY }
    let end = frame.firstBodyRow + rowCount * cellHeight
    return min(end, lastY + 1)..<lastY + 1
  }

  /// The pane; its first line is that of the headings.
  var pane: Rect {
    Rect(
      x: ruleX + 2, y: frame.headingRow, width: paneWidth - 1,
      height: lastY + 1 - frame.headingRow)
  }
}
