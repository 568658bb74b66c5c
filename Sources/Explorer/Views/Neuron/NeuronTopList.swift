import TerminalUI

/// The strongest neurons of the chosen pair, as a list that flows through the rows that a narrow window has left.
extension NeuronView {
  struct TopNeuron {
    let neuron: Int
    let text: String
    let x: Int
    let y: Int

    var columns: Range<Int> { x..<x + text.count }
  }

  var topNeurons: [TopNeuron] {
    guard let contributions = scene.contributions, !state.display.neuron.showsTable,
      !layout.frame.hasTwoPanels,
      layout.belowRowCount >= 3
    else { return [] }
    var list: [TopNeuron] = []
    var (x, y) = (layout.panelsX, layout.belowY)
    for neuron in contributions.ranking {
      let product = contributions.products[neuron]
      let text = "n\(neuron) \(NumberText.signed(product, digits: 2, glyphs: theme.glyphs))"
      if x + text.count > layout.frame.width - 1 {
        x = layout.panelsX
        y += 1
      }
      guard y < layout.endY else { break }
      list.append(TopNeuron(neuron: neuron, text: text, x: x, y: y))
      x += text.count + 2
    }
    return list
  }

  func drawTopNeurons(on canvas: inout Canvas) {
    let list = topNeurons
    guard let contributions = scene.contributions, !list.isEmpty else { return }
    canvas.write("top", x: 1, y: layout.belowY, style: theme.style(.dim))
    for item in list {
      let style = theme.signedInk(contributions.products[item.neuron])
      let isChosen = item.neuron == state.selection.neuron
      canvas.write(
        item.text, x: item.x, y: item.y, style: isChosen ? style.adding(.underline) : style)
    }
  }
}
