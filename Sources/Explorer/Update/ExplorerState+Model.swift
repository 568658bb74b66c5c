import TerminalUI

/// Moving, scrolling and the mouse in the model view: among layers and heads, or along the ranking.
extension ExplorerState {
  mutating func moveInModelView(rows: Int = 0, columns: Int = 0) {
    if let scatter {
      moveInScatter(scatter, rows: rows, columns: columns)
      return
    }
    guard let places = rankedPlaces else {
      stepLayer(rows)
      stepHead(columns)
      return
    }
    guard let current = places.firstIndex(of: place) else { return }
    let width = ModelLayout(self).columnCount
    let target = current + columns + rows * width
    if places.indices.contains(target) {
      place = places[target]
    } else if rows > 0, target / width == (places.count - 1) / width {
      // The last row ends before this column.
      place = places[places.count - 1]
    }
  }

  /// To the nearest of some ranked heads, layers before heads; nowhere if there is none.
  mutating func stepAmongRanked(_ places: [HeadPlace]) {
    let current = place
    func distance(_ other: HeadPlace) -> (Int, Int) {
      (abs(other.layer - current.layer), abs(other.head - current.head))
    }
    place = places.min { distance($0) < distance($1) } ?? current
  }

  /// By any number of rows; along the ranking to its very ends.
  mutating func pageInModelView(rows: Int) {
    guard let places = rankedPlaces, let current = places.firstIndex(of: place) else {
      stepLayer(rows)
      return
    }
    let (step, overflow) = rows.multipliedReportingOverflow(by: ModelLayout(self).columnCount)
    let bounded =
      overflow ? rows.signum() * places.count : max(-places.count, min(step, places.count))
    place = places[max(0, min(current + bounded, places.count - 1))]
  }

  /// Scrolls so that the selected head is visible; what the ranking leaves out cannot be.
  mutating func followInModelView() {
    if let places = rankedPlaces, let first = places.first, !places.contains(place) {
      place = first
    }
    let layout = ModelLayout(self)
    viewport.scroll.layers = layout.rows.lowerBound
    viewport.scroll.heads = layout.columns.lowerBound
  }

  /// A click selects the head that it hits, a second one opens it; on the numbers it selects a row or a column,
  /// above them it turns heads on and off.
  mutating func clickModelView(_ mouse: MouseEvent) -> [Effect] {
    let layout = ModelLayout(self)
    guard mouse.x < layout.gridEnd else { return [] }
    if let scatter = ScatterScene(self) {
      if let hit = ScatterLayout(scatter, in: layout).place(x: mouse.x, y: mouse.y) {
        if hit == place { return update(.open) }
        place = hit
      }
      return []
    }
    let row = layout.row(atY: mouse.y)
    let column = layout.column(atX: mouse.x)
    if let row, let column, let hit = layout.place(row: row, column: column) {
      if hit == place { return update(.open) }
      place = hit
    } else if let row, mouse.x < layout.gridX, let hit = layout.place(row: row, column: 0) {
      // The row's number: in the grid the same head of another layer.
      place = layout.isGrid ? HeadPlace(layer: hit.layer, head: place.head) : hit
    } else if [frame.stripRow, frame.headingRow].contains(mouse.y), let column,
      let head = layout.head(ofColumn: column), keptHeads.contains(head)
    {
      if mouse.y == frame.stripRow {
        selection.head = head
        toggleHead()
      } else {
        focus(onHead: head)
      }
    }
    followSelection()
    return []
  }
}
