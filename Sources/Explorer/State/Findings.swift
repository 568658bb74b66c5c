import Attention

/// The questions asked of the run that is shown, and what is known of their answers by now.
public struct Findings: Sendable {
  /// An answer, or what is known on the way to it.
  public enum Answer: Sendable {
    /// The model runs once more, to keep what the question needs.
    case tracing(RunProgress)
    /// More will follow.
    case partial(Finding)
    case finished(Result<Finding, ModelFailure>)
  }

  /// Of questions that are being answered, their numbers.
  private(set) var pending: [Question: Int] = [:]
  private var known: [Question: Finding] = [:]
  /// Those on edges.
  private(set) var numbers: [Question: EdgeNumbers] = [:]
  /// The reasons why questions have no answer.
  private(set) var failures: [Question: ModelFailure] = [:]
  /// The progress of the model that runs once more.
  private(set) var tracing: RunProgress?

  public subscript(question: Question) -> Finding? { known[question] }

  func isSettled(_ question: Question) -> Bool {
    failures[question] != nil || known[question] != nil && pending[question] == nil
  }

  mutating func ask(_ question: Question, number: Int) { pending[question] = number }

  mutating func withdraw(_ question: Question) {
    pending[question] = nil
    known[question] = nil
    tracing = nil
  }

  /// Takes an answer; tells which question failed by it. An answer that is not waited for is dropped.
  mutating func take(_ answer: Answer, to number: Int) -> (Question, ModelFailure)? {
    guard let question = pending.first(where: { $0.value == number })?.key else { return nil }
    tracing = nil
    switch answer {
    case .tracing(let progress): tracing = progress
    case .partial(let finding): known[question] = finding
    case .finished(.success(let finding)):
      known[question] = finding
      if let edges = finding.edges { numbers[question] = EdgeNumbers(edges) }
      pending[question] = nil
    case .finished(.failure(let failure)):
      failures[question] = failure
      withdraw(question)
      return (question, failure)
    }
    return nil
  }
}
