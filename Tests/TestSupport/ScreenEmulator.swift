import TerminalUI

/// The screen of an xterm-like terminal, as far as ncurses uses one: fed with the bytes a program
/// sends, it tells what a person would see.
public struct ScreenEmulator: Sendable {
  public private(set) var width: Int
  public private(set) var height: Int
  /// Top to bottom; all of the same length.
  public internal(set) var rows: [[Cell]]
  public internal(set) var cursor = (x: 0, y: 0)
  /// The style of what is written next.
  public internal(set) var pen = Style()
  /// DEC private modes that are on: 25 the cursor shows, 1049 the alternate screen, …
  public internal(set) var modes: Set<Int> = [7, 25]
  public internal(set) var isKeypadApplication = false
  /// Contents of the OSC and DCS strings received.
  public internal(set) var strings: [String] = []
  /// What the terminal says when it is asked for its background, `rgb:0000/0000/0000` or the like; nil for one that
  /// does not know the question.
  public var background: String?
  /// What it says when it is asked for its name and version (XTVERSION); nil for one that does not know the question.
  public var version: String?
  /// Whether it knows kitty's graphics protocol, the pictures that it shows by their numbers, and what has come of one.
  public var showsPictures = false
  public internal(set) var pictures: [Int: Picture] = [:]
  /// Whether tmux stands between, and passes on what it is asked to.
  public var isTmux = false
  /// Whether it shows pictures in sixels, and those that have come, until the screen is cleared.
  public var showsSixels = false
  public internal(set) var sixels: [Sixels] = []
  var graphicsKeys: [String: String]?
  var graphicsContents = ""
  /// Whether it answers to what every terminal answers.
  public var answers = true
  /// What it has to say and has not said yet.
  var reply: [UInt8] = []
  /// Sequences that are not understood: a test that sees one cannot trust the screen.
  public internal(set) var unknownSequences: [String] = []

