import Attention
import TerminalUI

/// The parts of the views' geometry that updates need.
extension ExplorerState {
  /// The number of items on a page.
  var pageSize: Int {
    switch view {
    case .model: ModelLayout(self).rows.count
    case .head: HeadLayout(self).pageSize
    case .neuron: frame.bodyRowCount
    case .matrix: MatrixLayout(self).pageSize
    case .output: OutputLayout(self)?.window.visible.count ?? 1
    }
  }

  /// Scrolls so that the selection is visible.
  mutating func followInView() {
    switch view {
    case .model: followInModelView()
    case .head: followInHeadView()
    case .neuron: followInNeuronView()
    case .matrix: followInMatrix()
    case .output: followInOutput()
    }
  }

  /// The action of the wheel: as the arrows, but in the head view what is under it moves, and in a table the rows.
  private func wheel(_ step: Int, at mouse: MouseEvent) -> Action {
    switch view {
    case .head: headWheel(step, at: mouse)
    case .neuron where display.neuron.showsTable: .stepNeuron(step)
    case .model, .neuron, .matrix, .output: .move(step < 0 ? .up : .down)
    }
  }

  mutating func click(_ mouse: MouseEvent) -> [Effect] {
    let mouse = enter(mouse)
    switch mouse.action {
    case .wheelUp: return update(wheel(-1, at: mouse))
    case .wheelDown: return update(wheel(1, at: mouse))
    case .click: input.clickedView = view
    // Its first click has opened this view.
    case .doubleClick: if let clicked = input.clickedView, clicked != view { return [] }
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
    case .output: clickOutput(mouse)
    }
    followSelection()
    return []
  }
}
