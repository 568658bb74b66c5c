import Attention
import Testing

@Suite struct RecentCacheTests {
  @Test func keepsWhatWasUsedLast() {
    // Room for two values.
    let cache = RecentCache<Int, Int>(byteLimit: 32) { _ in 16 }
    var computed: [Int] = []
    func ask(_ key: Int) {
      let value = cache.value(for: key) {
        computed.append(key)
        return 10 * key
      }
      #expect(value == 10 * key)
    }
    for key in [0, 1, 0, 1] { ask(key) }
    #expect(computed == [0, 1])
    // 0 was used longer ago than 1 and gives way.
    for key in [2, 1, 0] { ask(key) }
    #expect(computed == [0, 1, 2, 0])
  }

  @Test func keepsOneValueHoweverLarge() {
    let cache = RecentCache<Int, Int>(byteLimit: 8) { _ in 16 }
    var count = 0
    for _ in 0..<3 {
      _ = cache.value(for: 0) {
        count += 1
        return count
      }
    }
    #expect(count == 1)
  }
}
