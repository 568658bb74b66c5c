import Foundation
import TerminalUI
import TestSupport
import Testing

@testable import Explorer

/// The pages about keys and commands. To write the tables of `Keys.md` anew:
/// `WRITE_KEY_TABLES=1 swift test --filter KeysDocumentTests`.
@Suite struct KeysDocumentTests {
  private static let path = Fixtures.path("../../Sources/Explorer/Explorer.docc/Keys.md")

  @Test func isWhatTheTablesSay() throws {
    let document = Self.document()
    if ProcessInfo.processInfo.environment["WRITE_KEY_TABLES"] != nil {
      try document.write(toFile: Self.path, atomically: true, encoding: .utf8)
    }
    let written = try String(contentsOfFile: Self.path, encoding: .utf8)
    #expect(written == document, "Keys.md is stale: see the comment above this test")
  }

  /// Every behaviour and every bug has its row; what a row says to type exists.
  @Test func bertVizIsAnswered() throws {
    let path = Fixtures.path("../../Sources/Explorer/Explorer.docc/BertViz.md")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let numbers = text.matches(of: /(?m)^\| (B?\d+) \|/).map { String($0.1) }
    #expect(numbers == (1...48).map { "\($0)" } + (1...15).map { "B\($0)" })
    let commands = Set(Command.all.map(\.name))
    let named = text.matches(of: /`:([a-z-]+)/).map { String($0.1) }
    #expect(named.count >= 30)
    for name in named { #expect(commands.contains(name), "\(name)") }
    let keys = Set(KeyMap.standard.entries.flatMap(\.bindings).flatMap(\.keys))
    for word in text.matches(of: /`([^` ]{1,5})`/).map({ String($0.1) }) {
      guard let key = Key(spelled: word) else { continue }
      #expect(keys.contains(key), "\(word)")
    }
  }

  private static func document() -> String {
    var lines = [
      "# Keys and commands",
      "",
      "What can be pressed and typed, where, and by which names.",
      "",
      "## Overview",
      "",
      "These tables are made from those that the program works with; on the screen, `?` lists what means something",
      "in the view and for the input. Key scripts (`--keys`) and settings name keys as these tables do, arrows also as",
      "`Up`, `Down`, `Left` and `Right`, `⏎` as `Enter`, and Control as `C-d`. The names of actions stay what they are, so",
      "that settings can give them other keys. `WRITE_KEY_TABLES=1 swift test --filter KeysDocumentTests` makes this page.",
      "",
      "## Keys",
    ]
    for section in KeyMap.Entry.Section.allCases {
      lines += [
        "", "### \(section.rawValue)", "", "| keys | action | what it does | views |",
        "|---|---|---|---|",
      ]
      for entry in KeyMap.standard.entries where entry.section == section {
        let keys = entry.bindings.map { $0.keys.map(Self.text).joined(separator: " ") }
        let names = entry.bindings.map { "`\($0.name)`" }
        lines.append(
          row([
            keys.joined(separator: ", "), names.joined(separator: ", "), entry.help,
            views(entry.views) + condition(entry.needs),
          ]))
      }
    }
    lines += [
      "", "## Commands", "",
      "`:` begins a command. Names and choices may be shortened to a beginning that is unique; Tab, `↑` and `↓` go through",
      "what completes a line, `→` takes what is shown behind the cursor, `↑` on an empty line brings back earlier commands.",
      "", "| command | what it does | views |", "|---|---|---|",
    ]
    for command in Command.all {
      let syntax = command.syntax.isEmpty ? "" : " " + command.syntax
      lines.append(
        row([
          "`:\(command.name)\(syntax)`", command.help,
          views(command.views) + condition(command.needs),
        ]))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func row(_ cells: [String]) -> String {
    "| " + cells.map { $0.replacingOccurrences(of: "|", with: "\\|") }.joined(separator: " | ")
      + " |"
  }

  private static func text(_ key: Key) -> String { "`\(key.label(.unicode))`" }

  private static func views(_ views: Set<ViewKind>) -> String {
    views.count == ViewKind.allCases.count
      ? "all" : ViewKind.allCases.filter(views.contains).map(\.rawValue).joined(separator: ", ")
  }

  private static func condition(_ needs: Requirement?) -> String {
    switch needs {
    case nil: ""
    case .pair: "; two sentences"
    case .severalKinds, .target: "; encoder-decoders"
    case .model: "; not attention from a file"
    case .secondSentence: "; not encoder-decoders"
    case .vectors: "; queries and keys known"
    case .rotation: "; rotary positions"
    case .unicode: "; not in ASCII"
    }
  }
}
