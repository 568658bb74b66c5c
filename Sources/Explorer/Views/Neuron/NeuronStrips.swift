import TerminalUI

/// Draws vectors as rows of coloured cells, one for each neuron that is visible.
struct NeuronStrips {
  private let layout: NeuronLayout
  private let theme: Theme
  /// The largest amount in each panel, where colours are measured against that.
  private let units: [NeuronDisplay.Panel: Float]

  init(_ view: NeuronView) {
    layout = view.layout
    theme = view.theme
    units = view.state.display.neuron.scale == .panel ? view.largestAmounts : [:]
  }

  /// The strip of a pair in `panel`.
  func draw(
    _ panel: NeuronDisplay.Panel, _ vectors: NeuronScene.Vectors, x: Int, y: Int,
    on canvas: inout Canvas
  ) {
    let unit = units[panel]
    /// Nil for what is no number.
    func level(_ place: Int) -> Int? {
      guard place < layout.visibleNeurons.upperBound else { return 0 }
      let value = vectors.value(of: layout.order[place], in: panel)
      guard !value.isNaN else { return nil }
      guard let unit else {
        return Theme.neuronLevel(
          value, isCalm: panel == .product || theme.depth == .indexed256 && theme.hasHeatPixels)
      }
      return unit > 0 ? Theme.neuronLevel(ofFraction: value / unit) : 0
    }
    for cell in 0..<layout.cellCount {
      let place = layout.visibleNeurons.lowerBound + cell * layout.neuronsPerCell
      let picture =
        layout.neuronsPerCell == 2
        ? theme.signedCell(left: level(place), right: level(place + 1))
        : theme.signedCell(level: level(place))
      for column in 0..<layout.columnsPerCell {
        canvas[x + cell * layout.columnsPerCell + column, y] = picture
      }
    }
  }

  /// Dots where there is no product, the key being masked.
  func drawMasked(x: Int, y: Int, on canvas: inout Canvas) {
    let dots = String(repeating: String(theme.glyphs.dot), count: layout.panelWidth)
    canvas.write(dots, x: x, y: y, style: theme.style(.faint))
  }
}

extension NeuronView {
  /// The largest amount among all rows of each panel, the hidden ones included, so that scrolling changes no
  /// colour.
  fileprivate var largestAmounts: [Panel: Float] {
    var largest: [Panel: Float] = [:]
    for position in layout.axis.items.indices {
      let pair = pair(ofRow: position)
      guard let vectors = scene.vectors(of: pair) else { continue }
      for panel in Set(layout.panels + [.query]) where panel != .product || !scene.isMasked(pair) {
        let amounts = layout.order.lazy.map { abs(vectors.value(of: $0, in: panel)) }
        largest[panel] = amounts.reduce(largest[panel] ?? 0, max)
      }
    }
    return largest
  }
}
