import TerminalUI

/// What the probe draws; the tests compare the screen with the same picture.
enum Scene: String {
  case events, colors, wide, drift, heat, pairs, lines

  func picture(
    width: Int, height: Int, title: String = "", events: [Event] = [], ink: LineInk = .braille
  ) -> Canvas {
    var canvas = Canvas(width: width, height: height)
    switch self {
    case .events: Self.list([title] + events.suffix(height - 1).map { "\($0)" }, in: &canvas)
    case .colors: Self.colors(in: &canvas)
    case .wide: Self.list(Self.texts, in: &canvas)
    case .drift: Self.drift(in: &canvas)
    case .heat: Self.heat(cursor: events.count, in: &canvas)
    case .pairs: Self.pairs(frame: events.count, in: &canvas)
    case .lines: Self.lines(title, events, ink, in: &canvas)
    }
    return canvas
  }

  private static func list(_ lines: [String], in canvas: inout Canvas) {
    for (y, line) in lines.enumerated() { canvas.write(line, x: 0, y: y, style: Style()) }
  }

  /// Texts on which terminals and libraries like to disagree, each with a mark behind it.
  private static let texts = [
    "plain|", "猫は座る|", "한국어|", "e\u{301}te\u{301}|", "a\u{302}\u{323}|", "😀😀|", "⣿⡇▀▁│─┼|",
    "עברית|", "ไทย|", "ﬁ½·|", "→⏎…|",
  ]

  /// One character of each block of 64, four to a row, with a fence behind each.
  private static func drift(in canvas: inout Canvas) {
    let scalars = stride(from: 0xA0, to: 0x20000, by: 67).compactMap { Unicode.Scalar($0) }
    let perRow = canvas.width / 4
    for (index, scalar) in scalars.prefix(perRow * canvas.height).enumerated() {
      let (x, y) = (index % perRow * 4, index / perRow)
      canvas.write(String(scalar), x: x, y: y, style: Style())
      canvas.write("|", x: x + 3, y: y, style: Style())
    }
  }

  private static func colors(in canvas: inout Canvas) {
    for index in 0..<256 {
      let style = Style(.indexed(UInt8(255 - index)), on: .indexed(UInt8(index)))
      canvas.write("#", x: index % 64, y: index / 64, style: style)
    }
    for index in 0..<64 {
      // Not the darkest blues: on the screen they have a touch of green.
      let level = UInt32(index * 4 + 1)
      canvas.write(
        "#", x: index, y: 4, style: Style(.rgb(level << 16 | 0x80), on: .rgb(level << 8 | 0xFF)))
      canvas.write("#", x: index, y: 5, style: Style(on: .rgb(level | 0x100)))
    }
    canvas.write("bold", x: 0, y: 6, style: Style(.standard, on: .standard, .bold))
    canvas.write("underline", x: 5, y: 6, style: Style(.indexed(2), on: .standard, .underline))
    canvas.write("reverse", x: 15, y: 6, style: Style(.standard, on: .indexed(4), .reverse))
    canvas.write("faint", x: 23, y: 6, style: Style(.standard, on: .standard, .faint))
    canvas.write("italic", x: 29, y: 6, style: Style(.standard, on: .standard, .italic))
  }

  /// A heat map that fills the screen, with a cursor that takes one step per event.
  private static func heat(cursor: Int, in canvas: inout Canvas) {
    for y in 0..<canvas.height {
      for x in 0..<canvas.width {
        let (top, bottom) = (16 + (x + 2 * y) % 216, 16 + (x + 2 * y + 1) % 216)
        canvas[x, y] = Cell("▀", Style(.indexed(UInt8(top)), on: .indexed(UInt8(bottom))))
      }
    }
    let place = Rect(x: 10 + cursor % (canvas.width - 20), y: 5, width: 4, height: 1)
    canvas.restyle(place) { $0.adding(.reverse) }
  }

  /// Frames of different pairs of colours that share none.
  private static func pairs(frame: Int, in canvas: inout Canvas) {
    for index in 0..<canvas.width * (canvas.height - 1) {
      let background = UInt8(truncatingIfNeeded: 10 * frame + index / 256)
      let style = Style(.indexed(UInt8(index % 256)), on: .indexed(background))
      canvas.write("#", x: index % canvas.width, y: 1 + index / canvas.width, style: style)
    }
    canvas.write("frame \(frame)", x: 0, y: 0, style: Style())
  }

  /// Lines that stay and one that follows the events; the key `x` alone shows none, and `b` a box over them.
  private static func lines(
    _ title: String, _ events: [Event], _ ink: LineInk, in canvas: inout Canvas
  ) {
    list([title], in: &canvas)
    if events.last == .key(.character("x")) { return }
    var glyphs = Glyphs.unicode
    glyphs.lineInk = ink
    var lines = LineCanvas(width: 20, height: 10, glyphs: glyphs)
    lines.draw(
      (0..<8).map {
        LineCanvas.Line(
          start: Float($0) + 0.5, end: 8.5 - Float($0), thickness: 1, style: Style(.rgb(0x808080)),
          rank: Float($0))
      })
    lines.draw([
      LineCanvas.Line(
        start: Float(events.count % 8) + 0.5, end: 4.5, thickness: 3, style: Style(.indexed(196)),
        rank: 20)
    ])
    lines.paint(on: &canvas, x: 10, y: 4)
    if events.last == .key(.character("b")) {
      canvas.fill(Rect(x: 8, y: 6, width: 6, height: 2), with: Style(on: .indexed(4)))
    }
  }
}
