import TerminalUI

/// The pictures that a terminal shows, and what makes it show others.
struct ScreenPictures {
  /// What a terminal has told, and what stands before it.
  struct Surroundings: Equatable {
    /// Pixels of a cell; 0 where that is not known.
    var cell = Size(width: 0, height: 0)
    /// The terminal's own background, as `0xRRGGBB`.
    var page: UInt32?
    /// The colours of a picture in sixels; as many as the first terminals with them had, where nothing is said.
    var registers = 16
    var isBehindTmux = false
  }

  struct Size: Equatable {
    var width: Int
    var height: Int
  }

  /// What decides how a picture, or a layer of one, looks.
  private struct Layer: Equatable {
    var ink: LineInk
    var area: Rect
    var lines: [LineCanvas.Line]
    /// Cells that show something else, by their places in the area.
    var hidden: Set<Int>
    /// The higher, the nearer.
    var height: Int
    /// Pixels of a cell, what is behind it, and the number of different ones with lines.
    var cell: Size
    var page: UInt32
    var codes: Int
  }

  private var shown: [(layer: Layer, number: UInt32)] = []
  /// A terminal has its pictures by number, those of other programs among them.
  private let program: UInt32
  private var count: UInt32 = 0

  /// - Parameter program: A number that other programs in the terminal do not have.
  init(program: UInt32) { self.program = program }

  var isEmpty: Bool { shown.isEmpty }

  /// Whether those of `canvas` are of another kind than some that only new cells take away.
  func areInTheWay(of canvas: Canvas) -> Bool {
    shown.contains { $0.layer.ink == .sixel } && canvas.pictures.contains { $0.ink != .sixel }
  }

  /// The bytes that take all pictures away, also where one was on its way.
  func removal(_ surroundings: Surroundings) -> [UInt8] {
    guard shown.contains(where: { $0.layer.ink == .kitty }) else { return [] }
    let end = Array("\u{1B}\\".utf8)
    guard surroundings.isBehindTmux else { return end + KittyGraphics.removeAll }
    // A screen's pictures are not those of a pane.
    return end + shown.flatMap { Multiplexer.throughTmux(KittyGraphics.remove($0.number)) }
  }

  /// The bytes that bring a terminal from the pictures that it shows to those of `canvas`: what stays is not sent.
  ///
  /// - Parameter isCleared: Whether the screen has been cleared since, which takes away the pictures of most terminals.
  mutating func change(
    to canvas: Canvas, _ surroundings: Surroundings, isCleared: Bool
  ) -> [UInt8] {
    let isBehindTmux = surroundings.isBehindTmux
    var bytes: [UInt8] = []
    let old = shown
    shown = []
    for (index, layer) in Self.layers(of: canvas, surroundings).enumerated() {
      if !isCleared, let same = old.first(where: { $0.layer == layer }),
        !isBehindTmux || same.number == numberBehindTmux(index)
      {
        shown.append(same)
        continue
      }
      let number = isBehindTmux ? numberBehindTmux(index) : nextNumber()
      shown.append((layer, number))
      bytes += Self.show(layer, number: number, surroundings)
    }
    // Only now: without a moment between in which nothing is there.
    for (layer, number) in old
    where layer.ink == .kitty && !shown.contains(where: { $0.number == number }) {
      let removal = KittyGraphics.remove(number)
      bytes += isBehindTmux ? Multiplexer.throughTmux(removal) : removal
    }
    return bytes
  }

  private mutating func nextNumber() -> UInt32 {
    count = (count + 1) % 0xFFF
    return (program & 0xFFFF) << 12 + count + 1
  }

  /// The number of a picture is the colour of its cells, one of those that nobody chooses; it stays with its place, so that
  /// these do not change with it.
  private func numberBehindTmux(_ index: Int) -> UInt32 { 16 + (program + UInt32(index)) % 240 }

