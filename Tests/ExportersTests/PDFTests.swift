import CResources
import Explorer
import Files
import Foundation
import TerminalUI
import Testing

@testable import Exporters

@Suite struct PDFTests {
  private func document(_ state: ExplorerState, font: FileBytes? = nil) throws -> PDFDocument {
    try PDFDocument(Drawing.figure(of: state, appearance: .light), font: font)
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: Unicode.ASCII.self) }

  @Test(arguments: ViewKind.allCases, FigureStyle.Lettering.allCases)
  func everyObjectIsWhereTheTableSays(_ view: ViewKind, _ lettering: FigureStyle.Lettering) throws {
    for record in [ExportSample.pair, ExportSample.translation, ExportSample.hostile] {
      var state = ExportSample.state(record, view)
      state.display.figure.lettering = lettering
      state.display.figure.caption = .full
      let bytes = try document(state).bytes
      let file = text(bytes)
      #expect(file.hasPrefix("%PDF-1.4\n") && file.hasSuffix("%%EOF\n"))
      let start = try #require(
        file.matches(of: /startxref\n(\d+)\n/).last.flatMap { Int($0.1) })
      #expect(text(Array(bytes[start..<start + 4])) == "xref")
      let places = file.matches(of: #/(\d{10}) 00000 n /#).compactMap { Int($0.1) }
      #expect(places.count > 5)
      for (index, place) in places.enumerated() {
        #expect(text(Array(bytes[place..<place + 12])).hasPrefix("\(index + 1) 0 obj"))
      }
      // Letters are embedded, and can be read as text.
      let name = lettering == .sans ? "DejaVuSans" : "DejaVuSansMono"
      #expect(file.contains("/FontName /BVTUIA+\(name) ") && file.contains("/ToUnicode"))
      #expect(try document(state).bytes == bytes)
    }
  }

  @Test func theNumbersOfThePictureAreThoseOfTheDrawing() throws {
    let state = ExportSample.state(ExportSample.pair)
    let figure = Drawing.figure(of: state, appearance: .light)
    let file = text(try document(state).bytes)
    let box =
      "/MediaBox [0 0 \(SVGDocument.number(figure.width * 0.75)) "
      + "\(SVGDocument.number(figure.height * 0.75))]"
    #expect(file.contains(box))
  }

  @Test func whatNoFontHasIsABoxAndIsTold() throws {
    let tokens = ["猫", "a", "🙂"].map { ExportSample.token($0) }
    let state = ExportSample.state(ExportSample.weights(tokens) { _, _ in 0.3 })
    for format in [ExportFormat.pdf, .png] {
      let file = try ExportedFile(state, as: format)
      #expect(
        file.notes == [
          "2 characters drawn as boxes, such as 猫 🙂: the font lacks them, --font FILE gives another"
        ])
    }
    #expect(try document(state).missing == [0x732B, 0x1F642])
    #expect(try ExportedFile(ExportSample.state(ExportSample.pair), as: .pdf).notes == [])
  }

  @Test func aFurtherFontDrawsThem() throws {
    let tokens = ["✓", "♠"].map { ExportSample.token($0) }
    var state = ExportSample.state(ExportSample.weights(tokens) { _, _ in 0.5 })
    state.display.figure.lettering = .sans
    #expect(try !document(state).missing.isEmpty)
    let font = FileBytes(
      name: "mono",
      static: UnsafeRawBufferPointer(
        start: resource_font_regular.bytes, count: resource_font_regular.size))
    #expect(try document(state, font: font).missing.isEmpty)
  }

  /// A part of a font is a font that FreeType takes, with the widths and outlines of the whole one.
  @Test(arguments: FigureStyle.Lettering.allCases, [false, true])
  func aPartOfAFontIsAFont(_ lettering: FigureStyle.Lettering, _ isBold: Bool) throws {
    let font = FigureFont(lettering, isBold: isBold).tables
    // A letter that is put together from two.
    let glyphs = try ["A", "é", "→"].map { try #require(font.glyph(Unicode.Scalar($0)!.value)) }
    let part = font.subset(Set(glyphs))
    #expect(part.count < 60_000)
    let read = TrueTypeFont(part, name: "part")
    for glyph in glyphs {
      #expect(read.advance(ofGlyph: glyph) == font.advance(ofGlyph: glyph))
    }
    #expect(read.unitsPerEm == 2048 && read.box == font.box)
    let name = Array(part)
    try name.withUnsafeBytes { bytes in
      let copy = FileBytes(name: "part", static: bytes)
      _ = try FontFace(copy, pixelSize: 32)
    }
  }

  @Test func charactersHaveTheirGlyphs() {
    let font = FigureFont.mono(isBold: false)
    #expect(font.tables.glyph(0x41) != nil && font.tables.glyph(0x732B) == nil)
    #expect(abs(font.width(of: "abc") - 3 * 0.602) < 0.001)
    #expect(font.width(of: "猫") == 2 * 0.602)
    let sans = FigureFont.sans(isBold: false)
    #expect(sans.width(of: "iii") < sans.width(of: "mmm") / 3)
    #expect(sans.width(of: "") == 0)
  }

  @Test func aDamagedFontReadsAsNothing() {
    for count in [0, 3, 12, 300, 5000] {
      let bytes = Array(
        UnsafeRawBufferPointer(start: resource_font_sans.bytes, count: count))
      let font = TrueTypeFont(bytes, name: "x")
      #expect(font.glyph(0x41) == nil)
      _ = font.subset([1, 2, 3])
    }
  }
}

@Suite struct FigurePictureTests {
  @Test func thePictureIsTheDrawing() throws {
    let state = ExportSample.state(ExportSample.pair)
    let figure = Drawing.figure(of: state, appearance: .light)
    var painter = try FigurePainter(figure, scale: 2, font: nil)
    let raster = try painter.paint()
    #expect(raster.width == Int((figure.width * 2).rounded(.up)))
    #expect(raster.height == Int((figure.height * 2).rounded(.up)))
    // The square of the first head, near its lower left corner, is in the head's colour.
    let square = try #require(
      figure.shapes.lazy.compactMap { shape in
        if case .rect(let box, let fill, _) = shape { (box, fill) } else { nil }
      }.first)
    let place =
      3
      * (Int((square.0.y + square.0.height - 3) * 2) * raster.width
        + Int((square.0.x + 4) * 2))
    let rgb = raster.bytes[place..<place + 3].reduce(0) { $0 << 8 | UInt32($1) }
    #expect("#" + String(rgb, radix: 16) == square.1)
    #expect(try ExportedFile(state, as: .png).bytes == ExportedFile(state, as: .png).bytes)
  }

  @Test func whatIsTooLargeIsRefused() throws {
    var figure = Figure(.mono)
    figure.width = 50_000
    figure.height = 10
    var painter = try FigurePainter(figure, scale: 1, font: nil)
    #expect(throws: ExportError.tooLarge(width: 50_000, height: 10)) { try painter.paint() }
  }

  /// Without a title the picture is smaller, with a caption larger; both say what was asked for.
  @Test func captionsAreOnRequest() throws {
    var state = ExportSample.state(ExportSample.pair)
    func height(_ caption: FigureStyle.Caption) -> Double {
      state.display.figure.caption = caption
      return Drawing.figure(of: state, appearance: .light).height
    }
    #expect(height(.none) < height(.title) && height(.title) < height(.full))
  }
}
