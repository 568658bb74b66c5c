import Testing

@testable import Attention

@Suite struct RecentCacheTests {
  @Test func keepsWhatWasUsedLast() {
    let cache = RecentCache<Int, String>(byteLimit: 8, byteCount: \.utf8.count)
    var computed: [Int] = []
    func ask(_ number: Int) {
      let text = cache.value(for: number) {
        computed.append(number)
        return "abc\(number)"
      }
      #expect(text == "abc\(number)")
    }
    for number in [0, 1, 0, 1] { ask(number) }
    #expect(computed == [0, 1])
    // 0 was used longer ago than 1 and gives way.
    for number in [2, 1, 0] { ask(number) }
    #expect(computed == [0, 1, 2, 0])
  }

  @Test func keepsOneValueHoweverLarge() {
    let cache = RecentCache<Int, String>(byteLimit: 2, byteCount: \.utf8.count)
    var count = 0
    for _ in 0..<3 {
      _ = cache.value(for: 0) {
        count += 1
        return "longer than two"
      }
    }
    #expect(count == 1)
  }
}
