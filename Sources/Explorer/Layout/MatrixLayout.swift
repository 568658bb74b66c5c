import Attention
import TerminalUI

/// The layout of the matrix view.
struct MatrixLayout {
  let frame: FrameLayout
  let queries: TokenAxis
  let keys: TokenAxis
  let scale: MatrixScale
  /// Scales from far to near; which of them fits; which of them is shown.
  let scales: [MatrixScale]
  let fittingScale: Int
  let shownScale: Int

  let numberWidth: Int
  let tokenWidth: Int
  let hasGutter: Bool
  /// Columns of the lists at the right; 0 where there are none.
  let paneWidth: Int
  /// Columns from one bin of keys to the next, and rows of the screen from one row of cells to the next.
  let stride: Int
  let rowHeight: Int
  let rowCount: Int
  let columnCount: Int
  /// The visible rows of the screen's cells and the visible bins of keys.
  let rows: Range<Int>
  let columns: Range<Int>

  /// Columns for the bars of the cursor's column; a blank stands on either side.
  static let profileWidth = 5

  init(_ state: ExplorerState) {
    frame = state.frame
    queries = state.queryAxis
    keys = state.keyAxis
    hasGutter = state.isPair
    paneWidth = frame.isBig ? 34 : 0
    let largest = max(queries.items.last?.number ?? 0, keys.items.last?.number ?? 0)
    numberWidth = max(String(largest).count, queries.numberWidth(hasGutter: hasGutter))
    let usualWidth = min(frame.isBig ? 12 : 8, queries.labelWidth)

    let left = 1 + (hasGutter ? 1 : 0) + numberWidth + 1 + usualWidth + 1
    let room = max(1, frame.width - left - Self.profileWidth - 2 - paneWidth)
    // The second row of headings and the profile of the cursor's row.
    let roomRows = max(1, frame.bodyRowCount - 2)
    let (scales, fitting) = MatrixScale.all(
      queryCount: queries.count, keyCount: keys.count, columns: room, rows: roomRows)
    self.scales = scales
    fittingScale = fitting
    shownScale = max(0, min(scales.count - 1, fitting + state.display.matrixZoom))
    scale = scales[shownScale]

    rowCount = MatrixScale.divide(queries.count, by: scale.queriesPerRow)
    columnCount = MatrixScale.divide(keys.count, by: scale.keysPerBin)
    let widest = room / max(1, columnCount)
    stride =
      !scale.showsNumbers
      ? max(1, min(3, widest))
      : widest >= MatrixScale.narrowestNumber
        ? min(max(6, min(MatrixScale.widestNumber, keys.labelWidth + 1)), widest)
        : min(MatrixScale.narrowestNumber + 1, room)
    rowHeight = scale.showsNumbers ? max(1, min(3, roomRows / max(1, rowCount))) : 1
    // What the cells leave goes to tokens that are cut.
    tokenWidth = min(queries.labelWidth, usualWidth + max(0, room - columnCount * stride))
    rows = Self.visible(
      from: state.scroll.queries / scale.queriesPerRow, count: rowCount,
      room: roomRows / rowHeight)
    columns = Self.visible(
      from: state.scroll.keys / scale.keysPerBin, count: columnCount,
      room: room / stride)
  }

  private static func visible(from first: Int, count: Int, room: Int) -> Range<Int> {
    let start = max(0, min(first, count - room))
    return start..<min(count, start + max(1, room))
  }

  // MARK: Places on the screen

  var numberX: Int { 1 + (hasGutter ? 1 : 0) }
  var tokenX: Int { numberX + numberWidth + 1 }
  var cellsX: Int { tokenX + tokenWidth + 1 }
  var cellsEnd: Int { cellsX + columns.count * stride }
  var cellsY: Int { frame.firstBodyRow + 1 }
  /// The profile of the cursor's row, below the cells.
  var profileY: Int { cellsY + rows.count * rowHeight }
  /// The profile of the cursor's column, beside the cells.
  var profileX: Int { cellsEnd + 1 }
  /// Columns that a bin paints; between numbers stands a blank.
  var paintedWidth: Int {
    scale.showsNumbers && stride > MatrixScale.narrowestNumber ? stride - 1 : stride
  }
  var paneX: Int { frame.width - paneWidth }
  /// The right end of the headings.
  var limit: Int { paneWidth > 0 ? paneX - 1 : frame.width }

  func x(ofColumn column: Int) -> Int { cellsX + (column - columns.lowerBound) * stride }
  /// The line that a row's text stands in: the middle one.
  func y(ofRow row: Int) -> Int { lines(ofRow: row).lowerBound + (rowHeight - 1) / 2 }
  func lines(ofRow row: Int) -> Range<Int> {
    let start = cellsY + (row - rows.lowerBound) * rowHeight
    return start..<start + rowHeight
  }

  // MARK: What stands there

  /// The positions of the queries in a row of cells, and of those in one of its bins.
  func queries(inRow row: Int) -> Range<Int> {
    let first = row * scale.queriesPerRow
    return first..<min(queries.count, first + scale.queriesPerRow)
  }

  func queries(inBin bin: Int) -> Range<Int> {
    let first = min(queries.count, bin * scale.queriesPerBin)
    return first..<min(queries.count, first + scale.queriesPerBin)
  }

  func keys(inColumn column: Int) -> Range<Int> {
    let first = column * scale.keysPerBin
    return first..<min(keys.count, first + scale.keysPerBin)
  }

  /// Bins of queries in a row: pixels come in twos.
  var binsPerRow: Int { scale.showsNumbers ? 1 : 2 }

  /// The bins of queries in the visible rows.
  var visibleQueryBins: Range<Int> {
    let first = rows.lowerBound * binsPerRow
    return
      first..<max(
        first,
        min(
          rows.upperBound * binsPerRow, MatrixScale.divide(queries.count, by: scale.queriesPerBin)))
  }

  /// The positions of the queries under row `y` of the screen.
  func queries(atY y: Int) -> Range<Int>? {
    guard y >= cellsY else { return nil }
    let row = rows.lowerBound + (y - cellsY) / rowHeight
    return rows.contains(row) ? queries(inRow: row) : nil
  }

  /// The positions of the keys under column `x` of the screen.
  func keys(atX x: Int) -> Range<Int>? {
    guard x >= cellsX else { return nil }
    let column = columns.lowerBound + (x - cellsX) / stride
    return columns.contains(column) ? keys(inColumn: column) : nil
  }

  /// The queries that are visible at a time.
  var pageSize: Int { max(1, rows.count) * scale.queriesPerRow }

  /// Whether some of the head is out of sight.
  var isScrolled: Bool { rows.count < rowCount || columns.count < columnCount }
}
