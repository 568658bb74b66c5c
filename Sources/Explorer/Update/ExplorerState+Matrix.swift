import Attention
import TerminalUI

/// Zoom, scrolling and the mouse in the matrix view.
extension ExplorerState {
  /// Looks nearer or from farther away, with the cursor in the middle.
  mutating func zoomMatrix(_ step: Int) {
    let before = MatrixLayout(self)
    let shown = max(0, min(before.scales.count - 1, before.shownScale + step.signum()))
    guard shown != before.shownScale else { return }
    display.matrixZoom = shown - before.fittingScale
    let layout = MatrixLayout(self)
    let query = layout.queries.position(of: selection.query) ?? 0
    let key = layout.keys.position(of: selection.key) ?? 0
    viewport.scroll.queries = max(0, query - layout.pageSize / 2)
    viewport.scroll.keys = max(0, key - layout.columns.count * layout.scale.keysPerBin / 2)
  }

  /// Scrolls by whole bins so that the cursor is visible; their edges stay where they are.
  mutating func followInMatrix() {
    let layout = MatrixLayout(self)
    let query = layout.queries.position(of: selection.query) ?? 0
    let key = layout.keys.position(of: selection.key) ?? 0
    let perRow = layout.scale.queriesPerRow
    let perColumn = layout.scale.keysPerBin
    viewport.scroll.queries =
      perRow
      * Viewport.follow(
        query / perRow, from: viewport.scroll.queries / perRow, count: layout.rowCount,
        rows: layout.rows.count)
    viewport.scroll.keys =
      perColumn
      * Viewport.follow(
        key / perColumn, from: viewport.scroll.keys / perColumn, count: layout.columnCount,
        rows: layout.columns.count)
  }

  /// A click on a cell selects its pair, the strongest one where it holds several; beside the cells it selects
  /// a query, above them a key, in the lists at the right what they list. A double click opens the pair's
  /// neurons.
  mutating func clickMatrixView(_ mouse: MouseEvent) {
    let layout = MatrixLayout(self)
    if layout.paneWidth > 0, mouse.x > layout.paneX {
      if let (token, side) = MatrixView(self, theme: theme).listed(atY: mouse.y) {
        choose(token, side)
      }
      return
    }
    let queries = layout.queries(atY: mouse.y)
    let keys = layout.keys(atX: mouse.x)
    switch (queries, keys) {
    case (let queries?, let keys?):
      guard let pair = slice.strongestPair(head: selection.head, queries: queries, keys: keys)
      else { return }
      choose(layout.queries.items[pair.query].number, .query)
      choose(layout.keys.items[pair.key].number, .key)
      if mouse.action == .doubleClick { open() }
    case (let queries?, nil) where mouse.x < layout.cellsX:
      choose(layout.queries.items[queries.lowerBound].number, .query)
    case (nil, let keys?) where (frame.headingRow..<layout.cellsY).contains(mouse.y):
      choose(layout.keys.items[keys.lowerBound].number, .key)
    default: break
    }
  }
}

extension AttentionSlice {
  /// The heaviest of some pairs, by position; nil where there are none.
  func strongestPair(
    head: Int, queries: Range<Int>, keys: Range<Int>
  ) -> (query: Int, key: Int)? {
    var best: (query: Int, key: Int)?
    var largest = -Float.infinity
    for query in queries {
      let row = row(head: head, query: query)
      for key in keys where best == nil || abs(row[key]) > largest {
        best = (query, key)
        largest = abs(row[key])
      }
    }
    return best
  }
}
