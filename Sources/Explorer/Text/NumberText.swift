import Glibc
import TerminalUI

/// The text of numbers on the screen.
public enum NumberText {
  /// Smaller weights are `.00`.
  static let leastPrinted: Float = 0.005
  /// Nearer to 1 a weight is not known to be less.
  private static let leastWhole: Float = 1 - 1e-5

  /// A weight without its leading zero: `.46`, `1.0`. What is less than 1 never reads as 1: up to there it is
  /// `.99`, or `.999`.
  public static func weight(_ value: Float, digits: Int = 2) -> String {
    guard value.isFinite else { return name(ofNonFinite: value) }
    let text = fixed(value, digits: digits)
    if text.hasPrefix("0.") { return String(text.dropFirst()) }
    guard text.hasPrefix("1.") else { return text }
    // A column less for what stands before the point.
    return value < leastWhole
      ? "." + String(repeating: "9", count: digits) : fixed(value, digits: digits - 1)
  }

  /// An amount that nothing bounds, in `digits` and a point as long as it has no more digits than that: `.46`, `2.3`,
  /// `12`.
  public static func amount(_ value: Float, digits: Int = 2) -> String {
    guard value.isFinite else { return name(ofNonFinite: value) }
    let amount = abs(value)
    // By what is printed, so that 9.96 is `10`.
    for decimals in stride(from: digits, through: 0, by: -1) {
      var text = fixed(amount, digits: decimals)
      if text.hasPrefix("0.") { text.removeFirst() }
      if text.count <= digits + 1 { return text }
    }
    return fixed(amount, digits: 0)
  }

  /// The same with a sign: `+.46`, `−12`.
  public static func signedAmount(_ value: Float, digits: Int = 2, glyphs: Glyphs) -> String {
    guard !value.isNaN else { return name(ofNonFinite: value) }
    let text = amount(value, digits: digits)
    // What rounds to nothing is neither.
    if text.allSatisfy({ $0 == "." || $0 == "0" }) { return text }
    return (value < 0 ? String(glyphs.minus) : "+") + text
  }

  /// A signed value, always with its sign: `+1.83`, `−2.10`.
  public static func signed(_ value: Float, digits: Int = 2, glyphs: Glyphs) -> String {
    guard !value.isNaN else { return name(ofNonFinite: value) }
    let text = plain(abs(value), digits: digits, glyphs: glyphs)
    return value < 0 ? String(glyphs.minus) + text : "+" + text
  }

  /// A signed value in at most `columns`: with fewer decimals, or as `+1e+09`, where it is large.
  public static func signed(_ value: Float, columns: Int, glyphs: Glyphs) -> String {
    for digits in [2, 1, 0] {
      let text = signed(value, digits: digits, glyphs: glyphs)
      if text.count <= columns { return text }
    }
    let sign = value < 0 ? String(glyphs.minus) : "+"
    return sign + scientific(Double(abs(value)), digits: 0)
  }

  /// A small or large positive number as `8.7e-08`.
  public static func scientific(_ value: Double, digits: Int = 1) -> String {
    guard value.isFinite else { return name(ofNonFinite: Float(value)) }
    guard value > 1e-300 else { return "0" }
    var exponent = Int(log10(value).rounded(.down))
    var mantissa = Float(value / pow(10, Double(exponent)))
    if fixed(mantissa, digits: digits).hasPrefix("10") {
      exponent += 1
      mantissa /= 10
    }
    let size = String(abs(exponent))
    let padded = size.count < 2 ? "0" + size : size
    return "\(fixed(mantissa, digits: digits))e\(exponent < 0 ? "-" : "+")\(padded)"
  }

  /// A number with its decimals, a leading `−` only where it is negative.
  public static func plain(_ value: Float, digits: Int, glyphs: Glyphs) -> String {
    guard !value.isNaN else { return name(ofNonFinite: value) }
    let text = value.isFinite ? fixed(abs(value), digits: digits) : name(ofNonFinite: value)
    return value < 0 ? String(glyphs.minus) + text : text
  }

  private static func name(ofNonFinite value: Float) -> String { value.isNaN ? "NaN" : "inf" }

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
  package func rightAligned(_ columns: Int) -> String {
    let missing = columns - TextWidth.columns(of: self)
    return missing > 0 ? String(repeating: " ", count: missing) + self : self
  }

  /// Padded with blanks to `columns`, the text at the left.
  package func leftAligned(_ columns: Int) -> String {
    let missing = columns - TextWidth.columns(of: self)
    return missing > 0 ? self + String(repeating: " ", count: missing) : self
  }
}
