import Attention
import TerminalUI

/// What updates need to know of the views' geometry.
extension ExplorerState {
  /// How many items a page holds.
  var pageSize: Int {
    switch view {
    case .model: ModelLayout(self).rows.count
    case .head: HeadLayout(self).visibleCount
    case .neuron: frame.bodyRowCount
    case .matrix: MatrixLayout(self).pageSize
    }
  }

  /// Scrolls so that the selection is visible.
  mutating func followInView() {
    switch view {
    case .model: followInModelView()
    case .head: followInHeadView()
    case .neuron: followInNeuronView()
    case .matrix: followInMatrix()
    }
  }

  private mutating func followInHeadView() {
    let rows = HeadLayout(self).visibleCount
    let queries = queryAxis
    let keys = keyAxis
    let query = queries.position(of: selection.query) ?? 0
    let key = keys.position(of: selection.key) ?? 0
    scroll.queries = Self.follow(query, from: scroll.queries, count: queries.count, rows: rows)
    scroll.keys = Self.follow(key, from: scroll.keys, count: keys.count, rows: rows)
    guard stack.kind != .cross else { return }
    // Both columns show the same tokens, so the other one stays level with the cursor's where it can.
    let isQuery = selection.side == .query
    let level = min(
      isQuery ? scroll.queries : scroll.keys, max(0, (isQuery ? keys : queries).count - rows))
    if scroll.followsCursorOnly || (level..<level + rows).contains(isQuery ? key : query) {
      if isQuery { scroll.keys = level } else { scroll.queries = level }
    }
  }

  /// The first of `rows` visible items such that `cursor` is among them; it stays where it is if that will do,
  /// else the cursor comes to the middle, so that a walk does not redraw everything at each step.
  static func follow(_ cursor: Int, from first: Int, count: Int, rows: Int) -> Int {
    guard count > rows, rows > 0 else { return 0 }
    let bounded = max(0, min(first, count - rows))
    if (bounded..<bounded + rows).contains(cursor) { return bounded }
    return max(0, min(cursor - rows / 2, count - rows))
  }

  /// What the wheel does: as the arrows, but in the head view what is under it moves, and in a table the rows.
  private func wheel(_ step: Int, at mouse: MouseEvent) -> Action {
    switch view {
    case .head: headWheel(step, at: mouse)
    case .neuron where display.neuron.showsTable: .stepNeuron(step)
    case .model, .neuron, .matrix: .move(step < 0 ? .up : .down)
    }
  }

  mutating func click(_ mouse: MouseEvent) -> [Effect] {
    switch mouse.action {
    case .wheelUp: return update(wheel(-1, at: mouse))
    case .wheelDown: return update(wheel(1, at: mouse))
    case .click: clickedView = view
    // Its first click has opened this view.
    case .doubleClick: if let clickedView, clickedView != view { return [] }
    }
    if mouse.y == frame.titleRow {
      guard let tab = tabColumns.first(where: { $0.columns.contains(mouse.x) }) else { return [] }
      return update(.show(tab.view))
    }
    switch view {
    case .model: return clickModelView(mouse)
    case .head: clickHeadView(mouse)
    case .neuron: clickNeuronView(mouse)
    case .matrix: clickMatrixView(mouse)
    }
    followSelection()
    return []
  }
}