  /// `canvas` with cells that stand for the parts of its pictures: tmux moves text, and nothing else.
  func placeholders(on canvas: Canvas, _ surroundings: Surroundings) -> Canvas {
    var result = canvas
    for (index, layer) in Self.layers(of: canvas, surroundings).enumerated() {
      let area = layer.area
      for place in 0..<area.width * area.height where !layer.hidden.contains(place) {
        let (x, y) = (place % area.width, place / area.width)
        let background = canvas[area.x + x, area.y + y].style.background
        if let cell = KittyGraphics.placeholder(
          x: x, y: y, number: UInt8(numberBehindTmux(index)), on: background)
        {
          result[area.x + x, area.y + y] = cell
        }
      }
    }
    return result
  }

  // MARK: Layers

  /// The layers of all pictures; only where they can lie on each other they are kept apart.
  private static func layers(of canvas: Canvas, _ surroundings: Surroundings) -> [Layer] {
    canvas.pictures.flatMap { picture -> [Layer] in
      let area = picture.area
      guard area == area.intersection(canvas.bounds), !area.isEmpty else { return [] }
      let places = 0..<area.width * area.height
      func style(_ place: Int) -> Style {
        canvas[area.x + place % area.width, area.y + place / area.width].style
      }
      let hidden = Set(places.filter { !style($0).attributes.contains(.picture) })
      guard let first = places.first(where: { !hidden.contains($0) }) else { return [] }
      let page = style(first).background.trueColor ?? surroundings.page
      let isSixel = picture.ink == .sixel
      // In the last row a picture in sixels would move the screen.
      if isSixel, page == nil || surroundings.cell.width == 0 || area.maxY == canvas.height {
        return []
      }
      let isOne = isSixel || surroundings.isBehindTmux
      let layers = isOne ? [picture.layers.flatMap(\.self)] : picture.layers
      return layers.enumerated().map { index, lines in
        Layer(
          ink: picture.ink, area: area, lines: lines, hidden: hidden, height: index + 1,
          cell: isSixel ? surroundings.cell : scaled(surroundings.cell),
          page: isSixel ? page ?? 0 : 0,
          codes: isSixel ? max(1, min(256, surroundings.registers) - 1) : 255)
      }
    }
  }

  /// Of a cell of high resolution every second or third pixel, and so on: the terminal enlarges the picture.
  private static func scaled(_ cell: Size) -> Size {
    guard cell.width > 0, cell.height > 0 else { return Size(width: 8, height: 16) }
    let widest = 10
    let step = (cell.width + widest - 1) / widest
    return Size(
      width: max(1, cell.width / step), height: max(1, min(4 * widest, cell.height / step)))
  }

  private static func show(
    _ layer: Layer, number: UInt32, _ surroundings: Surroundings
  ) -> [UInt8] {
    let (area, cell) = (layer.area, layer.cell)
    var raster = LineRaster(
      layer.lines, rows: area.height, width: area.width * cell.width,
      height: area.height * cell.height, codes: layer.codes)
    func atItsPlace(_ picture: [UInt8]) -> [UInt8] {
      // The cursor is back afterwards, where the cells expect it.
      Array("\u{1B}7\u{1B}[\(area.y + 1);\(area.x + 1)H".utf8) + picture + Array("\u{1B}8".utf8)
    }
    if layer.ink == .sixel {
      return atItsPlace(
        SixelImage.bytes(raster, page: layer.page) { x, y in
          !layer.hidden.isEmpty
            && layer.hidden.contains(y / cell.height * area.width + x / cell.width)
        })
    }
    for place in layer.hidden {
      let (x, y) = (place % area.width * cell.width, place / area.width * cell.height)
      raster.clear(columns: x..<x + cell.width, rows: y..<y + cell.height)
    }
    let png = IndexedPNG.bytes(raster)
    let size = (width: area.width, height: area.height)
    guard surroundings.isBehindTmux else {
      return atItsPlace(
        KittyGraphics.show(png, number: number, size: size, height: layer.height).flatMap(\.self))
    }
    return KittyGraphics.keep(png, number: number, size: size).flatMap(Multiplexer.throughTmux)
  }
}
