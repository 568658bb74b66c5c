import Attention
import Testing

@Suite struct AttentionMaskTests {
  @Test(arguments: [
    ("bidirectional", AttentionMask.bidirectional), ("causal", .causal),
    ("causal_window:3", .causalWindow(width: 3)), ("band:0", .band(distance: 0)),
  ]) func isSpelled(_ text: String, _ mask: AttentionMask) {
    #expect(AttentionMask(text) == mask)
    #expect(mask.description == text)
  }

  @Test(arguments: [
    "", "Causal", "causal:1", "bidirectional:", "causal_window", "causal_window:0",
    "causal_window:-1", "band:-1", "band:x", "band:1:2", "band:99999999999999999999",
  ]) func refusesOtherSpellings(_ text: String) {
    #expect(AttentionMask(text) == nil)
  }

  @Test func knowsWhatAQuerySees() {
    func visible(_ mask: AttentionMask) -> [Range<Int>] {
      (0..<5).map { mask.visibleKeys(query: $0, keyCount: 4) }
    }
    #expect(visible(.bidirectional) == [0..<4, 0..<4, 0..<4, 0..<4, 0..<4])
    #expect(visible(.causal) == [0..<1, 0..<2, 0..<3, 0..<4, 0..<4])
    #expect(visible(.causalWindow(width: 2)) == [0..<1, 0..<2, 1..<3, 2..<4, 3..<4])
    #expect(visible(.band(distance: 1)) == [0..<2, 0..<3, 1..<4, 2..<4, 3..<4])
    #expect(visible(.band(distance: 0)) == [0..<1, 1..<2, 2..<3, 3..<4, 4..<4])
  }

  @Test(arguments: [AttentionMask.causalWindow(width: .max), .band(distance: .max)])
  func boundsNoWindow(_ mask: AttentionMask) {
    #expect(mask.visibleKeys(query: 3, keyCount: 4) == 0..<4)
    #expect(mask.visibleKeys(query: 9, keyCount: 0).isEmpty)
  }
}
