import TerminalUI

/// Placeholder.
struct NeuronView: ExplorerView {
  let state: ExplorerState
  let theme: Theme

  init(_ state: ExplorerState, theme: Theme) {
    self.state = state
    self.theme = theme
  }

  var stateItems: [FrameItem] { state.sharedStateItems }
  var readout: [FrameItem] { [] }
  func draw(on canvas: inout Canvas) {}
}
