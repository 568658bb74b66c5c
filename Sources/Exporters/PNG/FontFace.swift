import CResources
import Cfreetype
import Explorer
import Files

/// A font at one size, which draws characters as shades.
final class FontFace {
  /// The coverage of each pixel by a character.
  struct Glyph {
    let width: Int
    let height: Int
    /// From the pen's place to the left edge, and from the base line up to the upper edge.
    let left: Int
    let top: Int
    /// The pen's advance.
    let advance: Int
    /// `[height, width]`, 255 for all of a pixel.
    let coverage: [UInt8]
  }

  private var library: FT_Library?
  private var face: FT_Face?
  private let bytes: FileBytes
  let pixelSize: Int
  /// Nil for what the font does not have.
  private var glyphs: [UInt32: Glyph?] = [:]
  var outlines: [UInt32: Outline?] = [:]

  /// - Parameter pixelSize: The height of the font's square, in pixels.
  init(_ bytes: FileBytes, pixelSize: Int) throws(ExportError) {
    self.bytes = bytes
    self.pixelSize = pixelSize
    var status = FT_Init_FreeType(&library)
    if status == 0 {
      status = FT_New_Memory_Face(
        library, bytes.bytes.bindMemory(to: UInt8.self).baseAddress, bytes.bytes.count, 0, &face)
    }
    guard status == 0 else {
      throw .unusableFont(
        path: bytes.path, reason: "it is neither TrueType nor OpenType, or it is broken")
    }
    status = FT_Set_Pixel_Sizes(face, 0, FT_UInt(pixelSize))
    guard status == 0 else {
      throw .unusableFont(path: bytes.path, reason: "it has no outlines")
    }
  }

  deinit {
    FT_Done_Face(face)
    FT_Done_FreeType(library)
  }

  /// DejaVu Sans Mono or DejaVu Sans, which are part of the program.
  static func builtIn(
    isBold: Bool, pixelSize: Int, _ lettering: FigureStyle.Lettering = .mono
  ) throws(ExportError) -> FontFace {
    let font =
      switch lettering {
      case .mono: isBold ? resource_font_bold : resource_font_regular
      case .sans: isBold ? resource_font_sans_bold : resource_font_sans
      }
    return try FontFace(
      FileBytes(
        name: "the built-in font",
        static: UnsafeRawBufferPointer(start: font.bytes, count: font.size)),
      pixelSize: pixelSize)
  }

  /// The picture of a character; nil where the font has none.
  func glyph(_ scalar: UInt32) -> Glyph? {
    if let known = glyphs[scalar] { return known }
    let glyph = draw(scalar)
    glyphs[scalar] = .some(glyph)
    return glyph
  }

  /// The character in FreeType's slot; nil where the font has none that is of a size to be drawn.
  func load(_ scalar: UInt32, flags: Int32) -> FT_GlyphSlot? {
    let index = FT_Get_Char_Index(face, FT_ULong(scalar))
    guard index != 0, FT_Load_Glyph(face, index, flags) == 0, let slot = face?.pointee.glyph
    else { return nil }
    // A broken font may ask for a picture of any size, before there is a picture. 64 units are a pixel.
    let metrics = slot.pointee.metrics
    let limit = 64 * 4 * pixelSize
    guard (0...limit).contains(metrics.width), (0...limit).contains(metrics.height) else {
      return nil
    }
    return slot
  }

  private func draw(_ scalar: UInt32) -> Glyph? {
    // Hinting of heights only (FT_LOAD_TARGET_LIGHT, whose macro cannot be imported) keeps widths even.
    guard let slot = load(scalar, flags: 1 << 16),
      FT_Render_Glyph(slot, FT_RENDER_MODE_NORMAL) == 0
    else { return nil }
    let bitmap = slot.pointee.bitmap
    guard bitmap.pixel_mode == UInt8(FT_PIXEL_MODE_GRAY.rawValue), bitmap.pitch >= 0 else {
      return nil
    }
    let (width, height) = (Int(bitmap.width), Int(bitmap.rows))
    var coverage: [UInt8] = []
    coverage.reserveCapacity(width * height)
    for row in 0..<height {
      let start = bitmap.buffer + row * Int(bitmap.pitch)
      coverage += UnsafeBufferPointer(start: start, count: width)
    }
    return Glyph(
      width: width, height: height, left: Int(slot.pointee.bitmap_left),
      top: Int(slot.pointee.bitmap_top), advance: Int(slot.pointee.advance.x >> 6),
      coverage: coverage)
  }
}
