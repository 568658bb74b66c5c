/// The places of the model view's heads: in a grid of layers and heads or, ranked, one after the other.
package struct HeadArrangement {
  /// Positions of the layers; those that have not run yet are not among them.
  package let layers: [Int]
  /// The number of heads of each layer.
  private let headCounts: [Int]
  /// The numbers of the heads, in order.
  package let heads: [Int]
  /// nil for the grid, in which rows are layers and columns heads.
  package let ranked: [HeadPlace]?

  init(_ state: ExplorerState) {
    layers = state.keptLayers
    headCounts = layers.map { state.stack.layers[$0].headCount }
    // A layer can have fewer heads than another, but no others.
    heads = layers.map(state.keptHeads(ofLayer:)).max { $0.count < $1.count } ?? []
    ranked = state.rankedPlaces
  }

  /// The head that stands there, if there is one.
  ///
  /// - Parameter columnCount: Of a ranking, which goes on in the next row.
  package func place(row: Int, column: Int, columnCount: Int) -> HeadPlace? {
    if let ranked {
      let rank = row * columnCount + column
      return rank < ranked.count ? ranked[rank] : nil
    }
    guard row < layers.count, heads[column] < headCounts[row] else { return nil }
    return HeadPlace(layer: layers[row], head: heads[column])
  }

  /// The cell in which a head stands.
  func cell(of place: HeadPlace, columnCount: Int) -> (row: Int, column: Int)? {
    if let ranked {
      return ranked.firstIndex(of: place).map { ($0 / columnCount, $0 % columnCount) }
    }
    guard let row = layers.firstIndex(of: place.layer),
      let column = heads.firstIndex(of: place.head)
    else { return nil }
    return (row, column)
  }
}
