/// A command behind `:`. One table, `Command.all`, makes the command line, its completions, the help and
/// the documentation.
///
/// To add a command, add one entry to the table: a name, what stands behind it, a line of help, the views in which
/// it works (all, unless said otherwise), and the `Action` that it comes to. The `CommandArgument` does the rest: it reads
/// what was typed, names what would have been valid, and offers it for completion.
///
/// ```swift
/// Command("neuron", .number(from: \.neuronOrder), "to a neuron", in: [.neuron]) { number, state in
///   state.selecting { $0.neuron = number }
/// }
/// ```
///
/// Settings that live in `Selection` or `Display` need no action of their own: `state.selecting { … }` and
/// `state.displaying { … }` are the actions that change them. A setting with a `WritableKeyPath` into `Display` is
/// one line without a closure. What a command needs to mean anything is a `Requirement`; whatever else is impossible
/// for now throws `ExplorerError.unavailable`.
public struct Command: Sendable {
  public let name: String
  /// The syntax of the argument, as the help writes it; empty where there is none.
  public let syntax: String
  /// The line of help about the command, in ASCII.
  public let help: String
  /// The views in which it works.
  public let views: Set<ViewKind>
  /// Without which it does nothing and is not offered.
  public let needs: Requirement?
  private let candidates: @Sendable (ExplorerState) -> [Candidate]
  private let makeAction: @Sendable (String, ExplorerState) throws(ExplorerError) -> Action

  /// A candidate for a command's argument.
  public struct Candidate: Equatable, Sendable {
    public let text: String
    /// The note about it; the command's help where there is nothing to say.
    public let note: String?

    public init(_ text: String, note: String? = nil) {
      self.text = text
      self.note = note
    }
  }

  /// A command that takes an argument.
  ///
  /// - Parameter action: What it comes to, for what the argument means and the state before.
  init<Value>(
    _ name: String, _ argument: CommandArgument<Value>, _ help: String,
    in views: Set<ViewKind> = Set(ViewKind.allCases), needs: Requirement? = nil,
    action: @escaping @Sendable (Value, ExplorerState) throws(ExplorerError) -> Action
  ) {
    self.name = name
    syntax = argument.syntax
    self.help = help
    self.views = views
    self.needs = needs
    candidates = argument.candidates
    makeAction = { (text, state) throws(ExplorerError) in
      guard let value = try argument.value(text, state) else {
        throw .wrongArgument(command: name, text: text, expected: argument.expected(state))
      }
      return try action(value, state)
    }
  }

  /// A command without an argument.
  init(
    _ name: String, _ help: String, in views: Set<ViewKind> = Set(ViewKind.allCases),
    needs: Requirement? = nil, _ action: Action
  ) {
    self.init(name, .nothing, help, in: views, needs: needs) { (_, _) throws(ExplorerError) in
      action
    }
  }

  /// A choice of how things are shown.
  init<Value: CaseIterable & Equatable & RawRepresentable<String> & Sendable>(
    _ name: String, _ path: WritableKeyPath<Display, Value> & Sendable, _ help: String,
    in views: Set<ViewKind> = Set(ViewKind.allCases), needs: Requirement? = nil
  ) {
    self.init(name, .choice { $0.display[keyPath: path] }, help, in: views, needs: needs) {
      (value, state) throws(ExplorerError) in
      state.displaying { $0[keyPath: path] = value }
    }
  }

  /// A setting that is on or off; without an argument it changes over.
  init(
    _ name: String, _ path: WritableKeyPath<Display, Bool> & Sendable, on: String = "on",
    off: String = "off", _ help: String, in views: Set<ViewKind> = Set(ViewKind.allCases),
    needs: Requirement? = nil
  ) {
    let argument = CommandArgument.choice([(on, true), (off, false)]) { $0.display[keyPath: path] }
    self.init(name, .optional(argument), help, in: views, needs: needs) {
      (value, state) throws(ExplorerError) in
      state.displaying { $0[keyPath: path] = value ?? !$0[keyPath: path] }
    }
  }

  /// Whether nothing can be done without an argument.
  var needsArgument: Bool { !syntax.isEmpty && !syntax.hasPrefix("[") }

  func candidates(_ state: ExplorerState) -> [Candidate] { candidates(state) }

  /// The action that the command comes to with `argument` behind its name.
  func action(_ argument: String, _ state: ExplorerState) throws(ExplorerError) -> Action {
    if let objection = state.objection(to: needs) {
      throw .unavailable(":\(name): \(objection)")
    }
    return try makeAction(argument, state)
  }
}

extension ExplorerState {
  /// The action that changes what is looked at.
  func selecting(_ change: (inout Selection) -> Void) -> Action {
    var new = selection
    change(&new)
    return .select(new)
  }

  /// The action that changes how things are shown.
  func displaying(_ change: (inout Display) -> Void) -> Action {
    var new = display
    change(&new)
    return .display(new)
  }
}
