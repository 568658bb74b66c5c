/// The colours of one appearance, as numbers of the 256-colour table.
///
/// Worked out for normal sight and for protanopia, deuteranopia and tritanopia: weights rise evenly in lightness,
/// signs and neighbouring heads differ, and what is written can be read. The tests hold every change to that.
struct Palette: Sendable {
  let text, bright, dim, faint, accent, special, border: UInt8
  let bar, barText, barDim: UInt8
  let selection, selectionText: UInt8
  let row, emptyBar, overlay: UInt8
  /// Under the crosshair of a heat map, where there is next to no weight.
  let cross: UInt8
  let sentences: [UInt8]
  /// Weights, from nothing to all.
  let heat: [UInt8]
  /// The same as red, green and blue: anchors, mixed linearly.
  let heatAnchors: [UInt32]
  let heatGamma: Float
  /// Signed values: zero, then levels 1 … 6.
  let zero: UInt8
  let positive, negative: [UInt8]
  let truePositive, trueNegative: UInt32
  /// Signed numbers in words.
  let positiveInk, negativeInk: UInt8
  /// `[head][level − 1]`.
  let heads: [[UInt8]]
  /// Lines of tokens other than the cursor's, `[level − 1]`.
  let otherLines: [UInt8]
  /// `[family][level]`, and the text on a dark fill.
  let families: [[UInt8]]
  let familyText: [UInt8]
  /// The colour on terminals of 16 colours.
  let ansi: Ansi
  /// The level of `heads` that is the colour as such, in true colour mixed with the background for the others.
  static let fullHeadLevel = 4

  static let dark = Palette(
    text: 252, bright: 231, dim: 245, faint: 240, accent: 222, special: 109,
    border: 240, bar: 236, barText: 252, barDim: 247, selection: 222, selectionText: 16, row: 235,
    emptyBar: 233, overlay: 235, cross: 237, sentences: [32, 166],
    heat: [232, 233, 234, 235, 53, 89, 125, 161, 167, 203, 209, 215, 221, 227, 230, 231],
    heatAnchors: [
      0x080808, 0x170f1f, 0x2c1238, 0x4a1350, 0x701858, 0x981f56, 0xc0304c, 0xde4b40, 0xf27039,
      0xfb963f, 0xfdb955, 0xfed97c, 0xfff3b0, 0xffffff,
    ],
    heatGamma: 0.7, zero: 234, positive: [18, 20, 26, 32, 39, 117],
    negative: [52, 88, 130, 172, 214, 222], truePositive: 0x2090dd, trueNegative: 0xff6318,
    positiveInk: 39, negativeInk: 208,
    heads: [
      [18, 25, 32, 39, 81], [52, 94, 166, 208, 215], [22, 28, 40, 83, 120],
      [52, 88, 124, 196, 203], [54, 55, 62, 99, 141], [58, 95, 137, 180, 223],
      [53, 96, 133, 170, 213], [236, 240, 244, 249, 255], [58, 100, 142, 184, 227],
      [23, 30, 37, 44, 87], [237, 59, 61, 103, 146], [53, 89, 125, 161, 204],
      [23, 29, 72, 121, 158], [52, 94, 131, 173, 216], [58, 64, 70, 112, 154],
      [236, 24, 66, 109, 152],
    ],
    otherLines: [235, 236, 237, 238, 240],
    families: [
      [17, 18, 24, 31, 38], [52, 58, 94, 130, 172], [233, 22, 22, 28, 34], [53, 53, 54, 91, 98],
      [233, 234, 235, 236, 237],
    ],
    familyText: [117, 222, 157, 219, 245], ansi: .dark)

