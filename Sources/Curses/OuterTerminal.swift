/// The terminal behind tmux, as far as it is known: whether it shows pictures, and has cells for them.
///
/// tmux passes a question on only while some client shows the pane and has nothing to draw anew, and only where that is
/// allowed: what may have been lost is asked again, with the next keys. Its version comes first, since what cannot answer
/// to that shows nothing of the question either.
struct OuterTerminal {
  /// The time after which a question counts as lost, and the number of those that may be.
  private static let patience: Duration = .seconds(1)
  private static let mostQuestions = 5

  /// Whether it has answered as much as it is asked.
  private(set) var isKnown = false
  private var hasCells = false
  private var questionCount = 0
  private var lastQuestion: ContinuousClock.Instant?

  /// What it is to be asked now; nil for nothing.
  mutating func question(at time: ContinuousClock.Instant) -> [UInt8]? {
    guard !isKnown, questionCount < Self.mostQuestions else { return nil }
    if let lastQuestion, time - lastQuestion < Self.patience { return nil }
    questionCount += 1
    lastQuestion = time
    return Multiplexer.throughTmux(
      hasCells ? KittyGraphics.question : TerminalAnswer.versionQuestion)
  }

  mutating func take(version: String) {
    hasCells = KnownTerminals.showsPicturesInCells(version)
    isKnown = !hasCells
    lastQuestion = nil
  }

  mutating func takeAgreement() { isKnown = true }

  /// Asks anew where there was no answer: with another size there may be another terminal.
  mutating func resize() { questionCount = 0 }
}
