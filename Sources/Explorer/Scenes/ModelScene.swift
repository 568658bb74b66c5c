import Attention
import TerminalUI

/// The contents of the model view: the heads of all layers, each by its label or as a picture.
package struct ModelScene {
  private let state: ExplorerState
  private let slice: AttentionSlice
  package let arrangement: HeadArrangement

  package init(_ state: ExplorerState) {
    self.state = state
    slice = state.slice
    arrangement = HeadArrangement(state)
  }

  package var selected: HeadPlace { state.place }

  /// Whether the pictures show every token, as the labels do.
  var isWhole: Bool { slice.isWhole }
  /// Whether no tokens are left to make pictures of.
  var isEmpty: Bool { slice.isEmpty }

  /// The layer's number as the model counts it.
  package func number(ofLayer layer: Int) -> Int { state.stack.layers[layer].index }

  // MARK: Labels

  package func summary(_ place: HeadPlace) -> HeadSummary { state.summary(place) }

  /// The label whose score is shown: what heads are ranked by, else the head's best; nil where heads are ranked
  /// by something else, or it could not be measured.
  func shownPattern(_ place: HeadPlace) -> HeadSummary.Pattern? {
    switch state.display.ranking.shown {
    case nil: summary(place).patterns[0]
    case .measure(.score(let label)): summary(place).measured(label)
    default: nil
    }
  }

  /// The number that is printed with a head; nil where there is none, or it could not be measured.
  package func rankScore(_ place: HeadPlace) -> String? {
    state.shownOrder.flatMap { order in
      state.value(of: order, place).map { state.text($0, of: order) }
    }
  }

  /// The number itself, where it is a gain or a loss.
  func rankGain(_ place: HeadPlace) -> Float? {
    if state.display.ranking.shown == nil, isOfChanges { return largestChange(place) }
    return state.shownOrder.flatMap { order in
      state.isSigned(order) ? state.value(of: order, place) : nil
    }
  }

  /// The number that stands for a head in the grid, in at most `columns` where that can be; nil where labels say enough.
  package func meaning(_ place: HeadPlace, columns: Int = .max) -> String? {
    guard meaningTitle != nil else { return nil }
    let glyphs = state.display.glyphs
    guard let order = state.shownOrder else {
      let text = text(largestChange(place), glyphs)
      return text.count <= columns ? text : self.text(largestChange(place), digits: 1, glyphs)
    }
    guard let value = state.value(of: order, place) else { return String(glyphs.dash) }
    let text = state.text(value, of: order)
    return text.count <= columns ? text : state.text(value, of: order, digits: 1)
  }

  /// The name of that number.
  package var meaningTitle: String? {
    guard state.display.ranking.shown == nil else { return nil }
    return isOfChanges ? "largest" : state.shownOrder.map { "\($0)" }
  }

  private var isOfChanges: Bool { state.shownNumbers.quantity == .difference }

  private func largestChange(_ place: HeadPlace) -> Float {
    topPairs(place, limit: 1).first?.weight ?? 0
  }

  // MARK: Pictures

  func text(_ value: Float, digits: Int = 2, _ glyphs: Glyphs) -> String {
    slice.text(value, digits: digits, glyphs)
  }

  /// The divisor that turns weights of a head into brightness.
  package func unit(_ place: HeadPlace) -> Float {
    slice.ofLayer(place.layer).unit(ofHead: place.head)
  }

  /// The source of a head's heat map.
  package func picture(_ place: HeadPlace) -> HeadWeights {
    slice.ofLayer(place.layer).picture(head: place.head)
  }

  /// The lines of a head from `threshold` on, query by query.
  package func lines(
    _ place: HeadPlace, from threshold: Float = Threshold.headLine
  ) -> [PairLine] {
    let weights = slice.ofLayer(place.layer).weights(head: place.head)
    let unit = unit(place)
    return (0..<weights.queryCount).flatMap { query in
      weights.row(query).enumerated().compactMap { key, weight in
        let relative = weight / unit
        guard abs(relative) >= threshold else { return nil }
        return PairLine(
          query: query, key: key, strength: .init(weight: weight, head: place.head),
          relative: relative)
      }
    }
  }

  /// The heaviest pairs of a head, by position, heaviest first.
  func topPairs(_ place: HeadPlace, limit: Int) -> [HeadSummary.Pair] {
    slice.ofLayer(place.layer).topPairs(head: place.head, limit: limit)
  }
}
