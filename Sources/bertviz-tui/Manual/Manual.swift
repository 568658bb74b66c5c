import ArgumentParser
import Files

/// The manual page, made from the commands themselves: it is never older than the program.
struct Manual: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the manual page, for man -l -.", shouldDisplay: false)

  func run() throws { try StandardOutput.write(try Self.page()) }

  static func page() throws -> String {
    let help = BertvizTUI._dumpHelp()
    let document = try Array(help.utf8).withUnsafeBytes {
      try JSONDocument($0, path: "the commands' help")
    }
    guard let program = document.root["command"].flatMap(CommandHelp.init) else {
      throw ProgramError("the commands' help is not what it was: there is no \"command\" in it")
    }
    var page = Roff(
      title: program.name, section: 1, source: "bertviz-tui \(BertvizTUI.configuration.version)")
    page.section("Name")
    page.paragraph("\(program.name) - \(program.abstract)")
    page.section("Synopsis")
    page.example(BertvizTUI.configuration.usage ?? program.name)
    page.section("Description")
    page.paragraph(ManualText.description)
    page.paragraph(program.discussion ?? "")

    let shared = sharedOptions(of: program.subcommands)
    page.section("Commands")
    for command in program.subcommands { describe(command, besides: shared, on: &page) }
    page.section("Options")
    page.paragraph("Options that several commands have; each command lists those that it takes.")
    for option in shared { page.item(option.term, option.explanation) }
    ManualText.sections(on: &page)
    return page.text
  }

  /// The options that at least two commands share with the same help, in the order of their first use.
  private static func sharedOptions(of commands: [CommandHelp]) -> [OptionHelp] {
    var shared: [OptionHelp] = []
    let all = commands.flatMap(\.options)
    for (index, option) in all.enumerated()
    where !shared.contains(option) && all[(index + 1)...].contains(option) {
      shared.append(option)
    }
    return shared
  }

  private static func describe(
    _ command: CommandHelp, besides shared: [OptionHelp], on page: inout Roff
  ) {
    let positional = command.options.filter(\.isPositional).map(\.term)
    page.subsection(([command.name] + positional).joined(separator: " "))
    page.paragraph(command.abstract)
    if let discussion = command.discussion { page.paragraph(discussion) }
    let own = command.options.filter { !shared.contains($0) }
    for option in own { page.item(option.term, option.explanation) }
    let others = command.options.filter { shared.contains($0) && !$0.isPositional }
    if !others.isEmpty {
      page.paragraph("Options: " + others.map { $0.names.last ?? "" }.joined(separator: ", ") + ".")
    }
  }
}

extension OptionHelp {
  fileprivate var term: String {
    if isPositional { return "[\(valueName ?? "")]" }
    return ([names.joined(separator: ", ")] + [valueName.map { "<\($0)>" }].compactMap(\.self))
      .joined(separator: " ")
  }

  fileprivate var explanation: String {
    var parts = [abstract, discussion].compactMap(\.self)
    if !values.isEmpty { parts.append("One of \(values.joined(separator: ", ")).") }
    if let defaultValue, !defaultValue.isEmpty { parts.append("Default: \(defaultValue).") }
    return parts.joined(separator: " ")
  }
}
