import Attention
import Explorer

/// Plays the run loop's part: keeps what is asked, and answers when it is told to.
struct QuestionDriver {
  var state: ExplorerState
  /// Questions that wait for an answer, oldest first.
  private(set) var waiting: [(question: Question, number: Int)] = []
  /// All that was asked so far.
  private(set) var asked: [Question] = []

  init(_ state: ExplorerState) {
    self.state = state
    listen()
  }

  /// Presses keys; returns the effects that are no questions.
  @discardableResult
  mutating func press(_ script: String) throws -> [Effect] {
    var others: [Effect] = []
    for key in try KeyScript.keys(script) {
      others += state.handle(.key(key))
      listen()
    }
    return others
  }

  mutating func change(_ change: (inout ExplorerState) -> Void) {
    change(&state)
    listen()
  }

  /// Answers the oldest question that waits; it goes on waiting after a part of an answer.
  mutating func answer(_ answer: Findings.Answer) {
    guard let first = waiting.first else { return }
    if case .finished = answer { waiting.removeFirst() }
    state.take(answer, to: first.number)
    listen()
  }

  private mutating func listen() {
    for effect in state.inquire() {
      switch effect {
      case .ask(let question, _, let number):
        waiting.append((question, number))
        asked.append(question)
      case .withdraw(let number): waiting.removeAll { $0.number == number }
      default: break
      }
    }
  }
}

extension EdgeValues {
  /// Made-up numbers: of a head its weights by a factor of the key, every second one below 0 if they are shares.
  static func sample(_ record: AttentionRecord, outcome: String? = nil) -> EdgeValues {
    let named = outcome.map {
      NamedOutcome(.token(7), tokens: [Token(text: $0, display: $0)])
    }
    return EdgeValues(outcome: named) { head in
      guard let stack = record.stacks.firstIndex(where: { $0.kind == head.kind }),
        record.stacks[stack].layers.indices.contains(head.layer)
      else { return nil }
      let weights = record.weights(stack: stack, layer: head.layer, head: head.head)
      return HeadWeights(
        queryCount: weights.queryCount, keyCount: weights.keyCount,
        values: weights.values.enumerated().map { index, weight in
          let key = index % weights.keyCount
          let sign: Float = outcome != nil && key % 2 == 1 ? -1 : 1
          return weight * Float(1 + key) * sign
        })
    }
  }
}
