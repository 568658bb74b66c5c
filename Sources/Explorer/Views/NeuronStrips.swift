import TerminalUI

/// Draws vectors as rows of coloured cells, one for each neuron that is visible.
struct NeuronStrips {
  private let view: NeuronView
  private let layout: NeuronLayout
  private let theme: Theme
  /// The largest amount in each panel, where colours are measured against that.
  private let units: [NeuronDisplay.Panel: Float]

  init(_ view: NeuronView) {
    self.view = view
    layout = view.layout
    theme = view.theme
    units =
      view.state.display.neuron.scale == .panel
      ? Dictionary(
        uniqueKeysWithValues: Set(layout.panels + [.query]).map { ($0, view.largest(in: $0)) })
      : [:]
  }

  /// The strip of a pair in `panel`; dots where there is no product, the key being masked.
  func draw(
    _ panel: NeuronDisplay.Panel, _ pair: NeuronView.Pair, x: Int, y: Int, on canvas: inout Canvas
  ) {
    guard let vectors = view.vectors(of: pair) else { return }
    if panel == .product, view.isMasked(pair) {
      let dots = String(repeating: String(theme.glyphs.dot), count: layout.panelWidth)
      canvas.write(dots, x: x, y: y, style: theme.style(.faint))
      return
    }
    let unit = units[panel]
    func level(_ place: Int) -> Int {
      guard place < layout.visibleNeurons.upperBound else { return 0 }
      let value = vectors.value(of: layout.order[place], in: panel)
      guard let unit else { return Theme.signedLevel(value) }
      return unit > 0 ? Theme.signedLevel(ofFraction: value / unit) : 0
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
}

extension NeuronView {
  /// The vectors of a query and a key.
  struct Vectors {
    var query: ArraySlice<Float>
    var key: ArraySlice<Float>

    func value(of neuron: Int, in panel: Panel) -> Float {
      switch panel {
      case .query: query[query.startIndex + neuron]
      case .key: key[key.startIndex + neuron]
      case .product: query[query.startIndex + neuron] * key[key.startIndex + neuron]
      }
    }
  }

  func vectors(of pair: Pair) -> Vectors? {
    score.map {
      Vectors(
        query: $0.queries.vector(head: state.selection.head, row: pair.query),
        key: $0.keys.vector(head: $0.keyHead(of: state.selection.head), row: pair.key))
    }
  }

  /// The largest amount among all rows of a panel, the hidden ones included, so that scrolling changes no colour.
  func largest(in panel: Panel) -> Float {
    var largest: Float = 0
    for position in layout.axis.items.indices {
      let pair = pair(ofRow: position)
      guard let vectors = vectors(of: pair), panel != .product || !isMasked(pair) else { continue }
      for neuron in layout.order {
        largest = max(largest, abs(vectors.value(of: neuron, in: panel)))
      }
    }
    return largest
  }
}
