import TerminalUI

/// What stands where, for the mouse.
extension HeadView {
  /// A part of the view that takes clicks.
  enum Place: Equatable {
    case head(Int)
    /// A token of either column, by its number.
    case token(Int, Selection.Side)
  }

  func place(x: Int, y: Int) -> Place? {
    if y == layout.frame.stripRow { return head(atColumn: x).map { .head($0) } }
    if layout.isScrolled, [layout.minimapX, layout.visibleMarkX].contains(x) {
      return minimapPlace(atY: y).map {
        .token(scene.far.items[scene.order[$0]].number, layout.farSide)
      }
    }
    guard let side = side(atColumn: x) else { return nil }
    if side == layout.cursorSide {
      let position = visibleNear.first { layout.y(ofPlace: $0, first: nearFirst) == y }
      return position.map { .token(scene.near.items[$0].number, side) }
    }
    let place = visiblePlaces.first { layout.y(ofPlace: $0, first: farFirst) == y }
    return place.map { .token(scene.far.items[scene.order[$0]].number, side) }
  }

  /// The column of tokens at `x`, with what stands beside it; nil between the two.
  func side(atColumn x: Int) -> Selection.Side? {
    if x < layout.canvasX { return .query }
    return x < layout.canvasX + layout.canvasWidth ? nil : .key
  }
}

extension ExplorerState {
  /// A click selects what it hits: a head's square, a token of either column, or what the minimap shows there.
  mutating func clickHeadView(_ mouse: MouseEvent) {
    switch HeadView(self, theme: theme).place(x: mouse.x, y: mouse.y) {
    case .head(let head):
      selection.head = head
      if mouse.action == .doubleClick { soloHead() } else { toggleHead() }
    case .token(let token, let side):
      // One of the other column may be far from the cursor's.
      scroll.followsCursorOnly = side == selection.side
      choose(token, side)
    case nil: break
    }
  }

  /// What the wheel does: over the squares it goes through the heads, over a column through its tokens.
  func headWheel(_ step: Int, at mouse: MouseEvent) -> Action {
    if mouse.y == frame.stripRow { return .stepHead(step) }
    let side = HeadView(self, theme: theme).side(atColumn: mouse.x) ?? selection.side
    return side == selection.side ? .move(step < 0 ? .up : .down) : .stepKey(step)
  }
}
