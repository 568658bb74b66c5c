/// A manual page in the macros of man(7).
struct Roff {
  private(set) var text: String

  init(title: String, section: Int, source: String) {
    // Without a date: the same program gives the same page.
    text = ".TH \(title.uppercased()) \(section) \"\" \"\(source)\"\n"
  }

  mutating func section(_ title: String) { text += ".SH \(Self.escaped(title.uppercased()))\n" }
  mutating func subsection(_ title: String) { text += ".SS \(Self.escaped(title))\n" }

  /// A paragraph, or several with empty lines between them; its lines end where they do in `words`, and a part with
  /// lines that are indented, such as a table, stays as it is.
  mutating func paragraph(_ words: String) {
    for part in words.split(separator: "\n\n") {
      guard !part.split(separator: "\n").contains(where: { $0.hasPrefix("  ") }) else {
        example(String(part))
        continue
      }
      text += ".PP\n" + Self.escaped(String(part)).replacing("\n", with: "\n.br\n") + "\n"
    }
  }

  /// Lines that stay as they are.
  mutating func example(_ lines: String) {
    text += ".PP\n.RS 4\n.nf\n\(Self.escaped(lines))\n.fi\n.RE\n"
  }

  /// A term with its explanation beside or below it.
  mutating func item(_ term: String, _ explanation: String) {
    text += ".TP\n.B \(Self.escaped(term))\n\(Self.escaped(explanation))\n"
  }

  /// Text that has no meaning to roff. Hyphens become those that can be copied into a command.
  static func escaped(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let escaped = line.replacing("\\", with: "\\e").replacing("-", with: "\\-")
      return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }
    return lines.joined(separator: "\n")
  }
}
