import Attention
import Explorer
import Files
import Tensors

/// Runs a model on one line after the other; what goes wrong with one does not end the run.
struct LineRun {
  /// A line and what came of it.
  struct Outcome {
    /// From 1 on, in the whole input.
    let line: Int
    /// Nil for what is no text.
    let text: String?
    let result: Result<AttentionRecord, ModelFailure>

    var record: AttentionRecord? { try? result.get() }

    /// What every object begins with: `line`, `text`, and `error` if there is nothing more.
    var members: [(String, JSONNode)] {
      var members = [("line", JSONNode.integer(line))]
      if let text { members.append(("text", .string(text))) }
      if case .failure(let failure) = result { members.append(("error", .string(failure.text))) }
      return members
    }
  }

  let shard: Shard

  /// - Parameter record: Runs the model on a text.
  /// - Parameter write: Writes an outcome; what it throws ends the run.
  /// - Returns: Whether all lines went well.
  func run(
    _ lines: consuming TextLines, record: (String) throws -> AttentionRecord,
    write: (Outcome) throws -> Void
  ) throws -> Bool {
    var progress = LineProgress()
    var number = 0
    while let line = try lines.next() {
      number += 1
      guard shard.contains(line: number) else { continue }
      let result = line.mapError { ModelFailure($0) }.flatMap { text in
        Result { try record(text) }.mapError { ModelFailure($0) }
      }
      try write(Outcome(line: number, text: try? line.get(), result: result))
      progress.add(line: number, failure: result.failure?.text)
    }
    progress.end()
    return progress.failureCount == 0
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let failure) = self { failure } else { nil }
  }
}
