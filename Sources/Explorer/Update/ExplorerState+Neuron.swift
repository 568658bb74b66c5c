import TerminalUI

/// The parts of the neuron view's geometry that keys and the mouse need.
extension ExplorerState {
  /// To another panel; a wide window shows the product always, and either the queries or the keys beside it.
  mutating func stepPanel(_ step: Int) {
    let panel = display.neuron.panel
    if frame.hasTwoPanels {
      display.neuron.panel = panel == .query ? .product : .query
    } else {
      display.neuron.panel = step < 0 ? panel.previous : panel.next
    }
  }

  mutating func followInNeuronView() {
    let layout = NeuronLayout(self)
    let axis = layout.axis
    let token = layout.listsQueries ? selection.query : selection.key
    let window = ListWindow(
      around: axis.position(of: token) ?? 0, from: layout.visibleRows.lowerBound,
      count: axis.count, rows: NeuronLayout.rowCount(frame))
    if layout.listsQueries {
      viewport.scroll.queries = window.visible.lowerBound
    } else {
      viewport.scroll.keys = window.visible.lowerBound
    }
  }

  /// A click selects what it hits: a panel's tab, a row's token, a neuron's column, or its numbers in a table or
  /// list. Of two neurons in a cell the left one comes first, the other with the next click.
  mutating func clickNeuronView(_ mouse: MouseEvent) {
    let view = NeuronView(self, theme: Theme(.mono, depth: .none, glyphs: .unicode))
    let layout = view.layout
    let listed = view.topNeurons.first { $0.y == mouse.y && $0.columns.contains(mouse.x) }?.neuron
    if let neuron = view.table?.neuron(atX: mouse.x, y: mouse.y) ?? listed {
      selection.neuron = neuron
    }
    if view.table?.isWhole == true { return }
    if mouse.y == layout.frame.stripRow {
      guard let tab = layout.tabs.first(where: { $0.columns.contains(mouse.x) }) else { return }
      display.neuron.panel = tab.panel
    } else if (layout.queryY..<layout.rowsEnd).contains(mouse.y) {
      let neurons = layout.neurons(atX: mouse.x)
      if let neuron = neurons.first == selection.neuron ? neurons.last : neurons.first {
        selection.neuron = neuron
      }
      guard let row = layout.row(atY: mouse.y) else { return }
      let token = layout.axis.items[row].number
      choose(token, layout.listsQueries ? .query : .key)
    }
  }
}
