/// Which row of a table of positions each token takes.
enum PositionNumbering: Hashable, Sendable {
  case fromZero
  /// As fairseq does it: padding takes the row of its own id wherever it stands, and the other tokens
  /// are counted from the next row on.
  case behindPadding(id: Int)

  /// The row of the first token that is no padding.
  var firstRow: Int {
    switch self {
    case .fromZero: 0
    case .behindPadding(let id): id + 1
    }
  }

  func rows(of ids: [Int]) -> [Int] {
    switch self {
    case .fromZero:
      return Array(ids.indices)
    case .behindPadding(let padding):
      var row = padding
      return ids.map { id in
        guard id != padding else { return padding }
        row += 1
        return row
      }
    }
  }
}
