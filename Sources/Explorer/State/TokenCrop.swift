/// Tokens that are shown of a long text, by their numbers on each side.
public struct TokenCrop: Hashable, Sendable {
  public var queries: Set<Int>
  public var keys: Set<Int>

  /// The same on both sides.
  public init(_ tokens: some Sequence<Int>) {
    queries = Set(tokens)
    keys = queries
  }

  public init(queries: Set<Int>, keys: Set<Int>) {
    self.queries = queries
    self.keys = keys
  }

  /// As a caption and the state line say it: `80-110`.
  public var text: String {
    let text = NumberList.text(of: queries.sorted())
    return queries == keys ? text : "\(text); keys \(NumberList.text(of: keys.sorted()))"
  }
}

extension ExplorerState {
  /// The tokens that a line of the active heads touches, so that a long text is cut to what there is to see. In
  /// attention of a text to itself they are the same on both sides.
  package func tokensWithLines() -> TokenCrop? {
    let slice = slice
    guard slice.queries.count * slice.keys.count <= MatrixScale.pairLimit else { return nil }
    let heads = view == .head ? activeHeads : [selection.head]
    let least = Threshold.otherLine(tokenCount: max(slice.queries.count, slice.keys.count))
    var crop = TokenCrop(queries: [], keys: [])
    for (query, item) in slice.queries.items.enumerated() {
      let row = slice.row(heads: heads, query: query, by: .max)
      for (key, strength) in row.enumerated()
      where abs(slice.prominence(strength)) >= least {
        crop.queries.formUnion(item.tokens)
        crop.keys.formUnion(slice.keys.items[key].tokens)
      }
    }
    if stack.kind != .cross {
      crop = TokenCrop(crop.queries.union(crop.keys))
    }
    return crop.queries.isEmpty || crop.keys.isEmpty ? nil : crop
  }
}
