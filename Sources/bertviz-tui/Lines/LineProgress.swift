import Explorer
import Glibc

/// The progress of a run over many lines, on standard error: a line that changes on a terminal, elsewhere one a minute.
struct LineProgress {
  private(set) var failureCount = 0
  private var doneCount = 0
  private let start = ContinuousClock.now
  private var lastReport = ContinuousClock.now
  /// Whether a line without an end stands on the terminal.
  private var isOpen = false
  /// With the results on the same terminal, nobody could read either.
  private let isLive = isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 0

  mutating func add(_ outcome: LineOutcome) {
    switch outcome.result {
    case .success:
      doneCount += 1
    case .failure(let failure):
      failureCount += 1
      say("line \(outcome.line): \(failure.text)")
    }
    report(line: outcome.line)
  }

  /// The sum, where someone looks, or has waited, or something failed.
  mutating func end() {
    guard isLive || failureCount > 0 || ContinuousClock.now - start > .seconds(60) else { return }
    say(summary + (failureCount > 0 ? ", \(failureCount) failed" : ""))
  }

  private mutating func report(line: Int) {
    let now = ContinuousClock.now
    guard now - lastReport > (isLive ? .milliseconds(200) : .seconds(60)) else { return }
    lastReport = now
    if isLive {
      StandardError.write("\r\u{1B}[Kline \(line): \(summary)")
      isOpen = true
    } else {
      say("line \(line): \(summary)")
    }
  }

  private var summary: String {
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    let elapsed = Double(seconds) + Double(attoseconds) / 1e18
    let rate = Float(Double(doneCount) / max(elapsed, 1e-3))
    let text = NumberText.plain(rate, digits: rate < 10 ? 1 : 0, glyphs: .ascii)
    return "\(doneCount) texts, \(text) a second"
  }

  private mutating func say(_ text: String) {
    if isOpen { StandardError.write("\r\u{1B}[K") }
    StandardError.say(text)
    isOpen = false
  }
}
