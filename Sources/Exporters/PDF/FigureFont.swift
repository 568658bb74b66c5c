import CResources
import Explorer
import TerminalUI

/// A font that figures are lettered with, and how it sets a text.
struct FigureFont: Sendable {
  let tables: TrueTypeFont
  /// Every character has a whole number of these widths; nil where each has its own.
  private let columnWidth: Double?

  private static let monoRegular = FigureFont(
    resource_font_regular, "DejaVuSansMono", columnWidth: Figure.monoWidth)
  private static let monoBold = FigureFont(
    resource_font_bold, "DejaVuSansMono-Bold", columnWidth: Figure.monoWidth)
  private static let sansRegular = FigureFont(resource_font_sans, "DejaVuSans", columnWidth: nil)
  private static let sansBold = FigureFont(
    resource_font_sans_bold, "DejaVuSans-Bold", columnWidth: nil)

  static func mono(isBold: Bool) -> FigureFont { isBold ? monoBold : monoRegular }
  static func sans(isBold: Bool) -> FigureFont { isBold ? sansBold : sansRegular }

  init(_ lettering: FigureStyle.Lettering, isBold: Bool) {
    self = lettering == .sans ? Self.sans(isBold: isBold) : Self.mono(isBold: isBold)
  }

  private init(_ font: resource, _ name: String, columnWidth: Double?) {
    tables = TrueTypeFont(
      Array(UnsafeRawBufferPointer(start: font.bytes, count: font.size)), name: name)
    self.columnWidth = columnWidth
  }

  /// A character of a text, at its place.
  struct Placed {
    let scalar: UInt32
    /// Nil where the font has none.
    let glyph: Int?
    /// From the start of the text, and its width, both at size 1.
    let x: Double
    let width: Double
  }

  func place(_ text: String) -> [Placed] {
    var x = 0.0
    var placed: [Placed] = []
    for scalar in TextWidth.printable(text).unicodeScalars {
      let glyph = tables.glyph(scalar.value)
      let columns = abs(TextWidth.columns(of: scalar))
      let own = glyph.map { Double(tables.advance(ofGlyph: $0)) / Double(tables.unitsPerEm) }
      let width =
        columns == 0 ? 0 : columnWidth.map { $0 * Double(columns) } ?? own ?? 0.6 * Double(columns)
      // A mark stands over the letter before it.
      let back = columns == 0 ? (own ?? 0) == 0 ? 0 : placed.last?.width ?? 0 : 0
      placed.append(Placed(scalar: scalar.value, glyph: glyph, x: x - back, width: width))
      x += width
    }
    return placed
  }

  /// At size 1.
  func width(of text: String) -> Double { place(text).last.map { $0.x + $0.width } ?? 0 }
}
