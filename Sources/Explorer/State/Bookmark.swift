import Attention

/// A place to come back to: a model or a file, the text, and how it was looked at.
public struct Bookmark: Equatable, Sendable {
  /// A model as the command line names it, or the path of saved attention.
  public var source: String
  /// Options of the command line that open it as it was opened: `--revision=main`.
  public var options: [String]
  /// The model's input, without interventions, which are commands; nil for saved attention, and for the text that
  /// a model is shown on by itself.
  public var request: ModelRequest?
  /// The run that it is compared with, without interventions; nil for none.
  public var compared: ComparedRun?
  /// The commands to type behind `:` to look at it so.
  public var commands: [String]

  public init(
    source: String, options: [String] = [], request: ModelRequest? = nil,
    compared: ComparedRun? = nil, commands: [String] = []
  ) {
    self.source = source
    self.options = options
    self.request = request
    self.compared = compared
    self.commands = commands
  }

  /// The source as the command line names it, with the options.
  public var name: String { ([source] + options).joined(separator: " ") }

  /// Whether both are of the same model and text, or the same file.
  public func isSamePlace(as other: Bookmark) -> Bool {
    source == other.source && options == other.options && request == other.request
  }
}

/// Something that can be opened: a line of the start screen, and what completes `:model` and its like.
public struct Choice: Equatable, Sendable {
  public enum Section: String, CaseIterable, Sendable {
    case recent = "Looked at lately"
    case saved = "Saved sessions"
    case models = "Models on this machine"
    case builtIn = "Built in"
  }

  public let section: Section
  public let name: String
  /// The text, or the sizes.
  public let detail: String
  public let bookmark: Bookmark
  /// The reason why it cannot be opened; nil if it can be.
  public let problem: String?

  public init(
    _ section: Section, name: String, detail: String, bookmark: Bookmark, problem: String? = nil
  ) {
    self.section = section
    self.name = name
    self.detail = detail
    self.bookmark = bookmark
    self.problem = problem
  }
}

extension Choice {
  /// Whether `:model` offers it, and whether `:file` does.
  var isModel: Bool {
    section == .models || section == .builtIn || section == .recent && bookmark.request != nil
  }
  var isFile: Bool { section == .recent && bookmark.request == nil }
  var isSession: Bool { section == .saved }
  /// The name by which commands open it.
  var command: String { section == .saved ? name : bookmark.name }
}

extension ExplorerState {
  /// The place that is looked at now, and how; nil where its source has no name to open it by.
  public var bookmark: Bookmark? {
    guard let source = session.source else { return nil }
    var request = session.request
    request?.interventions = []
    return Bookmark(
      source: source, options: session.options, request: request, compared: keptComparison,
      commands: lookCommands)
  }

  /// A run that was changed itself is not kept: a bookmark's request has no interventions.
  private var keptComparison: ComparedRun? {
    session.compared.flatMap { $0.request.interventions.isEmpty ? $0 : nil }
  }

  /// The commands to type to look at the record as it is looked at now.
  private var lookCommands: [String] {
    var commands: [String] = []
    for intervention in session.record.interventions {
      switch intervention {
      case .ablation(let ablation):
        if case .numbered(let rows) = ablation.rows, let row = rows.first {
          commands += ["query \(row)", "rows query"]
        } else {
          commands.append("rows all")
        }
        commands += ["as \(ablation.replacement.rawValue)", "ablate \(ablation.head)"]
      case .cut(let cut): commands.append("cut \(cut)")
      case .patch(let patch):
        if patch.source == keptComparison?.request { commands.append("patch \(patch.head)") }
      }
    }
    let usual = Display()
    if session.record.stacks.count > 1 { commands.append("kind \(stack.kind.rawValue)") }
    if isPair, display.filter != .all { commands.append("filter \(display.filter.rawValue)") }
    if display.hidesSpecials { commands.append("specials hide") }
    if display.mergesWords { commands.append("words merge") }
    if display.showsRawTokens { commands.append("raw on") }
    if let tokens = display.tokens, tokens.queries == tokens.keys {
      commands.append("tokens \(NumberList.text(of: tokens.queries.sorted()))")
    }
    if let layers = display.restriction.layers {
      commands.append("layers \(NumberList.text(of: layers.sorted()))")
    }
    if let heads = display.restriction.heads {
      commands.append("only-heads \(NumberList.text(of: heads.sorted()))")
    }
    commands.append("layer \(layer.index)")
    if view == .model || view == .head {
      commands.append("heads \(NumberList.text(of: activeHeads))")
    }
    commands += ["head \(selection.head)", "query \(selection.query)", "key \(selection.key)"]
    if view == .model, let scatter = display.scatter {
      commands.append("scatter \(scatter.across) \(scatter.up)")
    }
    if display.scale != usual.scale { commands.append("scale \(display.scale.rawValue)") }
    if view == .head {
      if display.aggregation != usual.aggregation {
        commands.append("combine \(display.aggregation.rawValue)")
      }
      if display.otherLines != usual.otherLines {
        commands.append("lines \(display.otherLines.rawValue)")
      }
      if display.sortsKeys { commands.append("sort weight") }
    }
    return ["view \(view.rawValue)"] + commands
  }
}
