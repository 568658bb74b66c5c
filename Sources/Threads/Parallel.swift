import CThreads
import Synchronization

/// Shares loops out to the processor's cores.
///
/// The bodies run at the same time and must write to different places. A loop that is too short to
/// share runs on the calling thread.
public enum Parallel {
  private static let threads = Atomic(max(1, Int(ct_usable_core_count())))

  /// How many cores a loop is shared out to, at least 1; at first all that the process may use.
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
    // Whoever is done takes the next range: cores are rarely equally fast, or equally free.
    let next = Atomic(0)
    share(threadCount) {
      while true {
        let start = next.wrappingAdd(1, ordering: .relaxed).oldValue * grain
        guard start < count else { return }
        body(start..<min(start + grain, count))
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
        ct_share(Int32(threadCount), call, UnsafeMutableRawPointer(mutating: body))
      }
    }
  }

  /// How many items are worth waking another core for, if each takes so many operations.
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
