import Files

/// A command as the argument parser describes it (its `--experimental-dump-help`).
struct CommandHelp {
  let name: String
  let abstract: String
  let discussion: String?
  let options: [OptionHelp]
  let subcommands: [CommandHelp]

  /// Nil for what the help does not show.
  init?(_ json: JSONValue) {
    guard json["shouldDisplay"]?.bool != false, let name = json["commandName"]?.string,
      name != "help"
    else { return nil }
    self.name = name
    abstract = json["abstract"]?.string ?? ""
    discussion = json["discussion"]?.string
    // Every command has these two.
    options = (json["arguments"]?.array?.compactMap(OptionHelp.init) ?? []).filter {
      !$0.names.contains("--help") && !$0.names.contains("--version")
    }
    subcommands = json["subcommands"]?.array?.compactMap(CommandHelp.init) ?? []
  }
}

/// An argument, option or flag of a command.
struct OptionHelp: Equatable {
  /// Such as `--theme`, `-o, --output`; empty for what has its place instead.
  let names: [String]
  /// Nil for flags.
  let valueName: String?
  let isPositional: Bool
  let abstract: String
  let discussion: String?
  let values: [String]
  let defaultValue: String?

  init?(_ json: JSONValue) {
    guard json["shouldDisplay"]?.bool != false else { return nil }
    let kind = json["kind"]?.string
    isPositional = kind == "positional"
    valueName = kind == "flag" ? nil : json["valueName"]?.string
    names =
      json["names"]?.array?.compactMap { name in
        name["name"]?.string.map { (name["kind"]?.string == "short" ? "-" : "--") + $0 }
      } ?? []
    abstract = json["abstract"]?.string ?? ""
    discussion = json["discussion"]?.string
    values = json["allValues"]?.array?.compactMap(\.string) ?? []
    defaultValue = kind == "flag" ? nil : json["defaultValue"]?.string
  }
}
