import Testing

@testable import Tensors

@Suite struct ParallelTests {
  @Test(arguments: [0, 1, 5, 64, 1000], [1, 7, 2000])
  func rangesCoverEverythingOnce(count: Int, grain: Int) {
    var visits = [Int](repeating: 0, count: count)
    visits.withUnsafeMutableBufferPointer { visits in
      Parallel.forEachRange(of: count, grain: grain) { range in
        for index in range { visits[index] += 1 }
      }
    }
    #expect(visits == [Int](repeating: 1, count: count))
  }

  @Test func mapKeepsTheOrder() {
    #expect(Parallel.map(100) { "\($0)" } == (0..<100).map { "\($0)" })
    #expect(Parallel.map(0) { $0 }.isEmpty)
  }
}
