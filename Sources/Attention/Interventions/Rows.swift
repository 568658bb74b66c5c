/// The queries of a text that are meant: `all`, `last`, or numbers such as `3,5-7`.
public enum Rows: Hashable, Sendable {
  case all
  case last
  /// In order, each once.
  case numbered([Int])

  /// The numbers of those that are meant, of `count`.
  public func indices(count: Int) -> [Int] {
    switch self {
    case .all: Array(0..<count)
    case .last: [count - 1]
    case .numbered(let rows): rows
    }
  }

  func contains(_ row: Int, count: Int) -> Bool {
    switch self {
    case .all: true
    case .last: row == count - 1
    case .numbered(let rows): rows.contains(row)
    }
  }
}

extension Rows: LosslessStringConvertible {
  public init?(_ description: String) {
    switch description {
    case "all": self = .all
    case "last": self = .last
    default:
      let ranges = description.split(separator: ",", omittingEmptySubsequences: false).map {
        ClosedRange(numbers: $0)
      }
      // No text has more tokens, and no list of numbers shall fill the memory.
      guard ranges.allSatisfy({ $0.map { $0.upperBound < 1 << 24 } ?? false }) else { return nil }
      self = .numbered(Set(ranges.compactMap(\.self).flatMap(Array.init)).sorted())
    }
  }

  public var description: String {
    guard case .numbered(let rows) = self else { return self == .all ? "all" : "last" }
    var ranges: [ClosedRange<Int>] = []
    for row in rows {
      if let last = ranges.last, last.upperBound == row - 1 {
        ranges[ranges.count - 1] = last.lowerBound...row
      } else {
        ranges.append(row...row)
      }
    }
    return ranges.map(\.numbersText).joined(separator: ",")
  }
}
