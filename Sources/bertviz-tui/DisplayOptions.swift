import ArgumentParser
import Attention
import Curses
import Explorer
import TerminalUI

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

  @Option(help: "Sentences of a pair, from which to which.")
  var filter: SentenceFilter = .all

  @Option(help: "Colours for a dark or a light terminal, or none; dark unless said otherwise.")
  var theme: Theme.Appearance?

  @Option(help: "How many colours to use.")
  var color: ColorSetting = .auto

  @Flag(help: "Draw with ASCII characters only.")
  var ascii = false

  @Flag(help: "Show tokens as the vocabulary stores them.")
  var rawTokens = false

  /// Applies the options to a new state.
  func apply(to state: inout ExplorerState) throws {
    if let view { state.view = view }
    state.display.appearance = theme ?? .dark
    state.display.showsRawTokens = rawTokens
    if ascii { state.display.glyphs = .ascii }
    if let kind {
      let kinds = state.record.stacks.map(\.kind)
      guard let stack = kinds.firstIndex(of: kind) else {
        let valid = kinds.map(\.rawValue).joined(separator: ", ")
        throw ProgramError("--kind \(kind.rawValue): this model has \(valid)")
      }
      state.selection.stack = stack
    }
    let layers = state.stack.layers
    if let layer {
      guard let position = layers.firstIndex(where: { $0.index == layer }) else {
        let valid = "\(layers[0].index) … \(layers[layers.count - 1].index)"
        throw ProgramError("--layer \(layer): the model has layers \(valid)")
      }
      state.selection.layer = position
    }
    if let heads {
      let count = state.layer.headCount
      if let wrong = heads.numbers.first(where: { $0 >= count }) {
        throw ProgramError("--heads: there is no head \(wrong), the layer has 0 … \(count - 1)")
      }
      state.selection.activeHeads = Set(heads.numbers)
      state.selection.head = heads.numbers[0]
    }
    if filter != .all, !state.isPair {
      throw ProgramError("--filter \(filter.rawValue) needs a second sentence: give --pair")
    }
    state.display.filter = filter
  }
}

extension NumberList: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

/// Columns and rows, as the command line writes them: `120x40`.
struct WindowSize: ExpressibleByArgument {
  let width: Int
  let height: Int

  init?(argument: String) {
    let parts = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let width = parts[0], let height = parts[1],
      (1...2000).contains(width), (1...2000).contains(height)
    else { return nil }
    self.width = width
    self.height = height
  }
}
