/// The signs that views draw with, by name: in Unicode, or in ASCII for terminals and locales without it.
public struct Glyphs: Hashable, Sendable {
  public let isUnicode: Bool
  /// The characters that lines are made of, in Unicode.
  public private(set) var lines = LineInk.braille
  /// The pictures that are drawn instead.
  public private(set) var picture: LineInk?

  init(isUnicode: Bool) { self.isUnicode = isUnicode }

  public static let unicode = Glyphs(isUnicode: true)
  public static let ascii = Glyphs(isUnicode: false)

  /// What lines are drawn with.
  public var lineInk: LineInk {
    get { isUnicode ? picture ?? lines : lines }
    set {
      picture = newValue.isPicture ? newValue : nil
      if !newValue.isPicture { lines = newValue }
    }
  }

  /// The same, where no pictures can be shown.
  public var withoutPictures: Glyphs {
    var glyphs = self
    glyphs.picture = nil
    return glyphs
  }

  private func pick(_ unicode: Unicode.Scalar, _ ascii: Unicode.Scalar) -> Unicode.Scalar {
    isUnicode ? unicode : ascii
  }

  /// Before the token under the cursor.
  public var cursor: Unicode.Scalar { pick("▸", ">") }
  /// Behind the focused token of the other column, or before it.
  public var focus: Unicode.Scalar { pick("◂", "<") }
  public var focusBefore: Unicode.Scalar { pick("▸", ">") }
  /// Before the focused key of the neuron view.
  public var mark: Unicode.Scalar { pick("›", ">") }
  /// Around the number of the focused head.
  public var open: Unicode.Scalar { pick("‹", "<") }
  public var close: Unicode.Scalar { pick("›", ">") }

  public var up: Unicode.Scalar { pick("▲", "^") }
  public var down: Unicode.Scalar { pick("▼", "v") }
  public var right: Unicode.Scalar { pick("→", ">") }
  public var left: Unicode.Scalar { pick("←", "<") }
  public var more: Unicode.Scalar { pick("▸", ">") }
  public var ellipsis: Unicode.Scalar { pick("…", "~") }
  public var times: Unicode.Scalar { pick("×", "x") }
  public var minus: Unicode.Scalar { pick("−", "-") }
  public var sum: String { isUnicode ? "Σ" : "sum" }
  public var dot: Unicode.Scalar { pick("·", ".") }
  /// A head in a scatter, and the selected one.
  public var bullet: Unicode.Scalar { pick("•", "o") }
  public var selectedBullet: Unicode.Scalar { pick("◆", "@") }
  /// Between the ends of a range.
  public var dash: Unicode.Scalar { pick("–", "-") }

  /// A token that is nothing but blanks.
  public var blank: Unicode.Scalar { pick("␣", "_") }
  /// A stand-in for characters that cannot be shown.
  public var replacement: Unicode.Scalar { pick("\u{FFFD}", "?") }

