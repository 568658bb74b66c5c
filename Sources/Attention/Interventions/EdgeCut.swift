/// An edge that is cut: some queries of some heads do not look at some keys.
///
/// Spelled `3-5:12>4`, layers, query and key, or `3.0-3:12>4` with heads; queries may be `last` or `all`, and all numbers
/// ranges.
public struct EdgeCut: Hashable, Sendable {
  public var kind: AttentionKind
  public var layers: ClosedRange<Int>
  /// nil for all.
  public var heads: ClosedRange<Int>?
  public var queries: Rows
  public var keys: ClosedRange<Int>
  /// Whether the weights of the other keys grow, so that they sum to 1 as before.
  public var keepsSum: Bool

  public init(
    _ kind: AttentionKind = .own, layers: ClosedRange<Int>, heads: ClosedRange<Int>? = nil,
    queries: Rows, keys: ClosedRange<Int>, keepsSum: Bool = true
  ) {
    self.kind = kind
    self.layers = layers
    self.heads = heads
    self.queries = queries
    self.keys = keys
    self.keepsSum = keepsSum
  }

  /// Whether a query of a head is among those that do not look at the keys.
  ///
  /// - Parameter count: Queries of the text.
  package func concerns(head: Int, query: Int, of count: Int) -> Bool {
    (heads?.contains(head) ?? true) && queries.contains(query, count: count)
  }
}

extension EdgeCut: LosslessStringConvertible {
  public init?(_ description: String) {
    guard let (kind, rest) = AttentionKind.split(description) else { return nil }
    let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let places = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let pair = parts[1].split(separator: ">", omittingEmptySubsequences: false)
    guard (1...2).contains(places.count), pair.count == 2,
      let layers = ClosedRange(numbers: places[0]), let queries = Rows(String(pair[0])),
      let keys = ClosedRange(numbers: pair[1])
    else { return nil }
    let heads = places.count == 2 ? ClosedRange(numbers: places[1]) : nil
    guard places.count == 1 || heads != nil else { return nil }
    self.init(kind, layers: layers, heads: heads, queries: queries, keys: keys)
  }

  public var description: String {
    "\(kind.prefix)\(layers.numbersText)\(heads.map { ".\($0.numbersText)" } ?? ""):"
      + "\(queries)>\(keys.numbersText)"
  }
}
