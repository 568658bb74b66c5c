import ArgumentParser
import Attention
import Curses
import Explorer
import TerminalUI

extension HeadMeasure: ExpressibleByArgument {}
extension HeadFilter: ExpressibleByArgument {}
extension ViewKind: ExpressibleByArgument {}
extension AttentionKind: ExpressibleByArgument {}
extension Theme.Appearance: ExpressibleByArgument {}
extension ColorSetting: ExpressibleByArgument {}
extension SentenceFilter: ExpressibleByArgument {}
extension LineInk: ExpressibleByArgument {}

/// Options for what is selected first, and how it is shown.
struct DisplayOptions: ParsableArguments {
  @Option(help: "The view to begin with.")
  var view: ViewKind?

  @Option(help: "Which attention to begin with: self, or an encoder-decoder's three.")
  var kind: AttentionKind?

  @Option(help: ArgumentHelp("The layer to begin with.", valueName: "number"))
  var layer: Int?

  @Option(help: ArgumentHelp("The heads that are on at first: 3,5 or 0-3.", valueName: "numbers"))
  var heads: NumberList?

  @OptionGroup var kept: KeptOptions

  @Option(help: "Sentences of a pair, from which to which.")
  var filter: SentenceFilter = .all

  @Option(
    help: "Colours for a dark terminal or a light one, or none; the default follows the terminal.")
  var theme: Theme.Appearance?

  @Option(
    help: ArgumentHelp(
      "How many colours to use; auto (default) asks the terminal. Over a slow connection, "
        + "256 takes fewer bytes."))
  var color: ColorSetting?

  @Flag(inversion: .prefixedNo, help: "Draw with ASCII characters only.")
  var ascii: Bool?

  @Option(
    help: ArgumentHelp(
      "What lines are made of; the default is what the terminal is known to draw, else braille. "
        + "Pictures (kitty, sixel) are for the explorer, on terminals that say they show them."))
  var linesWith: LineInk?

  @Flag(inversion: .prefixedNo, help: "Show tokens as the vocabulary stores them.")
  var rawTokens: Bool?

  @Option(
    help: ArgumentHelp(
      "Show what many texts say beside the labels: a file that heads --summary --json wrote.",
      valueName: "file"),
    completion: .file())
  var summary: String?

  /// With what the settings say where no option says it.
  func completed(by settings: Settings) -> DisplayOptions {
    var options = self
    options.view = view ?? settings.view
    options.theme = theme ?? settings.theme
    options.color = color ?? settings.color
    options.ascii = ascii ?? settings.ascii
    options.linesWith = linesWith ?? settings.linesWith
    options.rawTokens = rawTokens ?? settings.rawTokens
    return options
  }

  /// Applies the options to a new state.
  ///
  /// - Throws: `LayersMissing` where the model has not come so far yet.
  func apply(to state: inout ExplorerState) throws {
    if let view { state.view = view }
    state.display.appearance = theme ?? .dark
    state.display.showsRawTokens = rawTokens ?? false
    state.display.glyphs = ascii == true ? .ascii : .unicode
    state.display.glyphs.lineInk = linesWith.flatMap { $0.isPicture ? nil : $0 } ?? .braille
    let kinds = state.record.stacks.map(\.kind)
    if let kind, !kinds.contains(kind) {
      if state.isRunning, state.isEncoderDecoder, kind != .own { throw LayersMissing() }
      let valid = kinds.map(\.rawValue).joined(separator: ", ")
      throw ProgramError.usage("--kind \(kind.rawValue): this model has \(valid)")
    }
    let namesPlace = layer ?? heads?.numbers.first != nil || !kept.restriction.isEmpty
    if kind == nil, kinds.last == .encoder, state.isRunning, namesPlace { throw LayersMissing() }
    state.selection.stack = kinds.lastIndex { kind == nil || $0 == kind } ?? 0
    let stack = state.stack
    try kept.check(in: [stack])
    let keptNumbers = kept.restriction.layerNumbers(of: stack)
    if let layer { try KeptOptions.check([layer], "--layer", "layer", among: keptNumbers) }
    var opening = ExplorerState.Opening(kind: kind, heads: heads?.numbers)
    let ran = stack.layers.map(\.index)
    if layer != nil || Set(ran).isDisjoint(with: keptNumbers) {
      guard let position = ran.firstIndex(where: { $0 == layer ?? keptNumbers.first }) else {
        throw LayersMissing()
      }
      opening.layer = position
    }
    _ = state.update(.keep(kept.restriction))
    if let heads {
      let position = opening.layer ?? kept.restriction.layers(of: stack).first ?? 0
      try KeptOptions.check(
        heads.numbers, "--heads", "head",
        among: kept.restriction.heads(of: stack.layers[position]))
    }
    if filter != .all, !state.isPair {
      throw ProgramError.usage("--filter \(filter.rawValue) \(Self.missingPair(in: state))")
    }
    state.display.filter = filter
    state.evidence = try evidence(for: state.record)
    state.begin(at: opening)
  }

  /// What the file of `--summary` says of the model's heads.
  private func evidence(for record: AttentionRecord) throws -> TextEvidence? {
    guard let summary else { return nil }
    let evidence = try SummaryFile(path: summary).evidence()
    guard evidence.model == record.model else {
      throw ProgramError("\(summary): it is of \(evidence.model), and this is \(record.model)")
    }
    return evidence
  }

  /// The input that the filter needs, and how to give it.
  private static func missingPair(in state: ExplorerState) -> String {
    if state.isEncoderDecoder {
      return "is for two sentences in one text, and an encoder-decoder has a text on each side; "
        + "--kind chooses"
    }
    let fix =
      state.request == nil ? "give --pair-start N, the token with which it begins" : "give --pair"
    return "needs a second sentence: \(fix)"
  }
}

extension NumberList: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

/// Columns and rows, as the command line writes them: `120x40`.
struct WindowSize: ExpressibleByArgument, CustomStringConvertible {
  let width: Int
  let height: Int

  var description: String { "\(width)x\(height)" }

  /// In smaller ones the explorer draws no view.
  static let least = WindowSize(argument: "60x16")!

  init?(argument: String) {
    let parts = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let width = parts[0], let height = parts[1],
      (1...2000).contains(width), (1...2000).contains(height)
    else { return nil }
    self.width = width
    self.height = height
  }
}
