/// Numbers from 0 on as a person writes them: `3,5,8-11`.
public struct NumberList: Equatable, Sendable {
  /// In the order in which they were written; never empty.
  public let numbers: [Int]

  public init?(_ text: String) {
    var numbers: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
        first >= 0, first <= last, last < 100_000
      else { return nil }
      numbers += Array(first...last)
    }
    self.numbers = numbers
  }

  /// Distinct numbers in order, written as short as possible: `0-3,7`.
  public static func text(of numbers: some Sequence<Int>) -> String {
    var spans: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = spans.last, last.upperBound + 1 == number {
        spans[spans.count - 1] = last.lowerBound...number
      } else {
        spans.append(number...number)
      }
    }
    return spans.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }
}
