import TerminalUI

extension ExplorerState {
  /// A click selects the head that it hits, a second one opens it; on the numbers it selects a row or a column,
  /// above them it turns heads on and off.
  mutating func clickModelView(_ mouse: MouseEvent) -> [Effect] {
    let layout = ModelLayout(self)
    guard mouse.x < layout.gridEnd else { return [] }
    let head = layout.head(atColumn: mouse.x)
    let layer = layout.layer(atRow: mouse.y)
    if mouse.y == frame.stripRow, let head, head < self.layer.headCount {
      selection.head = head
      return update(.toggleHead)
    }
    if mouse.y == frame.headingRow, let head {
      selection.head = head
    } else if let layer, head != nil || mouse.x < ModelLayout.gridX {
      selection.layer = layer
      if let head { selection.head = head }
    } else {
      return []
    }
    clampToLayer()
    followSelection()
    return mouse.action == .doubleClick && head != nil && layer != nil ? update(.open) : []
  }
}
