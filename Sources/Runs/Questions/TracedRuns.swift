import Attention
import Synchronization
import Transformers

/// The last run that was made to answer questions, for further ones about the same request.
public final class TracedRuns: Sendable {
  private struct Traced: Sendable {
    let request: ModelRequest
    let recording: Recording
    let run: Run
  }

  private let last = Mutex<Traced?>(nil)

  public init() {}

  /// The answer to a question about the run of a request; other questions wait until there is one.
  ///
  /// - Parameters:
  ///   - tracing: Called after each layer of the run, where the model has to run once more; what it throws ends the
  ///     work.
  ///   - partial: Called with what is known by then; likewise.
  ///   - prepare: Called with the answer and the record that it is about, before it is given.
  /// - Throws: As `Source.run` and `Run.answer`.
  public func answer(
    _ question: Question, of request: ModelRequest, from source: Source,
    tracing: (RunProgress) throws -> Void = { _ in }, partial: (Finding) throws -> Void = { _ in },
    prepare: (Finding, AttentionRecord) -> Void = { _, _ in }
  ) throws -> Finding {
    if case .probe(let probe) = question, case .model(let model, _) = source {
      // Each step asks whether anybody waits.
      return .probe(try model.probe(probe) { try tracing(RunProgress(finished: $0, total: $1)) })
    }
    return try last.withLock { last in
      let kept = last.flatMap { $0.request == request ? $0 : nil }
      if let kept, kept.recording.includes(question.recording) {
        let finding = try kept.run.answer(question, progress: partial)
        prepare(finding, kept.run.record)
        return finding
      }
      let recording = kept?.recording.union(question.recording) ?? question.recording
      // Two runs at a time would be more than there is need of.
      last = nil
      let run = try source.run(request, recording: recording) { progress, _ in
        try tracing(progress)
      }
      last = Traced(request: request, recording: recording, run: run)
      let finding = try run.answer(question, progress: partial)
      prepare(finding, run.record)
      return finding
    }
  }

  /// Lets the run go, as soon as no question is at work.
  public func forget() { last.withLock { $0 = nil } }
}

extension Recording {
  /// Whether all is kept that another keeps, but for summaries.
  fileprivate func includes(_ other: Recording) -> Bool {
    (values || !other.values) && (logits || !other.logits) && states.isSuperset(of: other.states)
  }
}
