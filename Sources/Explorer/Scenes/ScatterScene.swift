import Attention

/// The contents of a scatter: a dot for each head over two measures, wherever it is drawn.
package struct ScatterScene {
  package struct Dot: Sendable {
    package let place: HeadPlace
    /// From the left end of the axis, and from the lower one: 0 … 1.
    package let across: Float
    package let up: Float
  }

  /// One of the two measures.
  package struct Axis: Sendable {
    package let title: String
    /// The values at its ends, 0 among them or between them.
    package let range: ClosedRange<Float>
    package let ends: (low: String, high: String)

    /// The place of 0, where that is between the ends.
    package var zero: Float? {
      range.lowerBound < 0 && range.upperBound > 0 ? share(of: 0) : nil
    }

    fileprivate init(_ order: HeadOrder, _ values: [Float], _ state: ExplorerState) {
      let (low, high) = (min(0, values.min() ?? 0), max(0, values.max() ?? 0))
      range = low < high ? low...high : low...low + 1
      title = "\(order)"
      ends = (state.text(range.lowerBound, of: order), state.text(range.upperBound, of: order))
    }

    fileprivate func share(of value: Float) -> Float {
      // Halves, so that the difference of two huge numbers is none that is infinite.
      let whole = range.upperBound / 2 - range.lowerBound / 2
      return max(0, min(1, (value / 2 - range.lowerBound / 2) / whole))
    }
  }

  package let across: Axis
  package let up: Axis
  /// In the order of the model.
  package let dots: [Dot]

  /// nil where heads stand in a grid or a ranking.
  package init?(_ state: ExplorerState) {
    guard let scatter = state.scatter else { return nil }
    let heads = state.scattered(scatter)
    let across = Axis(scatter.across, heads.map(\.across), state)
    let up = Axis(scatter.up, heads.map(\.up), state)
    (self.across, self.up) = (across, up)
    dots = heads.map {
      Dot(place: $0.place, across: across.share(of: $0.across), up: up.share(of: $0.up))
    }
  }
}
