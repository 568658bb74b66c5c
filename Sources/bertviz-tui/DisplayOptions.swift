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

/// What is selected first, and how it is shown.
struct DisplayOptions: ParsableArguments {
  @Option(help: "The view to begin with.")
  var view: ViewKind?

  @Option(help: "Which attention to begin with: self, or an encoder-decoder's three.")
  var kind: AttentionKind?

  @Option(help: ArgumentHelp("The layer to begin with.", valueName: "number"))
  var layer: Int?

  @Option(help: ArgumentHelp("The heads that are on at first: 3,5 or 0-3.", valueName: "numbers"))
  var heads: NumberList?

  @Option(help: ArgumentHelp("Show these layers only: 5,6 or 0-3.", valueName: "numbers"))
  var layers: NumberList?

  @Option(help: ArgumentHelp("Show these heads of each layer only.", valueName: "numbers"))
  var onlyHeads: NumberList?

  @Option(help: "Sentences of a pair, from which to which.")
  var filter: SentenceFilter = .all

  @Option(help: "Colours for a dark terminal (as it comes) or a light one, or none.")
  var theme: Theme.Appearance?

  @Option(help: "How many colours to use; auto, as it comes, asks the terminal.")
  var color: ColorSetting?

  @Flag(inversion: .prefixedNo, help: "Draw with ASCII characters only.")
  var ascii: Bool?

  @Flag(inversion: .prefixedNo, help: "Show tokens as the vocabulary stores them.")
  var rawTokens: Bool?

  /// With what the settings say where no option says it.
  func completed(by settings: Settings) -> DisplayOptions {
    var options = self
    options.view = view ?? settings.view
    options.theme = theme ?? settings.theme
    options.color = color ?? settings.color
    options.ascii = ascii ?? settings.ascii
    options.rawTokens = rawTokens ?? settings.rawTokens
    return options
  }

  /// Applies the options to a new state.
  func apply(to state: inout ExplorerState) throws {
    if let view { state.view = view }
    state.display.appearance = theme ?? .dark
    state.display.showsRawTokens = rawTokens ?? false
    if ascii == true { state.display.glyphs = .ascii }
    if let kind {
      let kinds = state.record.stacks.map(\.kind)
      guard let stack = kinds.firstIndex(of: kind) else {
        let valid = kinds.map(\.rawValue).joined(separator: ", ")
        throw ProgramError("--kind \(kind.rawValue): this model has \(valid)")
      }
      state.selection.stack = stack
    }
    try restrict(&state)
    let kept = state.keptLayers.map { state.stack.layers[$0].index }
    if let layer {
      try Self.check([layer], "--layer", "layer", among: kept)
      state.selection.layer = state.stack.layers.firstIndex { $0.index == layer } ?? 0
    }
    if let heads {
      try Self.check(heads.numbers, "--heads", "head", among: state.keptHeads)
      state.selection.activeHeads = Set(heads.numbers)
      state.selection.head = heads.numbers[0]
    }
    if filter != .all, !state.isPair {
      throw ProgramError("--filter \(filter.rawValue) needs a second sentence: give --pair")
    }
    state.display.filter = filter
  }

  private func restrict(_ state: inout ExplorerState) throws {
    if let layers {
      try Self.check(layers.numbers, "--layers", "layer", among: state.stack.layers.map(\.index))
    }
    if let onlyHeads {
      let all = Array(0..<state.stack.headCount)
      try Self.check(onlyHeads.numbers, "--only-heads", "head", among: all)
    }
    _ = state.update(
      .keep(
        HeadRestriction(
          layers: layers.map { Set($0.numbers) }, heads: onlyHeads.map { Set($0.numbers) })))
  }

  private static func check(
    _ numbers: [Int], _ option: String, _ what: String, among valid: [Int]
  ) throws {
    guard let wrong = numbers.first(where: { !valid.contains($0) }) else { return }
    throw ProgramError(
      "\(option): there is no \(what) \(wrong), there are \(NumberList.text(of: valid))")
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

  init?(argument: String) {
    let parts = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let width = parts[0], let height = parts[1],
      (1...2000).contains(width), (1...2000).contains(height)
    else { return nil }
    self.width = width
    self.height = height
  }
}
