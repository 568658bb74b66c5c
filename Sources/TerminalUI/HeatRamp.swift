import Glibc

/// The colours of weights, from nothing to all, and which weight gets which: a table, since a picture asks thousands of
/// times.
struct HeatRamp: Sendable {
  /// By step; where there are no such colours, the terminal's default.
  let colors: [Color]
  /// The weights at which the steps from 1 on begin.
  private let bounds: [Float]

  /// The bounds where there are few steps.
  private static let coarseBounds: [Float] = [0.04, 0.12, 0.25, 0.4, 0.6, 0.85]

  init(_ palette: Palette, depth: ColorDepth, glyphs: Glyphs, isCoarse: Bool) {
    let isCoarse = isCoarse && depth >= .indexed256
    switch depth {
    case .none, .ansi16:
      let isShaded = depth == .none || !glyphs.isUnicode
      let count = isShaded ? glyphs.shades.count : palette.ansi.heat.count
      colors = Array(repeating: .standard, count: count)
    case .indexed256:
      let last = palette.heat.count - 1
      let count = isCoarse ? Self.coarseBounds.count : last
      colors = (0...count).map { .indexed(palette.heat[$0 * last / count]) }
    case .truecolor:
      let anchors = palette.heatAnchors
      let last = isCoarse ? Self.coarseBounds.count : 31
      colors = (0...last).map { step in
        let place = Float(step) / Float(last) * Float(anchors.count - 1)
        let lower = min(anchors.count - 2, Int(place))
        return .rgb(Color.mix(anchors[lower], anchors[lower + 1], place - Float(lower)))
      }
    }
    let last = Float(colors.count - 1)
    bounds =
      isCoarse
      ? Self.coarseBounds
      : (1..<colors.count).map { pow((Float($0) - 0.5) / last, 1 / palette.heatGamma) }
  }

  /// The step of a weight; 0 for what is no number.
  func step(of weight: Float) -> Int {
    guard weight < .infinity else { return 0 }
    var (below, above) = (0, bounds.count)
    while below < above {
      let middle = (below + above) / 2
      if bounds[middle] <= weight { below = middle + 1 } else { above = middle }
    }
    return below
  }
}
