import Explorer
import Files
import TerminalUI

/// Something that `doctor` looked at.
struct Finding: Equatable {
  enum Level: String {
    case ok
    /// It works, but not as well as it could.
    case note
    /// It does not work.
    case problem
  }

  let topic: String
  let level: Level
  let text: String
  /// The fix; nil where there is nothing to fix.
  let fix: String?

  static func ok(_ topic: String, _ text: String) -> Finding {
    Finding(topic: topic, level: .ok, text: text, fix: nil)
  }

  static func note(_ topic: String, _ text: String, fix: String? = nil) -> Finding {
    Finding(topic: topic, level: .note, text: text, fix: fix)
  }

  static func problem(_ topic: String, _ text: String, fix: String) -> Finding {
    Finding(topic: topic, level: .problem, text: text, fix: fix)
  }

  var json: JSONNode {
    .object([
      ("topic", .string(topic)), ("level", .string(level.rawValue)), ("text", .string(text)),
      ("fix", fix.map { .string($0) } ?? .null),
    ])
  }
}

extension [Finding] {
  /// A table of topics, levels and texts, with what to do below; words move to the next line at `width`.
  func table(width: Int) -> String {
    let topicWidth = map(\.topic.count).max() ?? 0
    let levelWidth = Finding.Level.problem.rawValue.count
    let indent = topicWidth + 2 + levelWidth + 2
    var table = ""
    for finding in self {
      let head =
        finding.topic.leftAligned(topicWidth + 2)
        + finding.level.rawValue.leftAligned(levelWidth + 2)
      let paragraphs = [finding.text] + (finding.fix.map { ["→ \($0)"] } ?? [])
      let lines = paragraphs.flatMap {
        TextWidth.printable($0).wrapped(to: Swift.max(20, width - indent), breaksWords: false)
      }
      for (index, line) in lines.enumerated() {
        table += (index == 0 ? head : String(repeating: " ", count: indent)) + line + "\n"
      }
    }
    return table
  }
}