  var parser = Parser.ground
  var wrapsNext = false
  var scrollTop = 0
  var scrollBottom: Int
  /// The main screen while the alternate one is shown.
  var mainScreen: (rows: [[Cell]], cursor: (x: Int, y: Int), pen: Style)?
  var savedCursor: (x: Int, y: Int, pen: Style)?
  var lastCharacter: Unicode.Scalar = " "

  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
    scrollBottom = height - 1
    rows = Array(repeating: Array(repeating: .blank, count: width), count: height)
  }

  /// The characters, row by row, without trailing blanks.
  public var text: String { canvas.text }

  public func line(_ y: Int) -> String {
    var line = rows[y].map(\.text).joined()
    while line.last == " " { line.removeLast() }
    return line
  }

  /// The screen as a picture, to compare with what a program meant to show.
  public var canvas: Canvas {
    var canvas = Canvas(width: width, height: height)
    for (y, row) in rows.enumerated() {
      for (x, cell) in row.enumerated() { canvas[x, y] = cell }
    }
    return canvas
  }

  /// What a program that ended should have put back and did not.
  public var leftovers: [String] {
    var result: [String] = []
    if mainScreen != nil { result.append("alternate screen") }
    if !modes.contains(25) { result.append("hidden cursor") }
    if !modes.isDisjoint(with: [1000, 1002, 1003, 1006]) { result.append("mouse reports") }
    if modes.contains(2004) { result.append("bracketed paste") }
    if !pictures.isEmpty { result.append("pictures") }
    if modes.contains(1) || isKeypadApplication { result.append("application keys") }
    if pen != Style() { result.append("colours or attributes") }
    if scrollTop != 0 || scrollBottom != height - 1 { result.append("scroll region") }
    return result
  }

  /// Cells that are lost are cut at the right and at the bottom.
  public mutating func resize(width: Int, height: Int) {
    func fit(_ rows: [[Cell]]) -> [[Cell]] {
      let blank = Array(repeating: Cell.blank, count: width)
      return (0..<height).map { y in
        y < rows.count ? Array((rows[y] + blank).prefix(width)) : blank
      }
    }
    rows = fit(rows)
    if let main = mainScreen { mainScreen = (fit(main.rows), main.cursor, main.pen) }
    self.width = width
    self.height = height
    scrollTop = 0
    scrollBottom = height - 1
    move(x: cursor.x, y: cursor.y)
  }

  // MARK: Writing

  mutating func write(_ scalar: Unicode.Scalar) {
    let columns = TextWidth.columns(of: scalar)
    if columns == 0 {
      attach(scalar)
      return
    }
    let span = abs(columns)
    if wrapsNext || cursor.x + span > width {
      cursor.x = 0
      lineFeed()
    }
    for x in cursor.x..<cursor.x + span { splitWide(x, cursor.y) }
    rows[cursor.y][cursor.x] = Cell(scalar, pen)
    if span == 2 { rows[cursor.y][cursor.x + 1] = continuation }
    lastCharacter = scalar
    wrapsNext = cursor.x + span >= width
    cursor.x = min(cursor.x + span, width - 1)
  }

  private var continuation: Cell {
    var cell = Cell(" ", pen)
    cell.scalar = 0
    return cell
  }

  private mutating func attach(_ mark: Unicode.Scalar) {
    var x = wrapsNext ? cursor.x : cursor.x - 1
    if x > 0, rows[cursor.y][x].scalar == 0 { x -= 1 }
    guard x >= 0 else { return }
    if let slot = (0..<2).first(where: { rows[cursor.y][x].marks[$0] == 0 }) {
      rows[cursor.y][x].marks[slot] = mark.value
    }
  }

  /// Blanks the other half of a wide character, one of whose halves is about to go.
  private mutating func splitWide(_ x: Int, _ y: Int) {
    if x > 0, rows[y][x].scalar == 0 { rows[y][x - 1] = Cell(" ", rows[y][x - 1].style) }
    if x + 1 < width, rows[y][x + 1].scalar == 0 { rows[y][x + 1] = Cell(" ", rows[y][x].style) }
  }

  // MARK: Moving, erasing, shifting

  mutating func move(x: Int, y: Int) {
    cursor = (max(0, min(x, width - 1)), max(0, min(y, height - 1)))
    wrapsNext = false
  }

  mutating func lineFeed() {
    wrapsNext = false
    if cursor.y == scrollBottom {
      shiftLines(from: scrollTop, by: 1)
    } else {
      cursor.y = min(cursor.y + 1, height - 1)
    }
  }

  mutating func reverseLineFeed() {
    wrapsNext = false
    if cursor.y == scrollTop {
      shiftLines(from: scrollTop, by: -1)
    } else {
      cursor.y = max(cursor.y - 1, 0)
    }
  }

  /// What erasing leaves: the background of the pen.
  private var erased: Cell { Cell(" ", Style(on: pen.background)) }

  mutating func erase(columns: Range<Int>, y: Int) {
    let columns = columns.clamped(to: 0..<width)
    guard let first = columns.first, let last = columns.last else { return }
    splitWide(first, y)
    splitWide(last, y)
    for x in columns { rows[y][x] = erased }
  }

  /// Moves the lines from `top` to the end of the scroll region up by `count`, or down if negative.
  mutating func shiftLines(from top: Int, by count: Int) {
    guard top <= scrollBottom else { return }
    let blank = Array(repeating: erased, count: width)
    let region = Array(rows[top...scrollBottom])
    for y in region.indices {
      let source = y + count
      rows[top + y] = region.indices.contains(source) ? region[source] : blank
    }
  }

  /// Moves the cells from the cursor to the end of the line left by `count`, or right if negative.
  mutating func shiftCells(by count: Int) {
    splitWide(cursor.x, cursor.y)
    wrapsNext = false
    let row = rows[cursor.y]
    for x in cursor.x..<width {
      let source = x + count
      rows[cursor.y][x] = source >= cursor.x && source < width ? row[source] : erased
    }
  }

  // MARK: Modes

  mutating func setMode(_ mode: Int, _ isOn: Bool) {
    if isOn { modes.insert(mode) } else { modes.remove(mode) }
    guard mode == 1049 else { return }
    if isOn, mainScreen == nil {
      mainScreen = (rows, cursor, pen)
      rows = Array(repeating: Array(repeating: .blank, count: width), count: height)
    } else if !isOn, let main = mainScreen {
      mainScreen = nil
      rows = main.rows
      move(x: main.cursor.x, y: main.cursor.y)
      pen = main.pen
    }
  }
}

extension Cell {
  /// The cell as it looks, whichever way it is written: without the ink of a blank, a lower or right half as an upper or
  /// left one with the colours exchanged, and what is of one colour as a blank.
  public var seen: Cell {
    let (foreground, background) = (style.foreground, style.background)
    let isPlain = style.attributes.isEmpty
    switch scalar {
    case 0x20 where style.attributes.isDisjoint(with: [.underline, .reverse]):
      return Cell(" ", Style(.standard, on: background))
    case 0x2580, 0x2584, 0x258C, 0x2590:
      guard isPlain else { return self }
      if foreground == background, foreground != .standard {
        return Cell(" ", Style(.standard, on: foreground))
      }
      let exchanged = Style(background, on: foreground)
      if scalar == 0x2584 { return Cell("\u{2580}", exchanged) }
      return scalar == 0x2590 ? Cell("\u{258C}", exchanged) : self
    case 0x2588 where isPlain && foreground != .standard:
      return Cell(" ", Style(.standard, on: foreground))
    default: return self
    }
  }
}
