extension String {
  /// Lines of whole words, at most `width` columns each. A word that is longer is broken, or, as a path that
  /// somebody may want to copy, has a line of its own.
  package func wrapped(to width: Int, breaksWords: Bool = true) -> [String] {
    var lines = [""]
    for word in split(separator: " ").map(String.init) {
      let last = lines[lines.count - 1]
      let isFirst = last.isEmpty
      if TextWidth.columns(of: last) + (isFirst ? 0 : 1) + TextWidth.columns(of: word) <= width {
        lines[lines.count - 1] += (isFirst ? "" : " ") + word
        continue
      }
      if !isFirst { lines.append("") }
      var used = 0
      for scalar in word.unicodeScalars {
        let columns = abs(TextWidth.columns(of: scalar))
        if breaksWords, used + columns > width {
          lines.append("")
          used = 0
        }
        lines[lines.count - 1].unicodeScalars.append(scalar)
        used += columns
      }
    }
    return lines
  }
}
