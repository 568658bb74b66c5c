import Attention

/// The pair that is looked at. A person moves the one token of it, and the other goes along to where most of the
/// weight is, until it is chosen too.
extension ExplorerState {
  /// The side whose token a person moves; that of the other side goes along.
  var nearSide: Selection.Side { view == .head ? selection.side : .query }

  /// Puts the cursor on a token; on one of the other side it stays from now on.
  mutating func choose(_ token: Int, _ side: Selection.Side) {
    selection[side] = token
    if side != nearSide { pair.isFarTokenChosen = true }
  }

  /// After a change of the near token the other one goes to where the focused head has most weight, unless it was
  /// chosen. Other layers and heads keep the pair: they are compared by it.
  ///
  /// - Parameter isReplaced: What stands for the other token is another one now.
  mutating func settlePair(isReplaced: Bool) {
    let side = nearSide
    let isOtherStack = pair.settled.stack != selection.stack
    if isOtherStack { pair.isFarTokenChosen = false }
    // A word's first piece stands for the word where pieces are merged.
    let isMoved =
      pair.settled.mergesWords != display.mergesWords
      || (side == .query
        ? pair.settled.query != selection.query : pair.settled.key != selection.key)
    if !pair.isFarTokenChosen, isOtherStack || isMoved || isReplaced, let peak = peaks.first {
      selection[side.other] = peak
      viewport.scroll.followsCursorOnly = false
    }
    pair.settled = PairMemory.Settled(selection, mergesWords: display.mergesWords)
  }

  /// Tokens of the other side by their weight for the focused head, heaviest first: those that weigh something, one
  /// at least.
  private var peaks: [Int] {
    let slice = slice
    guard let query = slice.queries.position(of: selection.query),
      let key = slice.keys.position(of: selection.key)
    else { return [] }
    let isKey = nearSide == .key
    let strengths =
      isKey
      ? slice.column(heads: [selection.head], key: key, by: .max)
      : slice.row(heads: [selection.head], query: query, by: .max)
    let order = strengths.rankedPositions
    let items = (isKey ? slice.queries : slice.keys).items
    let count = order.count {
      abs(slice.prominence(strengths[$0])) >= Threshold.visitedPeak
    }
    return order.prefix(max(1, count)).map { items[$0].number }
  }

  /// Along the other side's tokens by their weight. A walk begins at the heaviest.
  mutating func stepPeak(_ step: Int) {
    let peaks = peaks
    guard let first = peaks.first else { return }
    let side = nearSide.other
    let current = peaks.firstIndex(of: selection[side])
    if let current, current == 0 || pair.lastPeak == selection {
      selection[side] = peaks[max(0, min(current + step, peaks.count - 1))]
    } else {
      selection[side] = first
    }
    pair.isFarTokenChosen = false
    viewport.scroll.followsCursorOnly = false
    pair.lastPeak = selection
  }

  /// Takes back what was found for the other token, so that it is looked for anew.
  mutating func forgetPair() {
    // There is no such stack.
    pair.settled.stack = -1
  }
}

extension Selection {
  /// The token of a side.
  subscript(side: Side) -> Int {
    get { side == .query ? query : key }
    set { if side == .query { query = newValue } else { key = newValue } }
  }
}

extension Selection.Side {
  var other: Self { self == .query ? .key : .query }
}
