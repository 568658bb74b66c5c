import Attention
import Curses
import Explorer
import Runs
import Synchronization
import Threads
import Transformers

/// A result of work in the background.
enum Answer: Sendable {
  /// The progress of a request, with the record so far.
  case progress(number: Int, RunProgress, AttentionRecord)
  /// With the time that it took.
  case record(number: Int, Result<AttentionRecord, any Error>, Duration)
  /// To a question about the run that is shown.
  case answer(number: Int, Findings.Answer)
  case exported(path: String, ExplorerState.ExportResult)
  /// Another source, with the run of its first request.
  case opened(number: Int, Result<(Source, AttentionRecord), any Error>)
  case choices([Choice])
  case kept(name: String, Result<Choice, ModelFailure>)
}

/// The box in which the background leaves answers for the main thread.
final class Mailbox: Sendable {
  private let answers = Mutex<[Answer]>([])
  /// For the wait before there is a terminal; afterwards the terminal's wait is ended.
  private let arrival = Signal()
  /// The memory that the last finished run left for the next one. Held by the request that the model works on.
  private let memory = Mutex<PassMemory?>(nil)
  /// Of the last request.
  private let latestNumber = Atomic(0)
  /// The numbers of the questions that somebody waits for.
  private let openQuestions = Mutex<Set<Int>>([])
  private let tracedRuns = TracedRuns()

  func leave(_ answer: Answer) {
    answers.withLock { $0.append(answer) }
    arrival.raise()
    Terminal.wake()
  }

  /// All answers that have not been taken.
  func takeAll() -> [Answer] {
    answers.withLock { answers in
      defer { answers = [] }
      return answers
    }
  }

  /// The oldest answer that has not been taken, as soon as there is one.
  func takeNext() -> Answer {
    while true {
      arrival.wait()
      if let answer = answers.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return answer }
    }
  }

  /// Runs the model for a request in the background, unless a later one overtakes it; for the source's first one
  /// where `request` is nil.
  func ask(
    _ request: ModelRequest? = nil, number: Int, of source: Source, timings: Timings = Timings()
  ) {
    latestNumber.store(number, ordering: .relaxed)
    Thread.start { [self] in
      tracedRuns.forget()
      var start = ContinuousClock.now
      let result = memory.withLock { memory in
        // The first request has an empty screen behind it; later ones the picture of the text before.
        var pace = PassPace(first: number == 0 ? .milliseconds(50) : .milliseconds(300))
        start = .now
        return Result {
          let run = try source.run(
            request, continuing: memory, keepsMemory: true, timings: timings
          ) { progress, record in
            if latestNumber.load(ordering: .relaxed) > number { throw CancellationError() }
            if pace.isDue() { leave(.progress(number: number, progress, record)) }
          }
          memory = run.memory
          return run.record
        }
      }
      leave(.record(number: number, result, ContinuousClock.now - start))
    }
  }

  /// Opens another source in the background, and runs its first request.
  func open(_ bookmark: Bookmark, number: Int) {
    latestNumber.store(number, ordering: .relaxed)
    Thread.start { [self] in
      tracedRuns.forget()
      let result = memory.withLock { memory in
        Result {
          let source = try Source(opening: bookmark)
          let run = try source.run(keepsMemory: true) { _, _ in
            if latestNumber.load(ordering: .relaxed) > number { throw CancellationError() }
          }
          // What the model before left is of no use to this one.
          memory = run.memory
          return (source, run.record)
        }
      }
      leave(.opened(number: number, result))
    }
  }

  /// Answers a question in the background, as long as it is not withdrawn; does nothing for other effects.
  func take(_ effect: Effect, of source: Source) {
    switch effect {
    case .ask(let question, let request, let number):
      openQuestions.withLock { _ = $0.insert(number) }
      Thread.start { [self] in
        var pace = PassPace(first: .milliseconds(50))
        func say(_ answer: Findings.Answer) throws {
          guard openQuestions.withLock({ $0.contains(number) }) else { throw CancellationError() }
          if pace.isDue() { leave(.answer(number: number, answer)) }
        }
        let result = Result {
          try tracedRuns.answer(
            question, of: request, from: source,
            opening: { try Source(opening: Bookmark($0)) },
            tracing: { try say(.tracing($0)) },
            partial: { try say(.partial($0)) }, prepare: { $0.prepare(for: $1) })
        }
        guard openQuestions.withLock({ $0.remove(number) != nil }) else { return }
        leave(.answer(number: number, .finished(result.mapError(ModelFailure.init))))
      }
    case .withdraw(let number): openQuestions.withLock { _ = $0.remove(number) }
    default: break
    }
  }
}
