import Attention

/// The contents of the matrix view: one head, queries × keys, and the row and column of the chosen pair.
package struct MatrixScene {
  package let slice: AttentionSlice
  package let head: Int
  /// The divisor that turns weights into brightness.
  package let unit: Float
  /// The chosen pair by position; nil where there is nothing to show.
  let cursor: (query: Int, key: Int)?
  /// The cursor's row, nil where the mask hides a key.
  let row: [Float?]
  /// The keys that it sees, from the heaviest on.
  let ranked: [Int]
  private let cache: MatrixBins.Cache

  package init(_ state: ExplorerState) {
    slice = state.slice
    head = state.selection.head
    unit = slice.unit(ofHead: head)
    cache = state.session.caches.bins
    if let query = slice.queries.position(of: state.selection.query),
      let key = slice.keys.position(of: state.selection.key)
    {
      cursor = (query, key)
      row = slice.visibleRow(head: head, query: query)
    } else {
      cursor = nil
      row = []
    }
    ranked = row.rankedPositions
  }

  /// The cursor's column, a weight nil where the mask hides the query; nil where the input is so long that
  /// weighing all its queries would keep a person waiting.
  var column: [Float?]? {
    let attention = slice.attention
    guard let cursor, attention.queryCount * attention.keyCount <= MatrixScale.pairLimit else {
      return nil
    }
    return slice.visibleColumn(head: head, key: cursor.key)
  }

  /// The heaviest keys of the row that are worth naming, with their weights.
  var peaks: [(key: Int, weight: Float)] {
    ranked.prefix(6).compactMap { key in
      guard let weight = row[key],
        abs(slice.prominence(weight, head: head)) >= Threshold.namedMatrixPeak
      else { return nil }
      return (key, weight)
    }
  }

  /// The weights of some bins, by position.
  func bins(queries: [Range<Int>], keys: [Range<Int>]) -> MatrixBins {
    slice.bins(head: head, queries: queries, keys: keys, cache: cache)
  }

  /// Whether a weight has a number in its cell; one that is no number is not below anything, and has one.
  package func isPrinted(_ weight: Float) -> Bool {
    !(abs(slice.prominence(weight, head: head)) < Threshold.printedCell)
  }
}

extension [Float?] {
  /// Positions of what there is, from the heaviest to the lightest; equal ones in order.
  var rankedPositions: [Int] {
    // Numbers are sorted faster than positions by a rule: the amount, whose bits are in its order, above the position.
    let places = indices.compactMap { position in
      self[position].map { UInt64(~abs($0).bitPattern) << 32 | UInt64(position) }
    }
    return places.sorted().map { Int($0 & 0xFFFF_FFFF) }
  }
}
