import Attention
import Synchronization
import Transformers

/// The last runs that were made to answer questions, for further ones about the same requests.
public final class TracedRuns: Sendable {
  private struct Traced: Sendable {
    let request: ComparedRun
    let recording: Recording
    let run: Run
  }

  /// The run that is shown, and the one that it is compared with.
  private struct Kept: Sendable {
    var shown: Traced?
    var other: Traced?
  }

  private let kept = Mutex(Kept())

  public init() {}

  /// The answer to a question about the run of a request; other questions wait until there is one.
  ///
  /// - Parameters:
  ///   - opening: Opens the model of a run to compare with, where that is another one.
  ///   - tracing: Called after each layer of the run, where the model has to run once more; what it throws ends the
  ///     work.
  ///   - partial: Called with what is known by then; likewise.
  ///   - prepare: Called with the answer and the record that it is about, before it is given.
  /// - Throws: As `Source.run` and `Run.answer`, and what `opening` throws.
  public func answer(
    _ question: Question, of request: ModelRequest, from source: Source,
    opening: (ComparedRun) throws -> Source, tracing: (RunProgress) throws -> Void = { _ in },
    partial: (Finding) throws -> Void = { _ in },
    prepare: (Finding, AttentionRecord) -> Void = { _, _ in }
  ) throws -> Finding {
    if case .probe(let probe) = question, case .model(let model, _) = source {
      // Each step asks whether anybody waits.
      return .probe(try model.probe(probe) { try tracing(RunProgress(finished: $0, total: $1)) })
    }
    return try kept.withLock { kept in
      let recording = question.recording
      let run = try Self.run(
        ComparedRun(request), keeping: recording, in: &kept.shown, from: source, tracing: tracing)
      let finding: Finding
      if case .difference(let compared, let outcome) = question {
        let other = try Self.run(
          compared, keeping: recording, in: &kept.other,
          from: compared.model == nil ? source : opening(compared), tracing: tracing)
        let unpatched = try request.unpatched.map {
          try source.run($0, recording: recording) { progress, _ in try tracing(progress) }
        }
        finding = .difference(
          try run.difference(from: other, compared, outcome: outcome, unpatched: unpatched))
      } else {
        finding = try run.answer(question, progress: partial)
      }
      prepare(finding, run.record)
      return finding
    }
  }

  /// The run of a request, made once more unless the one that is kept has all that is needed.
  private static func run(
    _ request: ComparedRun, keeping new: Recording, in kept: inout Traced?,
    from source: @autoclosure () throws -> Source, tracing: (RunProgress) throws -> Void
  ) throws -> Run {
    let old = kept.flatMap { $0.request == request ? $0 : nil }
    if let old, old.recording.includes(new) { return old.run }
    let recording = old?.recording.union(new) ?? new
    // Two runs of a kind at a time would be more than there is need of.
    kept = nil
    let run = try source().run(request.request, recording: recording) { progress, _ in
      try tracing(progress)
    }
    kept = Traced(request: request, recording: recording, run: run)
    return run
  }

  /// Lets the runs go, as soon as no question is at work.
  public func forget() { kept.withLock { $0 = Kept() } }
}

extension ModelRequest {
  /// The same without what it takes from other runs; nil where that is nothing.
  fileprivate var unpatched: ModelRequest? {
    guard !interventions.patches.isEmpty else { return nil }
    var request = self
    request.interventions = interventions.filter { if case .patch = $0 { false } else { true } }
    return request
  }
}

extension Recording {
  /// Whether all is kept that another keeps, but for summaries.
  fileprivate func includes(_ other: Recording) -> Bool {
    (values || !other.values) && (logits || !other.logits) && states.isSuperset(of: other.states)
  }
}
