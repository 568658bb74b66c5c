import Attention
import Glibc
import Synchronization
import TerminalUI
import Threads

/// A limit on progress messages: none at first, then ten per second at most.
struct PassPace {
  private var next: ContinuousClock.Instant

  /// - Parameter first: How long nothing is said, since most passes are over by then.
  init(first: Duration) { next = .now + first }

  mutating func isDue() -> Bool {
    guard ContinuousClock.now >= next else { return false }
    next = .now + .milliseconds(100)
    return true
  }
}

/// A line on standard error that says how far a long pass is, if a person is there to see it.
final class PassLine: Sendable {
  private struct State {
    var pace = PassPace(first: PassLine.patience)
    var isShown = false
    var isOver = false

    mutating func write(_ text: String) {
      StandardError.write("\r\u{1B}[K\(text)")
      isShown = true
    }
  }

  /// How long nothing is said.
  private static let patience = Duration.milliseconds(300)
  private let state = Mutex(State())
  private let isSeen = isatty(STDERR_FILENO) == 1 && Environment["TERM"] != "dumb"

  /// - Parameter waiting: What is said until there is something to show.
  init(waiting: String? = nil) {
    guard isSeen, let waiting else { return }
    Thread.start { [self] in
      usleep(UInt32(Self.patience / .microseconds(1)))
      state.withLock { if !$0.isShown && !$0.isOver { $0.write(waiting) } }
    }
  }

  /// Writes it in the place of the last one.
  func show(_ progress: RunProgress, of record: AttentionRecord) {
    let tokens =
      "\(TextWidth.printable(record.model)) reads \(record.stacks[0].queries.count) tokens"
    show("\(tokens): layer \(progress.finished) of \(progress.total)")
  }

  func show(_ text: @autoclosure () -> String) {
    guard isSeen else { return }
    state.withLock { if $0.pace.isDue() { $0.write(text()) } }
  }

  /// Takes the line away.
  func end() {
    state.withLock {
      if $0.isShown { StandardError.write("\r\u{1B}[K") }
      $0.isShown = false
      $0.isOver = true
    }
  }
}
