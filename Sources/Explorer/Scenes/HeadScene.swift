import Attention
import TerminalUI

/// The contents of the head view: two columns of tokens, and how strongly lines join them.
///
/// The near side holds the cursor's column, the far side the other tokens with their weights; with the cursor
/// among the queries near is left, among the keys the picture is mirrored.
package struct HeadScene {
  package let slice: AttentionSlice
  package let side: Selection.Side
  /// Active heads, in order.
  package let heads: [Int]
  /// The head that is looked at, on or off.
  let focusedHead: Int
  /// Position of the cursor among the near items; nil where there is nothing to show.
  package let cursor: Int?
  /// Position of the focused far item.
  let focus: Int
  /// The cursor's weights to the far items, for each active head.
  package let weights: [[Float]]
  /// The same, with the heads taken together.
  package let strengths: [AttentionSlice.Strength]
  /// The same of the focused head alone: what the readout speaks of.
  let focusedWeights: [Float]
  /// The far items in the order in which they are shown, and the place of each.
  package let order: [Int]
  package let places: [Int]
  let aggregation: Aggregation
  private let cache: StrongPairs.Cache

  package init(_ state: ExplorerState) {
    slice = state.slice
    side = state.selection.side
    heads = state.activeHeads
    focusedHead = state.selection.head
    aggregation = state.display.aggregation
    cache = state.session.caches.strongPairs
    let isQuery = side == .query
    let query = slice.queries.position(of: state.selection.query)
    let key = slice.keys.position(of: state.selection.key)
    cursor = isQuery ? query : key
    focus = (isQuery ? key : query) ?? 0
    if let query, let key {
      func row(_ head: Int, of slice: AttentionSlice) -> [Float] {
        isQuery ? slice.row(head: head, query: query) : slice.column(head: head, key: key)
      }
      let weights = heads.map { [slice] in row($0, of: slice) }
      let place = heads.firstIndex(of: focusedHead)
      focusedWeights = place.map { weights[$0] } ?? row(focusedHead, of: slice)
      self.weights = weights
    } else {
      weights = []
      focusedWeights = []
    }
    strengths = AttentionSlice.combine(weights, of: heads, by: aggregation)
    order = state.display.sortsKeys ? strengths.rankedPositions : Array(strengths.indices)
    var places = [Int](repeating: 0, count: order.count)
    for (place, position) in order.enumerated() { places[position] = place }
    self.places = places
  }

  package var isMirrored: Bool { side == .key }
  package var near: TokenAxis { isMirrored ? slice.keys : slice.queries }
  package var far: TokenAxis { isMirrored ? slice.queries : slice.keys }

  /// A weight in proportion to what is full brightness.
  package func relative(_ weight: Float, head: Int) -> Float { weight / slice.unit(ofHead: head) }

  package func relative(_ strength: AttentionSlice.Strength) -> Float {
    relative(strength.weight, head: strength.head)
  }

  // MARK: The cursor's lines

  /// A line from the cursor to a place of the far side.
  package struct CursorLine {
    package let place: Int
    package let strength: AttentionSlice.Strength
    package let relative: Float
    /// The brightness, 2 … 5.
    package let level: Int

    /// 1 … 3.
    var thickness: Int {
      let amount = abs(relative)
      return amount < Threshold.thickLine ? 1 : amount < Threshold.thickestLine ? 2 : 3
    }
  }

  /// Those worth drawing, in the order of the far side.
  package var cursorLines: [CursorLine] { order.indices.compactMap { cursorLine(toPlace: $0) } }

  func cursorLine(toPlace place: Int) -> CursorLine? {
    cursorLine(toPlace: place, strengths[order[place]])
  }

  func cursorLine(toPlace place: Int, _ strength: AttentionSlice.Strength) -> CursorLine? {
    let relative = relative(strength)
    guard abs(relative) >= Threshold.cursorLine else { return nil }
    return CursorLine(
      place: place, strength: strength, relative: relative,
      level: max(2, Theme.level(of: abs(relative))))
  }

  /// Whether one head of several is to be told from the others.
  var isFocusLit: Bool { heads.count > 1 && heads.contains(focusedHead) }

  /// The line of the focused head alone; faint ones would only cover what others have there.
  func focusedLine(toPlace place: Int) -> CursorLine? {
    let weight = focusedWeights[order[place]]
    let relative = relative(weight, head: focusedHead)
    guard abs(relative) >= Threshold.thickLine else { return nil }
    return CursorLine(
      place: place, strength: .init(weight: weight, head: focusedHead), relative: relative,
      level: 5)
  }

  // MARK: Other lines

  /// The strong lines of some queries, by position, without those of the cursor's token.
  ///
  /// - Parameters:
  ///   - threshold: nil for what suits the number of tokens.
  ///   - includesCursor: With those of the cursor's token.
  package func otherLines(
    ofQueries queries: [Int], from threshold: Float? = nil, includesCursor: Bool = false
  ) -> [PairLine] {
    let threshold = threshold ?? Threshold.otherLine(tokenCount: max(near.count, far.count))
    let key = StrongPairs.Key(
      stack: slice.stack, layer: slice.layer, heads: heads, aggregation: aggregation,
      scale: slice.scale, numbers: slice.numbers,
      queries: queries.map { slice.queries.ranges[$0] }, keys: slice.keys.ranges)
    return cache.value(for: key) {
      StrongPairs(
        slice, heads: heads, by: aggregation, queries: queries, unit: slice.unit(ofHead:))
    }.pairs.filter {
      abs($0.relative) >= threshold
        && (includesCursor || (isMirrored ? $0.key : $0.query) != cursor)
    }
  }

  // MARK: What is out of sight

  /// Items of the far side that are out of sight together, as one.
  struct Hidden {
    let places: Range<Int>
    /// Position of the heaviest one.
    let best: Int
    /// Their sum or, where a sum means nothing, the heaviest one's.
    let strength: AttentionSlice.Strength
  }

  /// Whether weights of several tokens add up: those of one head do, and so do means; of the strongest heads each
  /// key has another.
  var addsUp: Bool { heads.count == 1 || aggregation != .max }

  func hidden(_ places: Range<Int>) -> Hidden? {
    let positions = order[places]
    guard
      let best = positions.max(by: { abs(strengths[$0].weight) < abs(strengths[$1].weight) })
    else { return nil }
    var strength = strengths[best]
    if addsUp { strength.weight = positions.reduce(0) { $0 + strengths[$1].weight } }
    return Hidden(places: places, best: best, strength: strength)
  }
}

extension AttentionKind {
  /// The names of the two sides.
  package var sideNames: (queries: String, keys: String) {
    self == .cross ? ("decoder", "encoder") : ("query", "key")
  }
}
