import ArgumentParser
import Attention
import Runs

/// The option to begin with a second text beside the first.
struct ComparisonOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Show this text instead, and how it differs from TEXT: key D.", valueName: "text"))
  var diff: String?

  /// The source that begins with the second text, and what that is compared with; the same source where there is none.
  ///
  /// - Throws: `RunError.saved`.
  func apply(to source: Source) throws -> (source: Source, compared: ComparedRun?) {
    guard let diff else { return (source, nil) }
    guard case .model(let model, let request) = source else { throw RunError.saved }
    var second = request
    second.text = diff
    return (.model(model, second), ComparedRun(request))
  }
}
