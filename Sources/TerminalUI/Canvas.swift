/// One character cell of the screen.
public struct Cell: Hashable, Sendable {
  /// Up to two combining marks, 0 for none: enough for every precomposed letter. First, since they are aligned to 8 bytes.
  public var marks: SIMD2<UInt32>
  /// The base character; 0 in the second cell of a wide one.
  public var scalar: UInt32
  public var style: Style

  public init(_ character: Unicode.Scalar, _ style: Style = Style()) {
    scalar = character.value
    marks = .zero
    self.style = style
  }

  static func continuation(_ style: Style) -> Cell {
    var cell = Cell(" ", style)
    cell.scalar = 0
    return cell
  }

  public static let blank = Cell(" ")

  /// The cell's characters; empty in the second cell of a wide one.
  public var text: String {
    var scalars = String.UnicodeScalarView()
    for value in [scalar, marks[0], marks[1]] where value != 0 {
      if let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
    }
    return String(scalars)
  }
}

/// A rectangle of cells; the origin is the top left corner.
public struct Rect: Hashable, Sendable {
  public var x, y, width, height: Int

  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = max(0, width)
    self.height = max(0, height)
  }

  public var maxX: Int { x + width }
  public var maxY: Int { y + height }
  public var isEmpty: Bool { width == 0 || height == 0 }

  public func contains(x: Int, y: Int) -> Bool {
    x >= self.x && x < maxX && y >= self.y && y < maxY
  }

  public func intersection(_ other: Rect) -> Rect {
    let left = max(x, other.x)
    let top = max(y, other.y)
    return Rect(
      x: left, y: top, width: min(maxX, other.maxX) - left, height: min(maxY, other.maxY) - top)
  }
}

/// A picture of the whole screen: views draw into it, the terminal shows it, tests read it.
///
/// Whatever falls outside is clipped, and every text is made safe for a terminal on the way in.
public struct Canvas: Equatable, Sendable {
  public let width: Int
  public let height: Int
  /// Row by row.
  public private(set) var cells: [Cell]
  /// Lines that are no characters.
  public private(set) var pictures: [LinePicture] = []

  public init(width: Int, height: Int, filledWith cell: Cell = .blank) {
    self.width = max(0, width)
    self.height = max(0, height)
    cells = Array(repeating: cell, count: self.width * self.height)
  }

  public var bounds: Rect { Rect(x: 0, y: 0, width: width, height: height) }

  public subscript(x: Int, y: Int) -> Cell {
    get {
      precondition(bounds.contains(x: x, y: y))
      return cells[y * width + x]
    }
    set {
      if bounds.contains(x: x, y: y) { cells[y * width + x] = newValue }
    }
  }

  /// Paints `area` with blanks.
  public mutating func fill(_ area: Rect, with style: Style) {
    let visible = area.intersection(bounds)
    for y in visible.y..<visible.maxY {
      for x in visible.x..<visible.maxX { cells[y * width + x] = Cell(" ", style) }
    }
  }

  /// Leaves the cells of a picture free for it.
  public mutating func add(_ picture: LinePicture) {
    restyle(picture.area) { $0.adding(.picture) }
    pictures.append(picture)
  }

  /// Copies rows of another canvas to the same rows, its left edge to column `x`.
  public mutating func copy(_ rows: Range<Int>, of other: Canvas, toColumn x: Int) {
    for y in rows {
      for column in 0..<other.width { self[x + column, y] = other[column, y] }
    }
    for var picture in other.pictures {
      picture.area.x += x
      pictures.append(picture)
    }
  }

  /// Changes the look of `area` and leaves its characters.
  public mutating func restyle(_ area: Rect, _ change: (Style) -> Style) {
    let visible = area.intersection(bounds)
    for y in visible.y..<visible.maxY {
      for x in visible.x..<visible.maxX {
        cells[y * width + x].style = change(cells[y * width + x].style)
      }
    }
  }

  /// Writes `text` from column `x`, in at most `limit` columns, and tells how many it took.
  ///
  /// A wide character that would be cut in half is left out. Control characters must not get
  /// here: see `TextWidth.printable`; one that does is replaced.
  @discardableResult
  public mutating func write(
    _ text: String, x: Int, y: Int, style: Style, limit: Int = .max
  ) -> Int {
    guard y >= 0, y < height else { return 0 }
    var column = x
    let end = limit < width - x ? x + limit : width
    for scalar in text.unicodeScalars {
      let columns = TextWidth.columns(of: scalar)
      if columns == 0 {
        attach(scalar, toCellBefore: column, from: x, y: y)
        continue
      }
      guard column + columns <= end else { break }
      self[column, y] = Cell(columns < 0 ? "\u{FFFD}" : scalar, style)
      if columns == 2 { self[column + 1, y] = .continuation(style) }
      column += abs(columns)
    }
    return column - x
  }

  /// Adds a combining mark to the character that ends before `column`.
  private mutating func attach(
    _ mark: Unicode.Scalar, toCellBefore column: Int, from x: Int, y: Int
  ) {
    var target = column - 1
    if target > x, bounds.contains(x: target, y: y), self[target, y].scalar == 0 { target -= 1 }
    guard target >= x, bounds.contains(x: target, y: y) else { return }
    for slot in 0..<2 where self[target, y].marks[slot] == 0 {
      self[target, y].marks[slot] = mark.value
      return
    }
  }

  /// The characters, row by row, without trailing blanks.
  public var text: String {
    (0..<height).map { y in
      var line = ""
      for x in 0..<width { line += self[x, y].text }
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
