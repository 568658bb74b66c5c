import Testing

@testable import Explorer

/// Which items of a list are in sight, and which rows stand for the others.
@Suite struct ListWindowTests {
  @Test func aListThatFitsIsInSightAsAWhole() {
    let window = ListWindow(around: 9, from: 4, count: 10, rows: 10)
    #expect(window.visible == 0..<10)
    #expect((0..<10).map(window.row) == Array(0..<10))
  }

  /// The first row is an item's, the last one stands for the rest; at the end the other way round.
  @Test func onlyWhatIsHiddenTakesARow() {
    let top = ListWindow(from: 0, count: 60, rows: 18)
    #expect(top.visible == 0..<17)
    #expect(!top.hasAbove)
    #expect([0, 16, 17, 59].map(top.row) == [0, 16, 17, 17])
    let middle = ListWindow(from: 20, count: 60, rows: 18)
    #expect(middle.visible == 20..<36)
    #expect([0, 19, 20, 35, 36].map(middle.row) == [0, 0, 1, 16, 17])
    let end = ListWindow(from: 59, count: 60, rows: 18)
    #expect(end.visible == 43..<60)
    #expect([42, 43, 59].map(end.row) == [0, 1, 17])
  }

  @Test func noRowStandsForASingleItemAbove() {
    #expect(ListWindow(from: 1, count: 60, rows: 18) == ListWindow(from: 0, count: 60, rows: 18))
  }

  @Test(arguments: 3...20) func theCursorIsInSightWhereverItGoes(_ rows: Int) {
    for count in [rows + 1, rows + 2, 60] {
      var first = 0
      for cursor in Array(0..<count) + (0..<count).reversed() + [count - 1, 0, count / 2] {
        let window = ListWindow(around: cursor, from: first, count: count, rows: rows)
        #expect(window.visible.contains(cursor))
        #expect(window.row(of: cursor) < rows)
        first = window.visible.lowerBound
      }
    }
  }

  @Test func aWalkKeepsWhatIsInSight() {
    let start = ListWindow(from: 20, count: 60, rows: 18)
    #expect(ListWindow(around: 35, from: 20, count: 60, rows: 18) == start)
    #expect(ListWindow(around: 36, from: 20, count: 60, rows: 18).visible == 28..<44)
  }
}
