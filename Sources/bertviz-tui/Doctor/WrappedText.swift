import TerminalUI

extension String {
  /// Lines of whole words, at most `width` columns where no word is longer.
  func wrapped(to width: Int) -> [String] {
    var lines: [String] = []
    for word in split(separator: " ") {
      if let last = lines.last,
        TextWidth.columns(of: last) + 1 + TextWidth.columns(of: word) <= width
      {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.isEmpty ? [""] : lines
  }
}