  /// A control character, of ASCII or of Latin-1, as something to look at.
  func picture(ofControl scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0x0A: isUnicode ? "⏎" : "\\n"
    case 0x09: isUnicode ? "⇥" : "\\t"
    case 0x00...0x1F:
      isUnicode
        ? String(Unicode.Scalar(0x2400 + scalar.value) ?? replacement)
        : "^" + String(Unicode.Scalar(UInt8(0x40 + scalar.value)))
    case 0x7F: isUnicode ? "␡" : "^?"
    default: String(replacement)
    }
  }

  /// The coloured edge beside the tokens of a sentence.
  public var gutter: Unicode.Scalar { pick("▌", "|") }
  /// The right and the left half of a cell: the sides of a selected thumbnail.
  public var rightHalf: Unicode.Scalar { pick("▐", "[") }
  public var leftHalf: Unicode.Scalar { pick("▌", "]") }
  /// Their upper parts, beside a picture that ends in the middle of a row.
  public var rightCorner: Unicode.Scalar { pick("▝", "[") }
  public var leftCorner: Unicode.Scalar { pick("▘", "]") }
  public var upperHalf: Unicode.Scalar { pick("▀", "'") }
  public var lowerHalf: Unicode.Scalar { pick("▄", "_") }
  /// The crosshair of a heat map where it cannot be a tint: none of the shades.
  public var cross: Unicode.Scalar { pick("·", ",") }

  /// A masked cell, where there can be no weight: hatched, and none of the shades.
  public var masked: Unicode.Scalar { pick("╱", "/") }

  /// A loss too small for a hatched column.
  public var smallLoss: Unicode.Scalar { pick("┊", "-") }

  public var vertical: Unicode.Scalar { pick("│", "|") }
  public var horizontal: Unicode.Scalar { pick("─", "-") }
  public var topLeft: Unicode.Scalar { pick("╭", "+") }
  public var topRight: Unicode.Scalar { pick("╮", "+") }
  public var bottomLeft: Unicode.Scalar { pick("╰", "+") }
  public var bottomRight: Unicode.Scalar { pick("╯", "+") }

  /// Columns filled from below, empty first.
  public var verticalLevels: [Unicode.Scalar] {
    isUnicode
      ? [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
      : [" ", ".", ":", "-", "=", "+", "*", "#", "@"]
  }

  /// Shades for a weight, empty first.
  public var shades: [Unicode.Scalar] {
    isUnicode
      ? [" ", "░", "▒", "▓", "█"] : [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"]
  }

  /// Shades for a signed value: the same number of steps on each side, told apart without colour. In ASCII capitals are
  /// plus and small letters minus.
  public var positiveShades: [Unicode.Scalar] {
    isUnicode ? [" ", "░", "▒", "▓", "█"] : [" ", "+", "O", "X", "M"]
  }
  public var negativeShades: [Unicode.Scalar] {
    isUnicode ? [" ", "·", "-", "=", "≡"] : [" ", "-", "o", "x", "m"]
  }

  /// A bar growing right, `columns` long at 1: eighths of a column, or halves in ASCII. No trailing blanks. One below
  /// 0 is hatched, in whole columns.
  public func horizontalBar(_ fraction: Float, columns: Int) -> String {
    if fraction < 0, fraction.isFinite {
      let filled = Int((min(1, -fraction) * Float(columns)).rounded())
      return String(repeating: isUnicode ? "░" : "-", count: filled)
    }
    let bounded = fraction.isFinite ? max(0, min(1, fraction)) : 0
    let steps = isUnicode ? 8 : 2
    let filled = Int((bounded * Float(columns * steps)).rounded())
    var bar = String(repeating: isUnicode ? "█" : "#", count: filled / steps)
    let rest = filled % steps
    if rest > 0 { bar += isUnicode ? String(Self.eighths[rest]) : "-" }
    return bar
  }

  /// A bar growing left, `columns` long at 1: halves of a column, there being no finer glyphs. To be
  /// written so that it ends where it grows from.
  public func leftwardBar(_ fraction: Float, columns: Int) -> String {
    let bounded = fraction.isFinite ? max(0, min(1, fraction)) : 0
    let halves = Int((bounded * Float(columns * 2)).rounded())
    let bar = String(repeating: isUnicode ? "█" : "#", count: halves / 2)
    return halves % 2 == 0 ? bar : (isUnicode ? "▐" : "-") + bar
  }

  /// A column filled from below to `fraction`; visible as soon as there is anything worth seeing.
  /// One below 0 has the shade of such a value.
  public func verticalBar(_ fraction: Float) -> Unicode.Scalar {
    if fraction <= -0.02, fraction.isFinite {
      let last = negativeShades.count - 1
      return negativeShades[max(1, min(last, Int((Float(last) * -fraction).rounded())))]
    }
    guard fraction.isFinite, fraction >= 0.02 else { return verticalLevels[0] }
    return verticalLevels[max(1, min(8, Int((8 * fraction).rounded())))]
  }

  /// The left edge of a cell, up to half of it.
  public func edge(_ fraction: Float) -> Unicode.Scalar {
    guard isUnicode else { return "|" }
    guard fraction.isFinite else { return Self.eighths[1] }
    return Self.eighths[max(1, min(4, Int((4 * fraction).rounded())))]
  }

  private static let eighths: [Unicode.Scalar] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
}