  static let light = Palette(
    text: 235, bright: 16, dim: 242, faint: 248, accent: 25, special: 24,
    border: 248, bar: 254, barText: 236, barDim: 241, selection: 25, selectionText: 231, row: 254,
    emptyBar: 255, overlay: 255, cross: 253, sentences: [32, 208],
    heat: [231, 255, 254, 223, 216, 209, 203, 167, 161, 125, 89, 53, 234, 16],
    heatAnchors: [
      0xffffff, 0xfff1d8, 0xffdfb0, 0xffc685, 0xfda75f, 0xf48645, 0xe36540, 0xcb4848, 0xac3152,
      0x8a2158, 0x671856, 0x45134a, 0x260e33, 0x0a0612,
    ],
    heatGamma: 0.85, zero: 255, positive: [153, 111, 33, 26, 20, 18],
    negative: [223, 215, 208, 166, 124, 52], truePositive: 0x0c36d8, trueNegative: 0xff6318,
    positiveInk: 26, negativeInk: 130,
    heads: [
      [153, 111, 32, 26, 19], [223, 216, 208, 166, 130], [151, 78, 35, 29, 22],
      [217, 210, 203, 160, 124], [189, 183, 141, 91, 54], [187, 180, 137, 95, 52],
      [225, 213, 170, 133, 90], [252, 249, 245, 241, 236], [230, 185, 142, 100, 58],
      [159, 80, 37, 30, 23], [189, 146, 103, 61, 17], [224, 211, 204, 161, 89],
      [194, 121, 79, 36, 29], [224, 216, 173, 95, 52], [191, 112, 70, 64, 22],
      [152, 109, 66, 24, 17],
    ],
    otherLines: [254, 253, 252, 251, 249],
    families: [
      [153, 117, 74, 32, 25], [223, 222, 215, 172, 130], [194, 157, 114, 70, 28],
      [225, 183, 140, 97, 54], [254, 252, 249, 246, 242],
    ],
    familyText: [231, 231, 231, 231, 231], ansi: .light)

  /// Colours of the ordinary 16: from dark to bright on a dark page, from bright to dark on a white one.
  struct Ansi: Sendable {
    let heads: [UInt8]
    /// Levels 1 … 6.
    let positive, negative: [UInt8]
    let positiveInk, negativeInk: UInt8
    let familyLetters: [UInt8]
    /// A shade of `Glyphs.shades` and its colour, for each of nine levels.
    let heat: [(shade: Int, color: UInt8)]
    static let familyFills: [UInt8] = [6, 3, 2, 5, 8]

    static let dark = Ansi(
      heads: [12, 3, 10, 9, 5, 11, 13, 7, 14, 6, 4, 1], positive: [4, 4, 12, 12, 14, 14],
      negative: [1, 1, 3, 3, 11, 11], positiveInk: 12, negativeInk: 3,
      familyLetters: [14, 11, 10, 13, 7],
      heat: [(0, 8), (1, 8), (2, 8), (3, 8), (2, 7), (3, 7), (4, 7), (3, 15), (4, 15)])

    static let light = Ansi(
      heads: [12, 3, 2, 9, 5, 8, 13, 0, 6, 4, 1], positive: [14, 14, 12, 12, 4, 4],
      negative: [11, 11, 3, 3, 1, 1], positiveInk: 4, negativeInk: 1,
      familyLetters: [6, 3, 2, 5, 8],
      heat: [(0, 7), (1, 7), (2, 7), (3, 7), (2, 8), (3, 8), (4, 8), (3, 0), (4, 0)])
  }
}

extension Color {
  /// As `0xRRGGBB`; nil for the sixteen that people choose in their terminals, and the terminal's own.
  package var trueColor: UInt32? {
    if let rgb { return rgb }
    return UInt8(exactly: code).flatMap { $0 < 16 ? nil : Self.rgb(ofIndex: $0) }
  }

  /// Colour `index` of the fixed part (16 … 255) of xterm's table as red, green and blue.
  package static func rgb(ofIndex index: UInt8) -> UInt32 {
    let levels: [UInt32] = [0, 95, 135, 175, 215, 255]
    let value = Int(index)
    if value >= 232 { return UInt32(8 + 10 * (value - 232)) * 0x010101 }
    let cube = max(0, value - 16)
    return levels[cube / 36] << 16 | levels[cube / 6 % 6] << 8 | levels[cube % 6]
  }

  /// A mixture of two colours given as `0xRRGGBB`: `amount` 0 is `from`, 1 is `to`.
  static func mix(_ from: UInt32, _ to: UInt32, _ amount: Float) -> UInt32 {
    var result: UInt32 = 0
    for shift: UInt32 in [16, 8, 0] {
      let start = Float(from >> shift & 255)
      let end = Float(to >> shift & 255)
      result |= UInt32((start + (end - start) * amount).rounded()) << shift
    }
    return result
  }
}
