import TerminalUI

/// The line typed behind `:`: what it comes to, and what it could become.
struct CommandText {
  /// The command's name or the beginning of it.
  let name: String
  /// The text behind the blanks after the name; nil where there are none.
  let argument: String?

  /// A line that the typed one can become.
  struct Completion: Equatable, Sendable {
    /// The whole line; ends in a blank where an argument has to follow.
    let text: String
    let note: String
  }

  init(_ line: String) {
    let line = line.unicodeScalars.drop { $0 == " " }
    guard let blank = line.firstIndex(of: " ") else {
      name = String(line)
      argument = nil
      return
    }
    name = String(line[..<blank])
    var rest = line[blank...].drop { $0 == " " }
    while rest.last == " " { rest = rest.dropLast() }
    argument = String(rest)
  }

  /// A text without the quotes that keep its blanks.
  static func unquoted(_ text: String) -> String {
    text.count > 1 && text.hasPrefix("\"") && text.hasSuffix("\"")
      ? String(text.dropFirst().dropLast()) : text
  }

  /// The action that the line asks for, and the view in which it works: this one, or else another that knows it.
  ///
  /// A whole name is never taken for the beginning of another one.
  func order(in state: ExplorerState) throws(ExplorerError) -> (view: ViewKind, action: Action) {
    let commands = Command.all.filter { $0.name == name.lowercased() }
    if commands.isEmpty {
      return (state.view, try command(in: state.view).action(argument ?? "", state))
    }
    var refusal: ExplorerError?
    for view in ViewKind.order(from: state.view) {
      var there = state
      there.view = view
      guard let command = commands.first(where: { $0.views.contains(view) }) else { continue }
      do throws(ExplorerError) {
        return (view, try command.action(argument ?? "", there))
      } catch {
        refusal = refusal ?? error
      }
    }
    throw refusal ?? .unknownCommand(name, similar: nil)
  }

  /// Best first.
  func completions(in state: ExplorerState) -> [Completion] {
    guard let argument else {
      let wanted = name.lowercased()
      return Command.offered(in: state).filter { $0.name.hasPrefix(wanted) }.map {
        Completion(text: $0.needsArgument ? $0.name + " " : $0.name, note: $0.help)
      }
    }
    guard let command = try? command(in: state.view) else { return [] }
    let wanted = argument.lowercased()
    return command.candidates(state)
      .filter { !$0.text.isEmpty && $0.text.lowercased().hasPrefix(wanted) }
      .map { Completion(text: "\(command.name) \($0.text)", note: $0.note ?? command.help) }
  }

  private func command(in view: ViewKind) throws(ExplorerError) -> Command {
    for view in ViewKind.order(from: view) {
      let whole = Command.all.first { $0.name == name.lowercased() && $0.views.contains(view) }
      if let whole { return whole }
    }
    let commands = Command.all.filter { $0.views.contains(view) }
    if let index = try Abbreviation.index(of: name, among: commands.map(\.name)) {
      return commands[index]
    }
    throw .unknownCommand(
      name, similar: SimilarName.nearest(to: name, among: Command.all.map(\.name)).first)
  }
}

extension ViewKind {
  /// `view`, then the others, the head view before them.
  fileprivate static func order(from view: ViewKind) -> [ViewKind] {
    [view] + [.head, .model, .neuron, .matrix, .output].filter { $0 != view }
  }
}

extension Command {
  /// Those that mean something now.
  static func offered(in state: ExplorerState) -> [Command] {
    all.filter { $0.views.contains(state.view) && state.objection(to: $0.needs) == nil }
  }
}
