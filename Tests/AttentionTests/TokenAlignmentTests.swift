import Testing

@testable import Attention

@Suite struct TokenAlignmentTests {
  private func pairs(_ first: [Int], _ second: [Int]) -> [[Int]] {
    TokenAlignment(first, second).pairs.map { [$0.first, $0.second] }
  }

  @Test func aReplacedTokenIsPaired() {
    #expect(pairs([1, 2, 3], [1, 9, 3]) == [[0, 0], [1, 1], [2, 2]])
    #expect(TokenAlignment([1, 2, 3], [1, 9, 3]).isComplete)
  }

  @Test func anInsertedOneIsNot() {
    #expect(pairs([1, 2, 3], [1, 7, 2, 3]) == [[0, 0], [1, 2], [2, 3]])
    #expect(pairs([1, 7, 2, 3], [1, 2, 3]) == [[0, 0], [2, 1], [3, 2]])
    #expect(!TokenAlignment([1, 2], [1, 2, 3]).isComplete)
  }

  /// Of equally good ones, from the end: pairs, then tokens of the first alone.
  @Test func tiesAreBroken() {
    #expect(pairs([4, 5], [6, 7, 8]) == [[0, 1], [1, 2]])
    #expect(pairs([1, 1], [1]) == [[1, 0]])
    #expect(pairs([], [1, 2]) == [] && pairs([1], []) == [])
  }
}
