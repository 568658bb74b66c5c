import Explorer
import TerminalUI

/// A table as a person reads it; columns that the width has no room for are left out.
struct TextTable {
  struct Column {
    let title: String
    let isNumber: Bool
    let cells: [String]

    init(_ title: String, isNumber: Bool, _ cells: [String]) {
      self.title = title
      self.isNumber = isNumber
      self.cells = cells
    }

    var width: Int { ([title] + cells).map { TextWidth.columns(of: $0) }.max() ?? 0 }
  }

  let columns: [Column]

  /// - Parameter width: nil for all columns.
  func text(width: Int?) -> String {
    var shown: [Column] = []
    var used = 0
    for column in columns {
      let needed = column.width + (shown.isEmpty ? 0 : 2)
      if let width, used + needed > width { break }
      shown.append(column)
      used += needed
    }
    let rowCount = columns.first?.cells.count ?? 0
    let lines = (-1..<rowCount).map { row in
      let cells = shown.map { column in
        let cell = row < 0 ? column.title : column.cells[row]
        return column.isNumber
          ? cell.rightAligned(column.width) : cell.leftAligned(column.width)
      }
      return cells.joined(separator: "  ").trimmingTrailingBlanks()
    }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension String {
  fileprivate func trimmingTrailingBlanks() -> String {
    lastIndex { $0 != " " }.map { String(self[...$0]) } ?? ""
  }
}
