import Attention

/// The start of a look at a model: at the head that has most to tell, alone, and its strongest pair of ordinary
/// words. An encoder-decoder begins where the two meet, in its last kind of attention.
extension ExplorerState {
  /// The parts of the start that were asked for; nil is left to the attention.
  public struct Opening: Equatable, Sendable {
    public var kind: AttentionKind?
    /// Position among the layers.
    public var layer: Int?
    /// The heads that are on, the first of them looked at; of the first layer, unless one is named.
    public var heads: [Int]?

    public init(kind: AttentionKind? = nil, layer: Int? = nil, heads: [Int]? = nil) {
      self.kind = kind
      self.layer = layer
      self.heads = heads
    }
  }

  /// Looks at where `opening` says. As long as layers are missing and nobody has done anything, it is looked for
  /// again when they have come.
  ///
  public mutating func begin(at opening: Opening = Opening()) {
    self.opening = session.isRunning ? opening : nil
    let kinds = session.record.stacks.map(\.kind)
    selection.stack = opening.kind.flatMap(kinds.firstIndex) ?? kinds.count - 1
    selection.layer = min(opening.layer ?? keptLayers[0], stack.layers.count - 1)
    clampToLayer()
    if let heads = opening.heads {
      selection.activeHeads = Set(heads)
      selection.head = heads[0]
    } else {
      var places = keptPlaces
      if opening.layer != nil { places = places.filter { $0.layer == selection.layer } }
      // Of equals the first.
      let best = places.reduce(places[0]) { best, place in
        summary(best).rank < summary(place).rank ? place : best
      }
      selection.layer = best.layer
      selection.head = best.head
      selection.activeHeads = [best.head]
    }
    if let found = ordinaryPair(amongAtMost: MatrixScale.pairLimit) {
      selection.query = queryAxis.items[found.query].number
      selection.key = keyAxis.items[found.key].number
      pair.settled = PairMemory.Settled(selection, mergesWords: display.mergesWords)
      viewport.scroll.followsCursorOnly = false
    } else {
      forgetPair()
    }
    pair.isFarTokenChosen = false
    followSelection()
  }

  /// The head's strongest pair of words, by position: without special tokens and punctuation, and, but in cross
  /// attention, without the first token and a word's look at itself, unless the head is there for that. Nil where
  /// there is none, and where more than `limit` pairs would have to be weighed.
  func ordinaryPair(amongAtMost limit: Int) -> HeadSummary.Pair? {
    let slice = slice
    guard slice.queries.count * slice.keys.count <= limit else { return nil }
    let key = Caches.PairKey(
      stack: slice.stack, place: place, numbers: slice.numbers, queries: slice.queries.ranges,
      keys: slice.keys.ranges)
    return session.caches.ordinaryPairs.value(for: key) { findOrdinaryPair(slice) }
  }

  private func findOrdinaryPair(_ slice: AttentionSlice) -> HeadSummary.Pair? {
    let isCross = stack.kind == .cross
    let skipsItself = !isCross && summary(place).telling.label != .own
    func ordinary(_ axis: TokenAxis, _ tokens: [Token], from first: Int) -> [Int] {
      axis.items.indices.filter { position in
        let item = axis.items[position]
        return item.number >= first && !item.isSpecial && !tokens[item.number].isPunctuation
      }
    }
    let queries = ordinary(slice.queries, stack.queries, from: 0)
    let keys = ordinary(slice.keys, stack.keys, from: isCross ? 0 : 1)
    var best: HeadSummary.Pair?
    var largest: Float = 0
    for query in queries {
      let row = slice.row(head: selection.head, query: query)
      let number = slice.queries.items[query].number
      for key in keys where row[key] > largest {
        if skipsItself, slice.keys.items[key].number == number { continue }
        largest = row[key]
        best = HeadSummary.Pair(query: query, key: key, weight: largest)
      }
    }
    return best
  }
}
