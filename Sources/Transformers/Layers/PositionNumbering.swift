/// The row of a table of positions that each token takes.
enum PositionNumbering: Hashable, Sendable {
  /// The first token takes this row, and each one the next (BERT; OPT and BART, whose tables begin with two unused rows).
  case counting(from: Int)
  /// As fairseq does it: padding takes the row of its own id wherever it stands, and the other tokens
  /// are counted from the next row on.
  case behindPadding(id: Int)

  /// The row of the first token that is no padding.
  var firstRow: Int {
    switch self {
    case .counting(let first): first
    case .behindPadding(let id): id + 1
    }
  }

  /// - Parameter start: How many tokens come before these, none of them padding.
  func rows(of ids: [Int], from start: Int = 0) -> [Int] {
    switch self {
    case .counting(let first):
      return ids.indices.map { first + start + $0 }
    case .behindPadding(let padding):
      var row = padding + start
      return ids.map { id in
        guard id != padding else { return padding }
        row += 1
        return row
      }
    }
  }

  /// The same for positions that are computed: padding in the midst of a text has none.
  func positions(of ids: [Int], from start: Int = 0) -> [Int?] {
    zip(ids, rows(of: ids, from: start)).map { id, row in
      self == .behindPadding(id: id) ? nil : row
    }
  }
}
