import TerminalUI

/// The places of the view's parts, for the mouse.
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
      let position = visibleNear.first { layout.y(ofPlace: $0, in: nearWindow) == y }
      return position.map { .token(scene.near.items[$0].number, side) }
    }
    let place = visiblePlaces.first { layout.y(ofPlace: $0, in: farWindow) == y }
    return place.map { .token(scene.far.items[scene.order[$0]].number, side) }
  }

  /// The column of tokens at `x`, with what stands beside it; nil between the two.
  func side(atColumn x: Int) -> Selection.Side? {
    if x < layout.canvasX { return .query }
    return x < layout.canvasX + layout.canvasWidth ? nil : .key
  }
}
