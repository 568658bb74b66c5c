import Synchronization
import Testing
import Threads

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

  @Test func loopsMayBeSharedInsideLoops() {
    let sums = Parallel.map(20) { row in Parallel.map(30) { row * $0 }.reduce(0, +) }
    #expect(sums == (0..<20).map { $0 * 435 })
  }

  /// All threads sleep now and then: none may miss its work, or that the others are done.
  @Test func loopsFollowEachOtherAtAnyDistance() {
    var sum = 0
    for round in 0..<2000 {
      sum += Parallel.map(4) { $0 + round }.reduce(0, +)
      if round.isMultiple(of: 100) { idle() }
    }
    #expect(sum == (0..<2000).map { 6 + 4 * $0 }.reduce(0, +))
  }

  @Test func severalThreadsMayShareLoopsAtTheSameTime() {
    let finished = Mutex(0)
    for _ in 0..<8 {
      Thread.start {
        let sum = (0..<200).map { Parallel.map($0) { $0 }.reduce(0, +) }.reduce(0, +)
        finished.withLock { $0 += sum == 1_313_400 ? 1 : 100 }
      }
    }
    while finished.withLock({ $0 < 8 }) { idle() }
    #expect(finished.withLock { $0 } == 8)
  }

  private func idle() {
    let end = ContinuousClock.now + .milliseconds(2)
    while ContinuousClock.now < end {}
  }
}
