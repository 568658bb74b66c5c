/// What lines are made of: characters, each of which shows the parts of its cell that are inked, or pictures, which a
/// terminal with graphics lays over cells that are left free.
public enum LineInk: String, CaseIterable, Sendable {
  /// Solid eighths, two across and four down (Unicode 16).
  case octants
  /// Solid sixths (Unicode 13).
  case sextants
  /// Solid quarters.
  case blocks
  /// Eight dots.
  case braille
  /// Pictures by kitty's graphics protocol.
  case kitty
  /// Pictures in DEC's form, six rows of pixels at a time.
  case sixel

  public var isPicture: Bool { self == .kitty || self == .sixel }

  /// Dots across and down a cell; in a picture, as many tokens as can be told apart.
  public static let dotsAcross = 2
  public var dotsDown: Int {
    switch self {
    case .octants, .braille, .kitty, .sixel: 4
    case .sextants: 3
    case .blocks: 2
    }
  }

  static func bit(x: Int, y: Int) -> UInt8 { 1 << UInt8(dotsAcross * y + x) }

  /// The character with some dots, the bit of each 2 · row + column.
  package func character(_ dots: UInt8) -> Unicode.Scalar {
    let table =
      switch self {
      case .octants: Self.octantsTable
      case .sextants: Self.sextantsTable
      case .blocks: Self.blocksTable
      case .braille, .kitty, .sixel: Self.brailleTable
      }
    return table[Int(dots) % table.count]
  }

  private static let blocksTable = Array(" ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█".unicodeScalars)

  /// In the order of their bits, but for those that had a character already.
  private static func table(
    count: Int, from first: UInt32, _ others: KeyValuePairs<Int, Unicode.Scalar>
  ) -> [Unicode.Scalar] {
    let others = Dictionary(uniqueKeysWithValues: others.map { ($0.key, $0.value) })
    var next = first
    return (0..<count).map { dots in
      if let other = others[dots] { return other }
      defer { next += 1 }
      return Unicode.Scalar(next) ?? " "
    }
  }

  private static let sextantsTable = table(
    count: 64, from: 0x1FB00, [0: " ", 0b010101: "▌", 0b101010: "▐", 0b111111: "█"])

  private static let octantsTable = table(
    count: 256, from: 0x1CD00,
    [
      0: " ", 1: "\u{1CEA8}", 2: "\u{1CEAB}", 3: "\u{1FB82}", 5: "▘", 10: "▝", 15: "▀",
      20: "\u{1FBE6}", 40: "\u{1FBE7}", 63: "\u{1FB85}", 64: "\u{1CEA3}", 80: "▖", 85: "▌",
      90: "▞", 95: "▛", 128: "\u{1CEA0}", 160: "▗", 165: "▚", 170: "▐", 175: "▜", 192: "▂",
      240: "▄", 245: "▙", 250: "▟", 252: "▆", 255: "█",
    ])

  /// Braille numbers its dots down the columns, and the lowest row came later than the others.
  private static let brailleTable = (0..<256).map { dots in
    let bits: [UInt32] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]
    let code = bits.indices.reduce(0x2800) { $0 + (dots >> $1 & 1 == 1 ? bits[$1] : 0) }
    return Unicode.Scalar(code) ?? " "
  }
}
