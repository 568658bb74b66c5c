extension Canvas {
  /// The picture as text with colour escapes, for a terminal, a pager or a file. Ends with a newline.
  ///
  /// Trailing blanks without a background of their own are left out.
  public func ansiText() -> String {
    var text = ""
    for y in 0..<height {
      var row = (0..<width).map { self[$0, y] }
      while let last = row.last, last.scalar == 0x20, last.style.background == .standard,
        last.style.attributes.isEmpty
      {
        row.removeLast()
      }
      var current = Style()
      for cell in row {
        if cell.style != current {
          text += cell.style.escape
          current = cell.style
        }
        text += cell.text
      }
      text += current == Style() ? "\n" : "\u{1B}[0m\n"
    }
    return text
  }
}

extension Style {
  /// The escape sequence (SGR, ECMA-48) that switches from any style to this one.
  var escape: String {
    var codes = ["0"]
    if attributes.contains(.bold) { codes.append("1") }
    if attributes.contains(.faint) { codes.append("2") }
    if attributes.contains(.italic) { codes.append("3") }
    if attributes.contains(.underline) { codes.append("4") }
    if attributes.contains(.reverse) { codes.append("7") }
    codes += Self.codes(foreground, base: 30)
    codes += Self.codes(background, base: 40)
    return "\u{1B}[\(codes.joined(separator: ";"))m"
  }

  private static func codes(_ color: Color, base: Int32) -> [String] {
    if let rgb = color.rgb {
      return ["\(base + 8);2;\(rgb >> 16);\(rgb >> 8 & 255);\(rgb & 255)"]
    }
    switch color.code {
    case ..<0: return []
    case 0..<8: return ["\(base + color.code)"]
    case 8..<16: return ["\(base + 60 + color.code - 8)"]
    default: return ["\(base + 8);5;\(color.code)"]
    }
  }
}
