import Attention

/// Two things that heads are measured by, over which the model view draws a dot for each head.
public struct HeadScatter: Hashable, Sendable {
  /// More of it stands farther right.
  public var across: HeadOrder
  /// More of it stands higher.
  public var up: HeadOrder

  public init(across: HeadOrder, up: HeadOrder) {
    self.across = across
    self.up = up
  }
}

extension ExplorerState {
  /// The scatter that is shown; nil where heads stand in a grid or a ranking.
  var scatter: HeadScatter? { view == .model ? display.scatter : nil }

  /// The heads of which both values are known, in the order of the model.
  func scattered(_ scatter: HeadScatter) -> [(place: HeadPlace, across: Float, up: Float)] {
    let filter = display.ranking.filter
    return keptPlaces.compactMap { place in
      guard filter?.contains(summary(place)) ?? true,
        let across = value(of: scatter.across, place), across.isFinite,
        let up = value(of: scatter.up, place), up.isFinite
      else { return nil }
      return (place, across, up)
    }
  }

  /// Goes to the head with the next more, or less, of one of the two values.
  mutating func moveInScatter(_ scatter: HeadScatter, rows: Int, columns: Int) {
    let heads = scattered(scatter)
    // Both sorts are stable, so that of equal heads each is come to.
    let sorted =
      columns != 0 ? heads.sorted { $0.across < $1.across } : heads.sorted { $0.up < $1.up }
    guard let current = sorted.firstIndex(where: { $0.place == place }) else {
      place = sorted.last?.place ?? place
      return
    }
    place = sorted[max(0, min(current + columns - rows, sorted.count - 1))].place
  }

  /// The two values of a head.
  func scatterItems(_ place: HeadPlace) -> [FrameItem] {
    guard let scatter else { return [] }
    return [scatter.across, scatter.up].map { order in
      .labelled(
        "\(order)",
        value(of: order, place).map { text($0, of: order) } ?? String(display.glyphs.dash))
    }
  }
}
