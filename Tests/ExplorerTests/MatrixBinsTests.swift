import Attention
import TerminalUI
import Testing

@testable import Explorer

@Suite struct MatrixBinsTests {
  private func slice(
    _ record: AttentionRecord, hidesSpecials: Bool = false
  ) -> AttentionSlice {
    AttentionSlice(
      record: record, stack: 0, layer: 0,
      queries: TokenAxis(record.stacks[0].queries, hidesSpecials: hidesSpecials),
      keys: TokenAxis(record.stacks[0].keys, hidesSpecials: hidesSpecials))
  }

  @Test func aBinIsTheLargestOfItsPairs() {
    let record = MatrixSample.record(queries: 3, keys: 4) { Float($0 * 4 + $1) / 100 }
    let bins = MatrixBins(slice(record), head: 0, queries: [0..<2, 2..<3], keys: [0..<3, 3..<4])
    #expect(bins.values == [0.06, 0.07, 0.10, 0.11])
    #expect(bins[1, 0] == 0.10)
  }

  @Test func whatTheMaskHidesIsNotZero() {
    let record = MatrixSample.record(queries: 4, keys: 4, mask: .causal) { $1 < $0 ? 0.5 : 0 }
    let bins = MatrixBins(slice(record), head: 0, queries: [0..<2, 2..<4], keys: [0..<2, 2..<4])
    #expect(bins.values == [0.5, nil, 0.5, 0.5])
    let single = (0..<4).map { $0..<$0 + 1 }
    let each = MatrixBins(slice(record), head: 0, queries: single, keys: single)
    // The diagonal may be looked at and weighs nothing.
    #expect(each[0, 0] == .some(0))
    #expect(each[0, 1] == nil)
    #expect(each[3, 2] == 0.5)
  }

  @Test func whatIsFilteredOutDoesNotCountAsVisible() {
    // The window of query 3 holds key 2 only, which is hidden.
    let tokens = ["a", "b", "[SEP]", "d"].map { SampleRecord.token($0, segment: 0) }
    let record = MatrixSample.record(queries: tokens, keys: tokens, mask: .causalWindow(width: 2)) {
      _, _ in 0
    }
    let slice = slice(record, hidesSpecials: true)
    #expect(slice.sees(head: 0, queries: 2..<3, keys: 2..<3))
    #expect(!slice.sees(head: 0, queries: 2..<3, keys: 0..<2))
    #expect(slice.visibleRow(head: 0, query: 2) == [nil, nil, 0])
    #expect(slice.visibleColumn(head: 0, key: 0) == [0, 0, nil])
  }

  @Test func rankingLeavesOutWhatIsHidden() {
    #expect([0.1, nil, 0.3, 0.1].rankedPositions == [2, 0, 3])
    #expect([Float?]().rankedPositions == [])
  }

  @Test func binsAreMadeOnce() {
    let cache = Caches().bins
    let old = slice(MatrixSample.record(queries: 2, keys: 2) { Float($0 + $1) / 10 })
    let new = slice(MatrixSample.record(queries: 2, keys: 2) { _, _ in 1 })
    #expect(old.bins(head: 0, queries: [0..<2], keys: [0..<2], cache: cache).values == [0.2])
    // Had it been made anew, it would show the other record.
    #expect(new.bins(head: 0, queries: [0..<2], keys: [0..<2], cache: cache).values == [0.2])
    #expect(new.bins(head: 0, queries: [0..<1], keys: [0..<2], cache: cache).values == [1])
  }

  @Test func anotherRecordHasAnotherCache() {
    var state = ExplorerState(
      record: MatrixSample.record(queries: 2, keys: 2) { _, _ in 0.25 }, request: nil,
      view: .matrix, width: 80, height: 24)
    let theme = Theme(.dark, depth: .indexed256, glyphs: .unicode)
    #expect(state.render(theme: theme).text.contains(".25"))
    state.record = MatrixSample.record(queries: 2, keys: 2) { _, _ in 0.75 }
    let text = state.render(theme: theme).text
    #expect(text.contains(".75") && !text.contains(".25"))
  }
}
