import Glibc
import Synchronization

/// The duration of each phase of a run, and of loading the model before it.
public final class Timings: Sendable {
  private struct State {
    var last = ContinuousClock.now
    var phases: [(name: String, duration: Duration)] = []
  }

  private let start = ContinuousClock.now
  private let state = Mutex(State())

  public init() {}

  /// Ends the phase that began at the last mark, or at `start`: work in the background goes on through others' phases.
  public func mark(_ name: String, since start: ContinuousClock.Instant? = nil) {
    state.withLock { state in
      let now = ContinuousClock.now
      state.phases.append((name, now - (start ?? state.last)))
      state.last = now
    }
  }

  /// One line a phase, then the sum and the peak memory.
  public var report: String {
    let (phases, last) = state.withLock { ($0.phases, $0.last) }
    let all = phases + [("total", last - start)]
    let lines = all.map { "\(Self.milliseconds($0.duration)) ms  \($0.name)\n" }
    return lines.joined() + Self.pad("\(Self.peakMegabytes)") + " MB  peak memory\n"
  }

  private static func milliseconds(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let tenths = seconds * 10_000 + attoseconds / 100_000_000_000_000
    return pad("\(tenths / 10).\(tenths % 10)")
  }

  private static func pad(_ number: String) -> String {
    String(repeating: " ", count: max(0, 9 - number.count)) + number
  }

  private static var peakMegabytes: Int {
    var usage = rusage()
    getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss / 1024
  }
}
