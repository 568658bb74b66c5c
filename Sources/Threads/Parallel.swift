import CThreads
import Synchronization

/// The ranges of a loop in as many parts as there are threads.
private struct Parts: @unchecked Sendable {
  private let rangeCount: Int
  private let count: Int
  /// The next range of each part, and behind them how many threads have come.
  private let counters: UnsafeMutablePointer<Atomic<Int>>

  init(of rangeCount: Int, count: Int) {
    self.rangeCount = rangeCount
    self.count = count
    counters = .allocate(capacity: count + 1)
    for part in 0..<count { (counters + part).initialize(to: Atomic(part * rangeCount / count)) }
    (counters + count).initialize(to: Atomic(0))
  }

  func deallocate() {
    counters.deinitialize(count: count + 1)
    counters.deallocate()
  }

  /// The part that the calling thread begins with.
  func join() -> Int { counters[count].wrappingAdd(1, ordering: .relaxed).oldValue }

  /// A range of a part that no other thread has.
  func next(in part: Int) -> Int? {
    let range = counters[part].wrappingAdd(1, ordering: .relaxed).oldValue
    return range < (part + 1) * rangeCount / count ? range : nil
  }
}

/// Shares loops out to the processor's cores.
///
/// The bodies run at the same time and must write to different places. A loop that is too short to
/// share runs on the calling thread.
public enum Parallel {
  private static let threads = Atomic(max(1, Int(cth_usable_core_count())))

  /// The number of cores that a loop is shared out to, at least 1; at first all that the process may use.
  public static var threadCount: Int {
    get { threads.load(ordering: .relaxed) }
    set { threads.store(max(1, newValue), ordering: .relaxed) }
  }

  /// Calls `body` with ranges that together are `0..<count`, each but the last `grain` long.
  package static func forEachRange(of count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    precondition(grain > 0)
    let rangeCount = (count + grain - 1) / grain
    let threadCount = min(Parallel.threadCount, rangeCount)
    guard threadCount > 1 else {
      if count > 0 { body(0..<count) }
      return
    }
    // Each thread begins at a place of its own, since neighbouring ranges share cache lines. A thread that finishes
    // early takes ranges from the others, since cores differ in speed and load.
    let parts = Parts(of: rangeCount, count: threadCount)
    defer { parts.deallocate() }
    share(threadCount) {
      let own = parts.join()
      for part in 0..<threadCount {
        while let range = parts.next(in: (own + part) % threadCount) {
          body(range * grain..<min((range + 1) * grain, count))
        }
      }
    }
  }

  /// Calls `body` on some threads at the same time.
  private static func share(_ threadCount: Int, _ body: () -> Void) {
    typealias Body = () -> Void
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { body in
        let call: @convention(c) (UnsafeMutableRawPointer) -> Void = { body in
          body.assumingMemoryBound(to: Body.self).pointee()
        }
        cth_share(Int32(threadCount), call, UnsafeMutableRawPointer(mutating: body))
      }
    }
  }

  /// The number of items worth waking another core for, if each takes so many operations.
  package static func grain(operationsPerItem: Int) -> Int {
    max(1, 65_536 / max(1, operationsPerItem))
  }

  /// The results of `body` for `0..<count`, in order.
  package static func map<Element>(_ count: Int, _ body: (Int) -> Element) -> [Element] {
    [Element](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      forEachRange(of: count, grain: 1) { range in
        for index in range { buffer.initializeElement(at: index, to: body(index)) }
      }
      initializedCount = count
    }
  }
}
