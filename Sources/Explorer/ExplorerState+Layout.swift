import Attention
import TerminalUI

/// What updates need to know of the views' geometry.
extension ExplorerState {
  /// How many items a page holds.
  var pageSize: Int {
    switch view {
    case .model: ModelLayout(self).layers.count
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

  private mutating func followInModelView() {
    let layout = ModelLayout(self)
    scroll.layers = layout.layers.lowerBound
    scroll.heads = layout.heads.lowerBound
  }

  private mutating func followInHeadView() {
    let rows = HeadLayout(self).visibleCount
    let queries = queryAxis
    let keys = keyAxis
    let query = queries.position(of: selection.query) ?? 0
    let key = keys.position(of: selection.key) ?? 0
    if stack.kind == .cross {
      scroll.queries = Self.follow(query, from: scroll.queries, count: queries.count, rows: rows)
      scroll.keys = Self.follow(key, from: scroll.keys, count: keys.count, rows: rows)
    } else {
      // Both columns show the same tokens, so they stay level with the cursor's.
      let cursor = selection.side == .query ? query : key
      let count = max(queries.count, keys.count)
      let first = Self.follow(cursor, from: scroll.queries, count: count, rows: rows)
      scroll.queries = max(0, min(first, queries.count - rows))
      scroll.keys = max(0, min(first, keys.count - rows))
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

  /// The wheel does what the arrows do, but in a table, where it goes through the rows.
  private func wheelAction(_ step: Int) -> Action {
    if view == .neuron, display.neuron.showsTable { return .stepNeuron(step) }
    return .move(step < 0 ? .up : .down)
  }

  mutating func click(_ mouse: MouseEvent) -> [Effect] {
    switch mouse.action {
    case .wheelUp: return update(wheelAction(-1))
    case .wheelDown: return update(wheelAction(1))
    case .click, .doubleClick: break
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
