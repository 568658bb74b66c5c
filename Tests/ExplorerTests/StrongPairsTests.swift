import Attention
import Testing

@testable import Explorer

@Suite struct StrongPairsTests {
  @Test(arguments: Aggregation.allCases)
  func theyAreThePairsFromTheLightestOn(_ aggregation: Aggregation) {
    let state = ExplorerState(
      record: SampleRecord.bert(isPair: true), request: nil, width: 80, height: 24)
    let heads = [1, 4, 9]
    let units: [Int: Float] = [1: 1, 4: 0.5, 9: 0.25]
    let queries = [0, 3, 16]
    let strong = StrongPairs(
      state.slice, heads: heads, by: aggregation, queries: queries, unit: { units[$0] ?? 0 })
    var expected: [[Int]] = []
    for query in queries {
      let rows = heads.map { state.layer.row(head: $0, query: query) }
      for key in 0..<17 {
        let weights = rows.map { $0[key] }
        let strongest = weights.firstIndex(of: weights.max()!)!
        let weight =
          switch aggregation {
          case .max: weights[strongest]
          case .mean: weights.reduce(0, +) / 3
          case .exact: weights[strongest] / 3
          }
        let relative = weight / units[heads[strongest]]!
        if relative >= 0.12 { expected.append([query, key, heads[strongest]]) }
      }
    }
    #expect(strong.pairs.map { [$0.query, $0.key, $0.strength.head] } == expected)
    #expect(strong.pairs.contains { $0.relative != $0.strength.weight })
  }
}
