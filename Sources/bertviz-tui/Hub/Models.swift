import ArgumentParser
import Files
import Hub
import TerminalUI

/// The `models` subcommand: what can be named as MODEL without a path.
struct Models: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "List the models in the Hugging Face cache, those of Ollama, llama.cpp and LM Studio, and the built-in ones.",
    discussion: """
      LAYERSxHEADS says why a model cannot be opened: incomplete (pull it), unsupported (another kind of model, or \
      none), several (files in GGUF: give one), no-tokenizer, damaged. The reasons follow in the words that opening it \
      would give. --json has them too, the commit, the folder and the exact size.
      """)

  @Flag(help: "A JSON list, for programs.")
  var json = false

  func run() throws {
    let entries = try ModelEntry.all(in: HubSettings().cache)
    if json {
      try StandardOutput.write(JSONNode.list(entries.map(\.json)).text + "\n")
    } else {
      let table = ModelTable(entries).text(width: StandardOutput.terminalWidth)
      try StandardOutput.write(table + Self.reasons(entries))
    }
  }

  /// The reasons why models cannot be opened, a line for each, behind an empty one.
  private static func reasons(_ entries: [ModelEntry]) -> String {
    let lines = entries.compactMap { entry in
      entry.problem.map { problem in
        let isNamed = problem.text.hasPrefix(entry.name)
        return TextWidth.printable(isNamed ? problem.text : "\(entry.name): \(problem.text)")
      }
    }
    return lines.isEmpty ? "" : "\n" + lines.map { $0 + "\n" }.joined()
  }
}

/// Models in columns. The columns and their order stay the same; names are cut only on a terminal.
struct ModelTable {
  private let rows: [[String]]

  init(_ entries: [ModelEntry]) {
    rows =
      [["MODEL", "REVISION", "TYPE", "LAYERSxHEADS", "SIZE"]]
      + entries.map { entry in
        [
          entry.name, entry.revision ?? "-", entry.type ?? "-",
          entry.shape ?? entry.problem?.word ?? "-", ByteCount(entry.size).description,
        ]
      }
  }

  /// - Parameter width: Names are cut so that a line is no longer; nil for no limit.
  func text(width: Int?) -> String {
    var widths = rows[0].indices.map { column in
      rows.map { TextWidth.columns(of: $0[column]) }.max() ?? 0
    }
    if let width {
      let others = widths.dropFirst().reduce(0) { $0 + $1 + Self.gap }
      widths[0] = max(rows[0][0].count, min(widths[0], width - others))
    }
    let lines = rows.map { row in
      let cells = zip(row, widths).map { text, width in
        let text = TextWidth.truncated(TextWidth.printable(text), to: width)
        return text + String(repeating: " ", count: width - TextWidth.columns(of: text) + Self.gap)
      }
      return String(cells.joined().reversed().drop { $0 == " " }.reversed()) + "\n"
    }
    return lines.joined()
  }

  private static let gap = 2
}
