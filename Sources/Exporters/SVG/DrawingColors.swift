import Explorer
import Glibc
import TerminalUI

/// The colours of a drawing, as `#rrggbb`: the theme's; in mono, the greys of the light theme's lightness.
struct DrawingColors {
  private let theme: Theme
  private let isMono: Bool

  /// - Parameter showsSigns: Whether heat maps tell gains from losses.
  init(_ appearance: Theme.Appearance, showsSigns: Bool = false) {
    isMono = appearance == .mono
    var theme = Theme(isMono ? .light : appearance, depth: .truecolor, glyphs: .unicode)
    theme.showsSigns = showsSigns
    self.theme = theme
  }

  var page: String { hex(theme.style().background, else: 0x000000) }
  /// The empty part of a bar.
  var track: String { hex(theme.style(.text, on: .emptyBar).background) }
  /// The text on `selection`.
  var selectionText: String { hex(theme.style(.text, on: .selection).foreground) }
  var selection: String { hex(theme.style(.text, on: .selection).background) }

  func ink(_ ink: Theme.Ink) -> String { hex(theme.style(ink).foreground) }

  /// Of a line or bar: the head's colour, or, of signed quantities, that of gains or of losses.
  func line(_ strength: AttentionSlice.Strength, level: Int = 4) -> String {
    theme.showsSigns ? signedInk(strength.weight) : head(strength.head, level: level)
  }

  func head(_ head: Int, level: Int = 4) -> String { hex(theme.headColor(head, level: level)) }
  /// A number on a square of a head's colour.
  var headText: String { hex(theme.headSquare(0, isOn: true).foreground) }
  var squareOff: String { hex(theme.headSquare(0, isOn: false).background) }

  func sentence(_ segment: Int) -> String { hex(theme.sentenceGutter(segment).foreground) }
  func otherLine(level: Int) -> String { hex(theme.otherLine(level: level).foreground) }
  func heat(_ weight: Float) -> String { hex(theme.heatColor(weight)) }
  func signed(level: Int) -> String { hex(theme.signedCell(level: level).style.background) }
  func signedInk(_ value: Float) -> String { hex(theme.signedInk(value).foreground) }
  func family(_ family: Int, score: Float) -> (fill: String, ink: String) {
    let style = theme.family(family, score: score)
    return (hex(style.background), hex(style.foreground))
  }

  /// Without hues, the sign of a value has to be seen otherwise.
  var tellsSignsByShape: Bool { isMono }

  /// Whether the number of a weight is to be dark on its heat colour.
  func heatText(_ weight: Float) -> String {
    hex(theme.heatNumber(HeatPixel(weight), isFaint: false).foreground)
  }

  private func hex(_ color: Color, else standard: UInt32 = 0xd0d0d0) -> String {
    var rgb = color.rgb ?? standard
    if isMono { rgb = Self.grey(rgb) }
    let digits = String(rgb, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// The grey of the same luminance (WCAG 2).
  private static func grey(_ rgb: UInt32) -> UInt32 {
    func linear(_ shift: UInt32) -> Float {
      let value = Float(rgb >> shift & 255) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    let luminance = 0.2126 * linear(16) + 0.7152 * linear(8) + 0.0722 * linear(0)
    let value = luminance <= 0.0031308 ? luminance * 12.92 : 1.055 * pow(luminance, 1 / 2.4) - 0.055
    return UInt32((value * 255).rounded()) * 0x010101
  }
}
