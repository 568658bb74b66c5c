import Attention

/// Questions about what heads do: the picture says what it needs, others answer when they can.
extension ExplorerState {
  /// The questions about the run that the picture shows, beyond its record.
  ///
  /// Nothing is asked of attention from a file, and nothing as long as the model is at work.
  public var wantedQuestions: [Question] {
    guard session.request != nil, !session.isRunning, !session.isIncomplete else { return [] }
    let orders = [display.ranking.order, display.scatter?.across, display.scatter?.up]
    let ranking = view == .model ? orders.map { $0.flatMap(question) } : []
    var wanted: [Question] = []
    for case let question? in [quantityQuestion] + ranking + [differenceQuestion]
    where !wanted.contains(question) {
      wanted.append(question)
    }
    return wanted + outputQuestions + panelQuestions
  }

  /// Asks what is wanted and has not been asked, and takes back what nobody looks at any more.
  ///
  /// To be called after every event and every answer.
  public mutating func inquire() -> [Effect] {
    let wanted = wantedQuestions
    var effects: [Effect] = []
    for (question, number) in session.findings.pending.sorted(by: { $0.value < $1.value })
    where !wanted.contains(question) {
      session.findings.withdraw(question)
      effects.append(.withdraw(number: number))
    }
    guard let request = session.request else { return effects }
    for question in wanted
    where !session.findings.isSettled(question) && session.findings.pending[question] == nil {
      session.questionNumber += 1
      session.findings.ask(question, number: session.questionNumber)
      effects.append(.ask(question, of: request, number: session.questionNumber))
    }
    return effects
  }

  /// Takes an answer to a question; one that is no longer waited for is dropped. Why there is none is said once.
  public mutating func take(_ answer: Findings.Answer, to number: Int) {
    guard let (question, failure) = session.findings.take(answer, to: number) else {
      // What has come may be what the view begins at.
      if view == .output { followInView() }
      return
    }
    // The output view and the lists say it in the place of the numbers.
    if !(outputQuestions + panelQuestions).contains(question) {
      input.message = Input.Message(text: failure.text, isError: true)
    }
    giveUp(question)
    followSelection()
  }

  /// The message while an answer is waited for: of what, and how far it is.
  var inquiryText: String? {
    guard let question = session.findings.pending.min(by: { $0.value < $1.value })?.key else {
      return nil
    }
    let subject = question.subject
    if let tracing = session.findings.tracing {
      if case .probe = question {
        return "\(subject): text \(tracing.finished + 1) of \(tracing.total)"
      }
      return "\(subject): running once more, layer \(tracing.finished) of \(tracing.total)"
    }
    if case .effects(let effects) = session.findings[question] {
      return "\(subject): \(effects.effects.count) of \(effects.count) heads"
    }
    return "\(subject): measuring"
  }
}

extension Question {
  /// The subject of the awaited answer, in a word.
  fileprivate var subject: String {
    switch self {
    case .writes: "sizes"
    case .shares: "shares"
    case .effects: "effects"
    case .output: "output"
    case .words: "words"
    case .origins: "writers"
    case .difference: "difference"
    case .probe(let probe): "probe \(probe.rawValue)"
    }
  }
}
