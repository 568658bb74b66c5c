import Synchronization
import Testing
import Threads

@Suite struct SignalTests {
  @Test func aWaitTakesOneRaising() {
    let signal = Signal()
    let answer = Signal()
    let count = Atomic(0)
    signal.raise()
    signal.raise()
    signal.wait()
    signal.wait()
    Thread.start {
      signal.wait()
      count.add(1, ordering: .relaxed)
      answer.raise()
    }
    #expect(count.load(ordering: .relaxed) == 0)
    signal.raise()
    answer.wait()
    #expect(count.load(ordering: .relaxed) == 1)
  }
}
