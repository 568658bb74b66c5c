import Attention

/// A head of the stack that is looked at.
public struct HeadPlace: Hashable, Sendable {
  /// Position among the stack's layers.
  public var layer: Int
  public var head: Int

  public init(layer: Int, head: Int) {
    self.layer = layer
    self.head = head
  }
}

/// The choice and order of heads in the model view; without either, they stand in a grid of layers and heads.
public struct HeadRanking: Hashable, Sendable {
  /// Most of it first; nil leaves the model's order.
  public var order: HeadOrder?
  /// nil lets all pass.
  public var filter: HeadFilter?

  public init(by order: HeadOrder? = nil, only filter: HeadFilter? = nil) {
    self.order = order
    self.filter = filter
  }

  public init(by measure: HeadMeasure, only filter: HeadFilter? = nil) {
    self.init(by: .measure(measure), only: filter)
  }

  var isEmpty: Bool { order == nil && filter == nil }

  /// The value that is printed with each head.
  var shown: HeadOrder? { order ?? filter.map { .measure($0.measure) } }

  /// The same where it is a measure of attention.
  package var measure: HeadMeasure? { shown?.asMeasure }
}

extension HeadMeasure {
  /// A value of it in at most four columns.
  package func text(_ value: Float) -> String {
    if isShare { return NumberText.weight(value) }
    return NumberText.fixed(value, digits: value < 10 ? 2 : value < 100 ? 1 : 0)
  }
}

extension ExplorerState {
  /// All heads that there are to look at, layer by layer.
  public var keptPlaces: [HeadPlace] {
    keptLayers.flatMap { layer in
      keptHeads(ofLayer: layer).map { HeadPlace(layer: layer, head: $0) }
    }
  }

  /// The head that is looked at.
  var place: HeadPlace {
    get { HeadPlace(layer: selection.layer, head: selection.head) }
    set {
      selection.layer = newValue.layer
      focus(onHead: newValue.head)
    }
  }

  package func summary(_ place: HeadPlace) -> HeadSummary {
    stack.summaries[place.layer][place.head]
  }

  /// Layer and head as the model counts them: `2.9`, with the mark of a head that is off.
  package func title(of place: HeadPlace) -> String {
    mark(of: place) + "\(stack.layers[place.layer].index).\(place.head)"
  }

  /// The value that is printed with each head: what heads are ranked by, or else what lines mean where that is not
  /// attention. nil where labels say enough.
  var shownOrder: HeadOrder? {
    if let shown = display.ranking.shown { return shown }
    switch shownNumbers.quantity {
    // Where weights change, a head's largest change says more than a measure of all of them.
    case .attention, .difference: return nil
    case .write: return .write
    case .share: return .direct
    }
  }

  /// The heads that pass the filter, in order; nil where they stand in the grid.
  package var rankedPlaces: [HeadPlace]? {
    let ranking = display.ranking
    if ranking.isEmpty { return nil }
    let key = Caches.RankingKey(
      stack: selection.stack, ranLayerCount: stack.layers.count, restriction: display.restriction,
      ranking: ranking, basis: ranking.order.flatMap(rankingBasis))
    return session.caches.rankings.value(for: key) { places(by: ranking) }
  }

  /// Those of which nothing can be measured come last.
  private func places(by ranking: HeadRanking) -> [HeadPlace] {
    let passing = keptPlaces.filter { ranking.filter?.contains(summary($0)) ?? true }
    guard let order = ranking.order, isKnown(order) else { return passing }
    // The sort is stable.
    return passing.map { ($0, value(of: order, $0) ?? -.infinity) }
      .sorted { $0.1 > $1.1 }
      .map(\.0)
  }

  /// The reason why a ranking would show no head; nil where it shows one.
  public func objection(to ranking: HeadRanking) -> String? {
    guard let filter = ranking.filter, places(by: ranking).isEmpty else { return nil }
    let values = keptPlaces.compactMap { filter.measure.value(of: summary($0)) }
    let range =
      if let least = values.min(), let most = values.max() {
        "\(filter.measure) goes from \(filter.measure.text(least)) to \(filter.measure.text(most))"
      } else {
        "\(filter.measure) cannot be measured on this text"
      }
    let ran = ranLayersText == nil ? "" : " in the \(stack.layers.count) layers that have run"
    return "no head is \(filter): \(range)\(ran)"
  }

  /// Ranks and filters heads; the cursor stays on its head, or goes to the first one where that is left out.
  mutating func rank(_ ranking: HeadRanking) {
    if let objection = objection(to: ranking) {
      input.message = Input.Message(text: objection, isError: true)
      return
    }
    if let order = ranking.order, let objection = objection(to: order) {
      input.message = Input.Message(text: objection, isError: true)
      return
    }
    display.ranking = ranking
    if ranking.order != nil { display.scatter = nil }
    if let places = rankedPlaces, let first = places.first, !places.contains(place) {
      place = first
    }
  }

  /// Ranks heads by what tells most of the selected one, in a comparison by how much they differ, or puts them back into
  /// the grid.
  mutating func toggleRanking() {
    if session.compared != nil, display.ranking.isEmpty {
      rank(HeadRanking(by: .difference(.divergence)))
      return
    }
    let label = summary(place).telling.label
    rank(display.ranking.isEmpty ? HeadRanking(by: HeadMeasure(label)) : HeadRanking())
  }

  /// The order and the choice of heads, as the state line gives them.
  var rankingItems: [FrameItem] {
    var items: [FrameItem] = []
    if let scatter {
      items.append(.labelled("right", rankingText(scatter.across)))
      items.append(.labelled("up", rankingText(scatter.up)))
    }
    if let order = display.ranking.order { items.append(.labelled("sort", rankingText(order))) }
    if let filter = display.ranking.filter {
      let count = "\(rankedPlaces?.count ?? 0)/\(keptPlaces.count)"
      items.append(.labelled("only", "\(filter) \(count)"))
    }
    return items
  }
}
