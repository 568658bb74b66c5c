/// What was typed behind `:`: what it comes to, and what it could become.
struct CommandText {
  /// The command's name or the beginning of it.
  let name: String
  /// What stands behind the blanks after the name; nil where there are none.
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

  func action(in state: ExplorerState) throws(ExplorerError) -> Action {
    try command(in: state.view).action(argument ?? "", state)
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
    let commands = Command.all.filter { $0.views.contains(view) }
    if let index = try Abbreviation.index(of: name, among: commands.map(\.name)) {
      return commands[index]
    }
    let elsewhere = Command.all.filter { $0.name == name }.flatMap(\.views)
    guard !elsewhere.isEmpty else { throw .unknownCommand(name) }
    throw .wrongView(command: name, views: ViewKind.allCases.filter(elsewhere.contains))
  }
}

extension Command {
  /// Those that mean something now.
  static func offered(in state: ExplorerState) -> [Command] {
    all.filter { $0.views.contains(state.view) && state.objection(to: $0.needs) == nil }
  }
}
