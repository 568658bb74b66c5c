import Attention
import Explorer
import Files
import Runs
import Transformers

/// A line of the input and what came of it.
struct LineOutcome {
  /// From 1 on, in the whole input.
  let line: Int
  /// Nil for what is no text.
  let text: String?
  let result: Result<Run, ModelFailure>

  /// The first members of a line's object: `line`, `text`, and `error` if there is nothing more.
  var members: [(String, JSONNode)] {
    var members = [("line", JSONNode.integer(line))]
    if let text { members.append(("text", .string(text))) }
    if case .failure(let failure) = result { members.append(("error", .string(failure.text))) }
    return members
  }
}

extension InputOptions {
  /// Runs the model on one line after the other; what goes wrong with one does not end the run.
  ///
  /// - Parameters:
  ///   - option: The one that asks for lines, as messages name it.
  ///   - recording: What is kept besides queries and keys.
  ///   - isOfUnchanged: Whether the model runs as it is, whatever is to be changed.
  ///   - write: Writes an outcome; what it throws ends the run.
  /// - Returns: Whether all lines went well.
  func forEachLine(
    _ options: LineOptions, for option: String = "--each-line", recording: Recording = Recording(),
    isOfUnchanged: Bool = false, timings: Timings, write: (LineOutcome) throws -> Void
  ) throws -> Bool {
    let name = try requiredModel()
    guard !Self.isFile(name) else {
      throw ProgramError.usage(
        "\(name) is a file of saved attention, and \(option) runs a model")
    }
    try checkOptions(forModel: name)
    guard inputIds == nil else {
      throw ProgramError.usage("--input-ids are one input, and \(option) wants texts")
    }
    var texts = try lines(for: option)
    let model = try loadModel(name, timings: timings)
    var progress = LineProgress()
    var number = 0
    while let line = try texts.next() {
      number += 1
      guard options.shard.contains(line: number) else { continue }
      let text = try? line.get()
      let outcome = LineOutcome(
        line: number, text: text,
        result: line.mapError(ModelFailure.init).flatMap { text in
          // Of this text alone: a sum over all would grow with the input.
          let timings = Timings()
          return Result {
            var request = request(text)
            if isOfUnchanged { request.interventions = [] }
            return try model.run(request, recording: recording, timings: timings)
          }
          .mapError(ModelFailure.init)
        })
      try write(outcome)
      progress.add(outcome)
    }
    progress.end()
    timings.mark("lines")
    return progress.failureCount == 0
  }

  /// The lines of the file or of standard input, each of them a text.
  private func lines(for option: String) throws -> TextLines {
    if let file, file != "-" { return try TextLines(path: file) }
    guard readsStandardInput else {
      throw ProgramError.usage("\(option) reads --file F, or standard input for -")
    }
    return .standardInput()
  }
}
