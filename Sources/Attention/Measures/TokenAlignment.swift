/// The alignment of the tokens of two texts (Needleman and Wunsch, 1970).
///
/// The same token counts 2, another one −1, and one without a partner −1. Of equally good alignments it is the one that,
/// from the end, has pairs first, then tokens of the first text alone. A token that was replaced by another one is paired
/// with it.
public struct TokenAlignment: Hashable, Sendable {
  /// In order.
  public let pairs: [Pair]
  private let firstCount: Int
  private let secondCount: Int

  public struct Pair: Hashable, Sendable {
    public let first: Int
    public let second: Int
  }

  private enum Step: UInt8 {
    case pair, first, second
  }

  /// - Complexity: O(`first.count` · `second.count`).
  public init(_ first: [Int], _ second: [Int]) {
    (firstCount, secondCount) = (first.count, second.count)
    let width = second.count + 1
    var steps = [Step](repeating: .second, count: (first.count + 1) * width)
    var scores = (0..<width).map { -$0 }
    for row in 1...max(1, first.count) where row <= first.count {
      var diagonal = scores[0]
      scores[0] = -row
      steps[row * width] = .first
      for column in 1..<max(1, width) {
        let pair = diagonal + (first[row - 1] == second[column - 1] ? 2 : -1)
        let alone = scores[column] - 1
        let best = max(pair, alone, scores[column - 1] - 1)
        diagonal = scores[column]
        scores[column] = best
        steps[row * width + column] = best == pair ? .pair : best == alone ? .first : .second
      }
    }
    var pairs: [Pair] = []
    var (row, column) = (first.count, second.count)
    while row > 0 || column > 0 {
      switch steps[row * width + column] {
      case .pair:
        (row, column) = (row - 1, column - 1)
        pairs.append(Pair(first: row, second: column))
      case .first: row -= 1
      case .second: column -= 1
      }
    }
    self.pairs = pairs.reversed()
  }

  /// Whether every token has a partner.
  public var isComplete: Bool { pairs.count == firstCount && pairs.count == secondCount }
}
