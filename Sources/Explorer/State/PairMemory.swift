/// The origin of the pair that is looked at: which of its tokens were chosen, and which were found.
struct PairMemory: Equatable, Sendable {
  /// The token chosen on each side, while filters and the like show another one for it.
  var wishes: [Selection.Side: Wish] = [:]
  /// The pair as it was left last.
  var settled = Settled(Selection())
  /// Whether the other token was chosen, so that it stays where it is when the near one moves.
  var isFarTokenChosen = false
  /// The selection that the latest step from peak to peak led to.
  var lastPeak: Selection?

  struct Wish: Equatable, Sendable {
    var chosen: Int
    var shown: Int
  }

  /// The pair for which the other token was found last.
  struct Settled: Equatable, Sendable {
    var stack: Int
    var query: Int
    var key: Int
    var mergesWords: Bool

    init(_ selection: Selection, mergesWords: Bool = false) {
      stack = selection.stack
      query = selection.query
      key = selection.key
      self.mergesWords = mergesWords
    }
  }
}
