import Glibc

/// How far a pass through the model is, of which nothing is said unless it takes long.
struct PassProgress {
  private var next = ContinuousClock.now + .milliseconds(300)
  private var isShown = false

  /// Whether it is worth saying something again: not in the first moments, and ten times a second at most.
  mutating func isDue() -> Bool {
    guard ContinuousClock.now >= next else { return false }
    next = ContinuousClock.now + .milliseconds(100)
    return true
  }

  /// Writes a line on standard error in the place of the last one, if a person is there to see it.
  mutating func show(_ model: String, tokenCount: Int, finished: Int, total: Int) {
    guard isDue(), isatty(STDERR_FILENO) == 1, Environment["TERM"] != "dumb" else { return }
    StandardError.write(
      "\r\u{1B}[K\(model) reads \(tokenCount) tokens: layer \(finished) of \(total)")
    isShown = true
  }

  /// Takes the line away.
  mutating func end() {
    if isShown { StandardError.write("\r\u{1B}[K") }
    isShown = false
  }
}
