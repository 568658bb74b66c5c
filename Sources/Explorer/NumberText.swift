import TerminalUI

/// How numbers are written on the screen.
public enum NumberText {
  /// A weight without its leading zero: `.46`, `1.0` from .995 on.
  public static func weight(_ value: Float, digits: Int = 2) -> String {
    guard value.isFinite else { return "NaN" }
    let text = fixed(value, digits: digits)
    if text.hasPrefix("0.") { return String(text.dropFirst()) }
    return text.hasPrefix("1.") ? "1." + String(repeating: "0", count: digits - 1) : text
  }

  /// A signed value, always with its sign: `+1.83`, `−2.10`.
  public static func signed(_ value: Float, digits: Int = 2, glyphs: Glyphs) -> String {
    guard value.isFinite else { return "NaN" }
    let text = fixed(abs(value), digits: digits)
    return value < 0 ? String(glyphs.minus) + text : "+" + text
  }

  /// A number with its decimals, a leading `−` only where it is negative.
  public static func plain(_ value: Float, digits: Int, glyphs: Glyphs) -> String {
    guard value.isFinite else { return "NaN" }
    let text = fixed(abs(value), digits: digits)
    return value < 0 ? String(glyphs.minus) + text : text
  }

  /// `value` rounded to `digits` decimals, halves away from zero.
  static func fixed(_ value: Float, digits: Int) -> String {
    var power = 1.0
    for _ in 0..<digits { power *= 10 }
    let scaled = (Double(abs(value)) * power).rounded()
    guard scaled < 1e15 else { return "\(value)" }
    let whole = Int(scaled)
    let unit = Int(power)
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let decimals = String(whole % unit)
    let zeros = String(repeating: "0", count: digits - decimals.count)
    return "\(sign)\(whole / unit).\(zeros)\(decimals)"
  }
}

extension String {
  /// Padded with blanks to `columns`, the text at the right.
  func rightAligned(_ columns: Int) -> String {
    let missing = columns - TextWidth.columns(of: self)
    return missing > 0 ? String(repeating: " ", count: missing) + self : self
  }

  /// Padded with blanks to `columns`, the text at the left.
  func leftAligned(_ columns: Int) -> String {
    let missing = columns - TextWidth.columns(of: self)
    return missing > 0 ? self + String(repeating: " ", count: missing) : self
  }
}
