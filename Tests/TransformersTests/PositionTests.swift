import Attention
import Testing

@testable import Transformers

@Suite struct PositionTests {
  /// The values are the reference's (`_relative_position_bucket`, 32 buckets, distance 128).
  @Test func distancesShareBuckets() {
    let both = RelativePositionBias.Buckets(
      count: 32, maximumDistance: 128, isBidirectional: true)
    #expect((0...8).map { both.bucket(of: -$0) } == [0, 1, 2, 3, 4, 5, 6, 7, 8])
    #expect([-11, -12, -15, -16].map(both.bucket) == [8, 9, 9, 10])
    #expect([-90, -91, -127, -128, -100_000].map(both.bucket) == [14, 15, 15, 15, 15])
    #expect([1, 7, 8, 16, 64, 128].map(both.bucket) == [17, 23, 24, 26, 30, 31])
    let past = RelativePositionBias.Buckets(
      count: 32, maximumDistance: 128, isBidirectional: false)
    #expect([5, 1, 0].map(past.bucket) == [0, 0, 0])
    #expect([-1, -15, -16, -18, -19, -128].map(past.bucket) == [1, 15, 16, 16, 17, 31])
  }

  @Test func sinusoidsOfThePaper() {
    let states = SinusoidalPositions(size: 4, reachesLast: false)([0, 3, nil])
    let expected: [Float] = [
      0, 0, 1, 1, 0.141_120, 0.029_995_5, -0.989_992_5, 0.999_550_03, 0, 0, 0, 0,
    ]
    #expect(zip(states.values, expected).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  /// The last wavelength is 10000 · 2π, and an odd size ends with a zero.
  @Test func sinusoidsOfFairseq() {
    let states = SinusoidalPositions(size: 5, reachesLast: true)([3])
    let expected: [Float] = [0.141_120, 0.000_3, -0.989_992_5, 0.999_999_96, 0]
    #expect(zip(states.values, expected).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func keysGrowHeadByHead() {
    func vectors(_ values: [Float], rows: Int) -> HeadVectors {
      HeadVectors(headCount: 2, rowCount: rows, headSize: 1, values: values)
    }
    var cache = KeyValueCache()
    #expect(cache.tokenCount == 0)
    _ = cache.append(
      KeysAndValues(
        keys: vectors([1, 2, 3, 4], rows: 2), values: vectors([5, 6, 7, 8], rows: 2)), layer: 0)
    let all = cache.append(
      KeysAndValues(keys: vectors([9, 10], rows: 1), values: vectors([11, 12], rows: 1)),
      layer: 0)
    #expect(all.keys.values == [1, 2, 9, 3, 4, 10])
    #expect(all.values.values == [5, 6, 11, 7, 8, 12])
    #expect(cache.tokenCount == 3)
    let first = KeyValueCache(cache, first: 1, isKept: false)
    #expect(first?.layers[0].keys.values == [1, 3])
    #expect(first?.layers[0].values.values == [5, 7])
  }
}
