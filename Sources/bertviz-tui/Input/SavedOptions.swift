import ArgumentParser
import Importers

/// Options for what a file of saved attention leaves open.
struct SavedOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The tokens of FILE: a text with one in each line, or a JSON list.", valueName: "path"),
    completion: .file())
  var tokens: String?

  @Option(
    help: ArgumentHelp("The tokens of the decoder, likewise.", valueName: "path"),
    completion: .file())
  var decoderTokens: String?

  @Option(help: ArgumentHelp("The token with which sentence B begins.", valueName: "number"))
  var pairStart: Int?

  @Option(help: ArgumentHelp("Which example of a batch, from 0.", valueName: "number"))
  var batch: Int?

  @Option(
    help: ArgumentHelp(
      "What the axes of the tensors in FILE are: layers,heads,queries,keys.", valueName: "names"))
  var axes: AxisList?

  func validate() throws {
    if let batch, batch < 0 { throw ValidationError("--batch counts from 0") }
    if let pairStart, pairStart < 1 { throw ValidationError("--pair-start must be at least 1") }
  }

  /// The options that were given.
  var given: [String] {
    [
      (tokens != nil, "--tokens"), (decoderTokens != nil, "--decoder-tokens"),
      (pairStart != nil, "--pair-start"), (batch != nil, "--batch"), (axes != nil, "--axes"),
    ].filter(\.0).map(\.1)
  }

  var importOptions: ImportOptions {
    get throws {
      ImportOptions(
        tokens: try tokens.map(TokenList.read),
        decoderTokens: try decoderTokens.map(TokenList.read),
        pairStart: pairStart, batch: batch, axes: axes?.axes)
    }
  }
}

/// The axes of a tensor in order, as the command line writes them: `layers,heads,queries,keys`.
struct AxisList: ExpressibleByArgument {
  let axes: [Axis]

  init?(argument: String) {
    let names = argument.split(separator: ",", omittingEmptySubsequences: false)
    let axes = names.compactMap { Axis(rawValue: String($0)) }
    guard axes.count == names.count, Set(axes).count == axes.count,
      Set(axes).isSuperset(of: [.queries, .keys])
    else { return nil }
    self.axes = axes
  }
}
