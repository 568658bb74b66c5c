import ArgumentParser
import Explorer
import Importers

/// Options for what a file of saved attention leaves open.
struct SavedOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The tokens of FILE: a text with one in each line, or a JSON list. Or what is shown of a long text: numbers, such "
        + "as 80-110, or lines, for tokens that lines touch.", valueName: "path|numbers"),
    completion: .file())
  var tokens: [TokensOption] = []

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
    if paths.count > 1 || shown.count > 1 {
      throw ValidationError("--tokens names one file, and says once what is shown")
    }
    if let batch, batch < 0 { throw ValidationError("--batch counts from 0") }
    if let pairStart, pairStart < 1 { throw ValidationError("--pair-start must be at least 1") }
  }

  private var paths: [String] {
    tokens.compactMap { if case .file(let path) = $0 { path } else { nil } }
  }

  /// The choice of tokens to show; empty for all.
  private var shown: [TokensOption] {
    tokens.filter { if case .file = $0 { false } else { true } }
  }

  /// Leaves out the tokens that are not to be shown.
  func crop(_ state: inout ExplorerState) throws {
    let crop: TokenCrop
    switch shown.first {
    case nil, .file: return
    case .lines:
      guard let lines = state.tokensWithLines() else {
        throw ProgramError("--tokens lines: no line is strong enough to keep tokens by it")
      }
      crop = lines
    case .numbers(let list):
      let count = max(state.stack.queries.count, state.stack.keys.count)
      try KeptOptions.check(list.numbers, "--tokens", "token", among: Array(0..<count))
      crop = TokenCrop(list.numbers)
    }
    var display = state.display
    display.tokens = crop
    _ = state.update(.display(display))
    if state.display.tokens == nil {
      throw ProgramError("--tokens \(crop.text): there would be no token left")
    }
  }

  /// A crop is refused by commands that tell of all tokens.
  func checkShowsAll(_ command: String) throws {
    guard !shown.isEmpty else { return }
    throw ValidationError(
      "--tokens with numbers, or lines, is for what is shown, and \(command) tells of all tokens; "
        + "a file of such a name is ./80-110")
  }

  /// The options given for what a file leaves open.
  var given: [String] {
    [
      (!paths.isEmpty, "--tokens"), (decoderTokens != nil, "--decoder-tokens"),
      (pairStart != nil, "--pair-start"), (batch != nil, "--batch"), (axes != nil, "--axes"),
    ].filter(\.0).map(\.1)
  }

  /// The same with their values.
  var openingOptions: [String] {
    InputOptions.given([
      ("--tokens", paths.first.map(Path.absolute)),
      ("--decoder-tokens", decoderTokens.map(Path.absolute)),
      ("--pair-start", pairStart.map(String.init)), ("--batch", batch.map(String.init)),
      ("--axes", axes.map { $0.axes.map(\.rawValue).joined(separator: ",") }),
    ])
  }

  var importOptions: ImportOptions {
    get throws {
      ImportOptions(
        tokens: try paths.first.map(TokenList.read),
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

/// A file with tokens, or which of them are shown.
enum TokensOption: ExpressibleByArgument {
  case file(String)
  case numbers(NumberList)
  case lines

  init?(argument: String) {
    if argument == "lines" {
      self = .lines
    } else {
      self = NumberList(argument).map { .numbers($0) } ?? .file(argument)
    }
  }
}
