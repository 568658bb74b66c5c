import Cpng
import Foundation
import Glibc
import TerminalUI
import TestSupport
import Testing

@testable import Curses

/// Pictures between the text: what is sent, and what a terminal makes of it.
@Suite struct ScreenPictureTests {
  /// A PNG file, as libpng reads it.
  private struct Pixels {
    let width, height: Int
    let bytes: [UInt8]

    init(_ file: [UInt8]) throws {
      var image = png_image()
      image.version = png_uint_32(PNG_IMAGE_VERSION)
      try #require(png_image_begin_read_from_memory(&image, file, file.count) != 0)
      image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA)
      var pixels = [UInt8](repeating: 0, count: Int(image.width * image.height) * 4)
      try #require(png_image_finish_read(&image, nil, &pixels, 0, nil) != 0)
      width = Int(image.width)
      height = Int(image.height)
      bytes = pixels
    }

    /// As `0xRRGGBB`, with what it covers, 0 … 255.
    func color(x: Int, y: Int) -> (color: UInt32, opacity: UInt8) {
      let place = 4 * (y * width + x)
      let color = bytes[place..<place + 3].reduce(0) { $0 << 8 | UInt32($1) }
      return (color, bytes[place + 3])
    }
  }

  private static func line(_ start: Float, _ end: Float, color: UInt32) -> LineCanvas.Line {
    LineCanvas.Line(start: start, end: end, thickness: 2, style: Style(.rgb(color)), rank: 1)
  }

  private static func canvas(
    _ layers: [[LineCanvas.Line]], in area: Rect = Rect(x: 5, y: 3, width: 20, height: 10),
    _ ink: LineInk = .kitty
  ) -> Canvas {
    var canvas = Canvas(width: 80, height: 24)
    canvas.add(LinePicture(ink, area: area, layers: layers))
    return canvas
  }

  private static let terminal = ScreenPictures.Surroundings(
    cell: .init(width: 9, height: 18), page: 0x102030, registers: 256)

  private func screen() -> ScreenEmulator {
    var screen = ScreenEmulator(width: 80, height: 24)
    screen.showsPictures = true
    return screen
  }

  /// Every pixel is that of the raster, whatever number of pieces it came in.
  @Test func pixelsArrive() throws {
    let lines = (0..<40).map { (index: Int) -> LineCanvas.Line in
      let color = UInt32(index) * 0x31337 & 0xFFFFFF
      return Self.line(Float(index % 10), Float(index * 7 % 10), color: color)
    }
    var pictures = ScreenPictures(program: 7)
    var screen = screen()
    screen.feed(pictures.change(to: Self.canvas([lines]), Self.terminal, isCleared: false))
    #expect(screen.unknownSequences == [])
    let picture = try #require(screen.pictures.values.first)
    #expect(screen.pictures.count == 1)
    #expect((picture.x, picture.y, picture.columns, picture.rows) == (5, 3, 20, 10))
    #expect(picture.height == 1)
    #expect(screen.cursor == (0, 0))
    let pixels = try Pixels(picture.file)
    let raster = LineRaster(lines, rows: 10, width: 180, height: 180)
    #expect((pixels.width, pixels.height) == (180, 180))
    for y in 0..<180 {
      for x in 0..<180 {
        let seen = pixels.color(x: x, y: y)
        let drawn = raster.color(x: x, y: y)
        if let drawn, seen == (drawn.color, UInt8(255 * drawn.share / 4)) { continue }
        if drawn == nil, seen.opacity == 0 { continue }
        Issue.record("\(x), \(y): \(seen) is not \(String(describing: drawn))")
        return
      }
    }
  }

  /// Nothing is sent for what stays; what changes comes before what it replaces goes, and by itself.
  @Test func onlyChangesAreSent() throws {
    let (back, front) = ([Self.line(0, 9, color: 1)], [Self.line(9, 0, color: 2)])
    var pictures = ScreenPictures(program: 7)
    var screen = screen()
    func change(_ layers: [[LineCanvas.Line]], isCleared: Bool = false) -> [UInt8] {
      let bytes = pictures.change(
        to: Self.canvas(layers), Self.terminal, isCleared: isCleared)
      screen.feed(bytes)
      return bytes
    }
    let first = change([back, front])
    #expect(screen.pictures.values.map(\.height).sorted() == [1, 2])
    #expect(change([back, front]) == [])
    let numbers = Set(screen.pictures.keys)
    let second = change([back, [Self.line(8, 0, color: 2)]])
    #expect(second.count < first.count)
    #expect(numbers.intersection(screen.pictures.keys).count == 1)
    #expect(screen.pictures.count == 2)
    // Whatever the terminal did with them when the screen was cleared.
    screen.feed("\u{1B}[2J".utf8)
    #expect(!change([back, front], isCleared: true).isEmpty)
    #expect(screen.pictures.count == 2)
    #expect(!change([]).isEmpty)
    #expect(screen.pictures.isEmpty && pictures.isEmpty)
    #expect(screen.unknownSequences == [])
  }

  /// Where a box or a text covers the lines, there are none.
  @Test func coveredCells() throws {
    var canvas = Self.canvas([(0..<10).map { Self.line(Float($0), Float($0), color: 3) }])
    canvas.fill(Rect(x: 6, y: 4, width: 3, height: 2), with: Style())
    canvas.write("x", x: 24, y: 12, style: Style())
    var pictures = ScreenPictures(program: 7)
    var screen = screen()
    screen.feed(pictures.change(to: canvas, Self.terminal, isCleared: false))
    let pixels = try Pixels(#require(screen.pictures.values.first).file)
    for y in 0..<180 {
      for x in 0..<180 {
        let (column, row) = (5 + x / 9, 3 + y / 18)
        let isCovered = (6..<9) ~= column && (4..<6) ~= row || (column, row) == (24, 12)
        if isCovered { #expect(pixels.color(x: x, y: y).opacity == 0, "\(x) \(y)") }
      }
    }
    #expect(pixels.color(x: 45, y: 18).opacity > 0)
    canvas.fill(canvas.bounds, with: Style())
    screen.feed(pictures.change(to: canvas, Self.terminal, isCleared: false))
    #expect(screen.pictures.isEmpty)
  }

  /// A cell of many pixels is drawn in fewer, one of unknown size in 8 × 16.
  @Test(arguments: [((0, 0), (8, 16)), ((10, 21), (10, 21)), ((18, 36), (9, 18)), ((4, 6), (4, 6))])
  func resolution(cell: (Int, Int), drawn: (Int, Int)) throws {
    var pictures = ScreenPictures(program: 7)
    var screen = screen()
    screen.feed(
      pictures.change(
        to: Self.canvas([[Self.line(0, 1, color: 1)]]),
        .init(cell: .init(width: cell.0, height: cell.1)), isCleared: false))
    let pixels = try Pixels(#require(screen.pictures.values.first).file)
    #expect((pixels.width, pixels.height) == (20 * drawn.0, 10 * drawn.1))
  }

  // MARK: In a terminal

  private func probe(
    _ options: String..., version: String? = nil, showsPictures: Bool = true,
    showsSixels: Bool = false,
    cell: (Int, Int) = (0, 0), background: String? = nil, environment: [String: String] = [:],
    answers: Bool = true
  ) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      Products.path(of: "terminal-probe"), ["--scene", "lines"] + options, width: 120,
      environment: environment, background: background, version: version,
      showsPictures: showsPictures,
      showsSixels: showsSixels, cell: cell, answers: answers)
    try terminal.wait(for: "120x24")
    try terminal.settle()
    return terminal
  }

  private func hasBraille(_ terminal: PseudoTerminal) -> Bool {
    terminal.screen.text.unicodeScalars.contains { (0x2801...0x28FF) ~= $0.value }
  }

  @Test func aTerminalThatShowsPictures() throws {
    let terminal = try probe()
    #expect(terminal.screen.pictures.count == 2)
    #expect(!hasBraille(terminal))
    terminal.type("a")
    try terminal.settle()
    #expect(terminal.screen.pictures.count == 2)
    for key in ["C-l", "b", "a", "x"] {
      terminal.type(key)
      try terminal.settle()
      #expect(terminal.screen.pictures.count == (key == "x" ? 0 : 2), "\(key)")
    }
    terminal.type("a")
    terminal.resize(width: 100, height: 30)
    try terminal.wait(for: "100x30")
    try terminal.settle()
    #expect(terminal.screen.pictures.count == 2)
    #expect(terminal.screen.unknownSequences == [])
    terminal.type("q")
    #expect(try terminal.waitForEnd() == 0)
    #expect(terminal.leftovers == [])
  }

  /// Asked, never assumed.
  @Test func terminalsThatDoNot() throws {
    for terminal in [
      try probe(showsPictures: false), try probe(answers: false),
      try probe(showsPictures: false, environment: ["TMUX": "1"]),
      try probe(environment: ["STY": "1"]), try probe(environment: ["TMUX": "1", "STY": "1"]),
      // Sixels want to know the page's colour, and how large a cell is.
      try probe("--ink", "sixel", showsPictures: false, showsSixels: true, cell: (9, 18)),
      try probe("--ink", "sixel", showsPictures: false, showsSixels: true, background: "#000000"),
      try probe(environment: ["NO_COLOR": "1"]), try probe(environment: ["TERM": "xterm"]),
    ] {
      #expect(hasBraille(terminal))
      #expect(!String(decoding: terminal.received, as: UTF8.self).contains("a=T"))
    }
  }

  @Test func aLateAnswer() throws {
    let terminal = try probe(showsPictures: false)
    terminal.send(Array("\u{1B}_Gi=31;OK\u{1B}\\".utf8))
    try terminal.wait(for: "no braille") { _ in !hasBraille(terminal) }
    try terminal.settle()
    #expect(String(decoding: terminal.received, as: UTF8.self).contains("a=T"))
  }

  /// On every way out they are gone, and while the program is stopped.
  @Test(arguments: [SIGTERM, SIGINT, SIGUSR1, SIGQUIT, SIGSEGV])
  func endings(signal: Int32) throws {
    let terminal = try probe()
    terminal.signal(signal)
    _ = try terminal.waitForEnd()
    #expect(terminal.leftovers == [])
  }

  @Test func stopping() throws {
    let probe = Products.path(of: "terminal-probe")
    let terminal = try PseudoTerminal(
      "bash", ["-mc", "'\(probe)' --scene lines; echo stopped; read line; fg"], width: 120,
      showsPictures: true)
    try terminal.wait(for: "120x24")
    try terminal.wait(for: "pictures") { $0.pictures.count == 2 }
    terminal.type("C-z")
    try terminal.wait(for: "stopped")
    #expect(terminal.screen.pictures.isEmpty)
    terminal.type("Enter")
    try terminal.wait(for: "pictures") { $0.pictures.count == 2 }
    terminal.type("q")
    #expect(try terminal.waitForEnd() == 0)
    #expect(terminal.leftovers == [])
  }

  // MARK: Behind tmux

  /// tmux passes pictures on, and moves the cells that stand for them: each is named by its row and column. They stay when
  /// the picture changes.
  @Test func behindTmux() throws {
    // Unasked, there are none: the session may be attached to another terminal next.
    #expect(hasBraille(try probe(version: "kitty(0.28.0)", environment: ["TMUX": "1"])))
    let terminal = try probe(
      "--ink", "kitty", version: "kitty(0.28.0)", environment: ["TMUX": "1"])
    try terminal.wait(for: "a picture") { !$0.pictures.isEmpty }
    try terminal.settle()
    let (number, picture) = try #require(terminal.screen.pictures.first)
    #expect(terminal.screen.pictures.count == 1)
    #expect(picture.isInCells && picture.columns == 20 && picture.rows == 10)
    let cells = terminal.screen.rows[4..<14].map { $0[10..<30] }
    for (y, row) in cells.enumerated() {
      for (x, cell) in row.enumerated() {
        #expect(cell.scalar == 0x10EEEE)
        #expect(cell.style.foreground == .indexed(UInt8(number)))
        #expect(cell.marks == [Self.marks[y], Self.marks[x]])
      }
    }
    #expect(terminal.screen.rows[14][10] == .blank)
    let count = terminal.received.count
    terminal.type("a")
    try terminal.wait(for: "another picture") { $0.pictures[number] != picture }
    try terminal.settle()
    #expect(terminal.screen.rows[4..<14].map { $0[10..<30] } == cells)
    #expect(!String(decoding: terminal.received[count...], as: UTF8.self).contains("\u{10EEEE}"))
    terminal.type("q")
    #expect(try terminal.waitForEnd() == 0)
    #expect(terminal.leftovers == [])
  }

  /// What shows pictures and has no cells for them gets none, and is not asked for them: it might show the question.
  @Test(arguments: ["kitty(0.26.5)", "WezTerm 20240203-110809-5046fc22", "tmux 3.5a", nil])
  func noCellsBehindTmux(version: String?) throws {
    let terminal = try probe("--ink", "kitty", version: version, environment: ["TMUX": "1"])
    #expect(hasBraille(terminal))
    let text = String(decoding: terminal.received, as: UTF8.self)
    #expect(text.contains("\u{1B}Ptmux;\u{1B}\u{1B}[>0q\u{1B}\\"))
    #expect(!text.contains("_G"))
  }

  /// tmux loses what it is to pass on while it draws: it is asked again, now and then, until there is an answer.
  @Test func lostQuestions() throws {
    let start = ContinuousClock.now
    let version = Multiplexer.throughTmux(Array("\u{1B}[>0q".utf8))
    var outer = OuterTerminal()
    #expect(outer.question(at: start) == version)
    #expect(outer.question(at: start + .milliseconds(900)) == nil)
    #expect(outer.question(at: start + .seconds(1)) == version)
    outer.take(version: "kitty(0.28.0)")
    let pictures = Multiplexer.throughTmux(KittyGraphics.question)
    #expect(outer.question(at: start + .seconds(1)) == pictures)
    #expect(outer.question(at: start + .seconds(2)) == pictures)
    #expect(outer.question(at: start + .seconds(3)) == pictures)
    #expect(outer.question(at: start + .seconds(4)) == nil)
    outer.resize()
    #expect(outer.question(at: start + .seconds(5)) == pictures)
    outer.takeAgreement()
    #expect(outer.question(at: start + .seconds(9)) == nil)
  }

  /// The first of kitty's marks for rows and columns, as its table has them.
  private static let marks: [UInt32] = [
    0x305, 0x30D, 0x30E, 0x310, 0x312, 0x33D, 0x33E, 0x33F, 0x346, 0x34A, 0x34B, 0x34C, 0x350,
    0x351, 0x352, 0x357, 0x35B, 0x363, 0x364, 0x365,
  ]

  // MARK: Sixels

  /// The colours of pixels, by VT340's rules: nil where nothing was drawn.
  private static func pixels(ofSixels text: String) throws -> (width: Int, rows: [[UInt32?]]) {
    var rest = Array(text.utf8)[...].drop { $0 != UInt8(ascii: "\"") }.dropFirst()
    func numbers() -> [Int] {
      let digits = rest.prefix { (0x30...0x39).contains($0) || $0 == 0x3B }
      rest = rest.dropFirst(digits.count)
      return String(decoding: digits, as: UTF8.self).split(separator: ";").compactMap { Int($0) }
    }
    let sizes = numbers()
    let (width, height) = (sizes[2], sizes[3])
    var rows = [[UInt32?]](repeating: Array(repeating: nil, count: width), count: height)
    var colors: [Int: UInt32] = [:]
    var (x, top, color) = (0, 0, 0)
    while let byte = rest.popFirst() {
      var (count, sixel) = (1, byte)
      switch byte {
      case UInt8(ascii: "#"):
        let parts = numbers()
        color = parts[0]
        if parts.count == 5 {
          try #require(parts[1] == 2)
          colors[color] = parts[2...].reduce(0) { $0 << 8 | UInt32(($1 * 255 + 50) / 100) }
        }
        continue
      case UInt8(ascii: "$"):
        x = 0
        continue
      case UInt8(ascii: "-"):
        (x, top) = (0, top + 6)
        continue
      case UInt8(ascii: "!"):
        count = numbers()[0]
        sixel = rest.popFirst() ?? 0
      default: break
      }
      try #require((63...126).contains(sixel))
      for _ in 0..<count {
        for bit in 0..<6 where (sixel - 63) >> UInt8(bit) & 1 == 1 {
          try #require(rows[top + bit][x] == nil, "drawn twice")
          rows[top + bit][x] = colors[color]
        }
        x += 1
      }
    }
    return (width, rows)
  }

  private static func isNear(_ one: UInt32, _ other: UInt32) -> Bool {
    [16, 8, 0].allSatisfy { abs(Int(one >> $0 & 255) - Int(other >> $0 & 255)) <= 3 }
  }

  /// Each pixel has a line's colour, the page's, or one between, as much of it as is covered.
  @Test(arguments: [256, 16])
  func sixelsArrive(registers: Int) throws {
    let lines = [
      Self.line(0, 9, color: 0xFF0000), Self.line(9, 0, color: 0x00FF00),
      Self.line(5, 5, color: 0xFFFFFF),
    ]
    var terminal = Self.terminal
    terminal.registers = registers
    var canvas = Self.canvas([[lines[0]], Array(lines[1...])], .sixel)
    canvas.write("xy", x: 6, y: 4, style: Style())
    var pictures = ScreenPictures(program: 7)
    var screen = screen()
    screen.showsSixels = true
    screen.feed(pictures.change(to: canvas, terminal, isCleared: false))
    #expect(pictures.change(to: canvas, terminal, isCleared: false) == [])
    let sixels = try #require(screen.sixels.first)
    #expect((sixels.x, sixels.y, screen.sixels.count) == (5, 3, 1))
    #expect(screen.cursor == (0, 0))
    let (width, rows) = try Self.pixels(ofSixels: sixels.text)
    let raster = LineRaster(lines, rows: 10, width: 180, height: 180, codes: registers - 1)
    #expect((width, rows.count) == (180, 180))
    #expect(Set(rows.joined()).count <= registers + 1)
    for y in 0..<180 {
      for x in 0..<180 {
        if (9..<27) ~= x && (18..<36) ~= y {
          #expect(rows[y][x] == nil)
          continue
        }
        let seen = try #require(rows[y][x])
        guard let (color, share) = raster.color(x: x, y: y) else {
          #expect(Self.isNear(seen, 0x102030))
          continue
        }
        let mixed = [16, 8, 0].reduce(UInt32(0)) { mixed, shift in
          let (page, line) = (Int(0x102030 >> shift & 255), Int(color >> shift & 255))
          return mixed << 8 | UInt32(page + (line - page) * share / raster.shares)
        }
        #expect(Self.isNear(seen, mixed))
      }
    }
  }

  /// A picture in sixels goes when its cells are written, also with blanks.
  @Test func sixelsInATerminal() throws {
    let options = (cell: (9, 18), background: "#000000")
    // Unasked, there are none: they take too many bytes.
    let unasked = try probe(
      showsPictures: false, showsSixels: true, cell: options.cell, background: options.background)
    #expect(hasBraille(unasked))
    let terminal = try probe(
      "--ink", "sixel", showsPictures: false, showsSixels: true, cell: options.cell,
      background: options.background)
    #expect(terminal.screen.sixels.count == 1)
    #expect(!hasBraille(terminal))
    let count = terminal.received.count
    terminal.type("x")
    try terminal.settle()
    let text = String(decoding: terminal.received[count...], as: UTF8.self)
    #expect(
      text.components(separatedBy: String(repeating: " ", count: 20)).count > 10
        || text.components(separatedBy: "b").count > 10)
    terminal.type("a", "C-l")
    try terminal.settle()
    #expect(terminal.screen.sixels.count == 1)
    #expect(terminal.screen.unknownSequences == [])
    terminal.type("q")
    #expect(try terminal.waitForEnd() == 0)
    #expect(terminal.leftovers == [])
  }
}
