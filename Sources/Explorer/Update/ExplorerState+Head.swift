import TerminalUI

/// Scrolling and the mouse in the head view.
extension ExplorerState {
  mutating func followInHeadView() {
    let rows = frame.bodyRowCount
    let queries = queryAxis
    let keys = keyAxis
    let query = queries.position(of: selection.query) ?? 0
    let key = keys.position(of: selection.key) ?? 0
    func first(_ cursor: Int, from first: Int, _ count: Int) -> Int {
      ListWindow(around: cursor, from: first, count: count, rows: rows).visible.lowerBound
    }
    viewport.scroll.queries = first(query, from: viewport.scroll.queries, queries.count)
    viewport.scroll.keys = first(key, from: viewport.scroll.keys, keys.count)
    guard stack.kind != .cross else { return }
    // Both columns show the same tokens, so the other one stays level with the cursor's where it can.
    let isQuery = selection.side == .query
    let level = ListWindow(
      from: isQuery ? viewport.scroll.queries : viewport.scroll.keys,
      count: (isQuery ? keys : queries).count, rows: rows
    ).visible
    if viewport.scroll.followsCursorOnly || level.contains(isQuery ? key : query) {
      if isQuery {
        viewport.scroll.keys = level.lowerBound
      } else {
        viewport.scroll.queries = level.lowerBound
      }
    }
  }

  /// A click selects what it hits: a head's square, a token of either column, or what the minimap shows there.
  mutating func clickHeadView(_ mouse: MouseEvent) {
    switch HeadView(self, theme: theme).place(x: mouse.x, y: mouse.y) {
    case .head(let head):
      selection.head = head
      if mouse.action == .doubleClick { soloHead() } else { toggleHead() }
    case .token(let token, let side):
      // One of the other column may be far from the cursor's.
      viewport.scroll.followsCursorOnly = side == selection.side
      choose(token, side)
    case nil: break
    }
  }

  /// The action of the wheel: over the squares it goes through the heads, over a column through its tokens.
  func headWheel(_ step: Int, at mouse: MouseEvent) -> Action {
    if mouse.y == frame.stripRow { return .stepHead(step) }
    let side = HeadView(self, theme: theme).side(atColumn: mouse.x) ?? selection.side
    return side == selection.side ? .move(step < 0 ? .up : .down) : .stepKey(step)
  }
}
