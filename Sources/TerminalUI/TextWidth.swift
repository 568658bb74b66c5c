import Cutf8proc
import Files

/// The width of text in terminal columns, and a form of it that is safe to show there.
public enum TextWidth {
  /// 1 or 2 columns, 0 for a mark that joins the character before, −1 for what must not be printed.
  public static func columns(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    // Most of what is drawn, without a look into tables: ASCII, Latin letters, boxes and blocks, braille.
    case 0x20..<0x7F, 0xA0..<0x300, 0x2500..<0x25A0, 0x2800..<0x2900: return 1
    default: break
    }
    guard scalar.isShowable else { return -1 }
    switch utf8proc_category(Int32(scalar.value)) {
    case UTF8PROC_CATEGORY_MN, UTF8PROC_CATEGORY_ME:
      return 0
    case UTF8PROC_CATEGORY_CF:
      // The soft hyphen alone: terminals draw it.
      return 1
    case UTF8PROC_CATEGORY_MC:
      // Marks that take room of their own, as in Hindi.
      return 1
    default:
      // Hangul vowels and finals stand alone when decomposed: one column each, as libc has it.
      return max(0, Int(utf8proc_charwidth(Int32(scalar.value))))
    }
  }

  public static func columns(of text: String) -> Int {
    if isPlain(text) { return text.utf8.count }
    return text.unicodeScalars.reduce(0) { $0 + abs(columns(of: $1)) }
  }

  /// Whether there are only printable ASCII characters, as in most tokens of a long input.
  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
  }

  /// `text` with each control character and escape replaced by a visible picture of it, and without joiners.
  public static func printable(_ text: String, glyphs: Glyphs = .unicode) -> String {
    if isPlain(text) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where !scalar.isJoiner {
      if scalar.properties.generalCategory == .control {
        result.append(contentsOf: glyphs.picture(ofControl: scalar).unicodeScalars)
      } else {
        result.append(columns(of: scalar) < 0 ? glyphs.replacement : scalar)
      }
    }
    return String(result)
  }

  /// `text`, on a dotted circle where it begins with a mark that would have nothing to join.
  public static func standing(_ text: String) -> String {
    guard let first = text.unicodeScalars.first, columns(of: first) == 0 else { return text }
    return "\u{25CC}" + text
  }

  /// The beginning of `text` that fits into `limit` columns.
  public static func clipped(_ text: String, to limit: Int) -> String {
    guard columns(of: text) > limit else { return text }
    var result = String.UnicodeScalarView()
    var used = 0
    for scalar in text.unicodeScalars {
      used += abs(columns(of: scalar))
      if used > limit { break }
      result.append(scalar)
    }
    return String(result)
  }

  /// `text` cut to `limit` columns, with `ellipsis` where something is missing.
  public static func truncated(
    _ text: String, to limit: Int, ellipsis: Unicode.Scalar = "…"
  ) -> String {
    guard columns(of: text) > limit else { return text }
    var result = String.UnicodeScalarView()
    var used = 0
    for scalar in text.unicodeScalars {
      let columns = abs(columns(of: scalar))
      if used + columns > limit - 1 { break }
      result.append(scalar)
      used += columns
    }
    if limit > 0 { result.append(ellipsis) }
    return String(result)
  }

  /// `text` cut to `limit` columns from its beginning: the end of a path tells more.
  public static func ending(
    of text: String, in limit: Int, ellipsis: Unicode.Scalar = "…"
  ) -> String {
    guard columns(of: text) > limit else { return text }
    guard limit > 0 else { return "" }
    var end = text.unicodeScalars[...]
    while columns(of: String(end)) > limit - 1 { end.removeFirst() }
    // No mark without the letter that it belongs to.
    while let first = end.first, columns(of: first) == 0 { end.removeFirst() }
    return String(ellipsis) + String(end)
  }
}

extension Unicode.Scalar {
  /// Tells letters, as of Persian and Hindi, whether to join; there is nothing of it to be drawn.
  fileprivate var isJoiner: Bool { value == 0x200C || value == 0x200D }
}
