import Attention
import Glibc
import TerminalUI

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
struct PassLine {
  private var pace = PassPace(first: .milliseconds(300))
  private var isShown = false

  /// Writes it in the place of the last one.
  mutating func show(_ progress: RunProgress, of record: AttentionRecord) {
    let tokens =
      "\(TextWidth.printable(record.model)) reads \(record.stacks[0].queries.count) tokens"
    show("\(tokens): layer \(progress.finished) of \(progress.total)")
  }

  mutating func show(_ text: @autoclosure () -> String) {
    guard pace.isDue(), isatty(STDERR_FILENO) == 1, Environment["TERM"] != "dumb" else { return }
    StandardError.write("\r\u{1B}[K\(text())")
    isShown = true
  }

  /// Takes the line away.
  mutating func end() {
    if isShown { StandardError.write("\r\u{1B}[K") }
    isShown = false
  }
}
