import Glibc
import TerminalUI

/// Characters that have to join their neighbours, and are therefore drawn as shapes that fill their cell
/// whatever the font: lines and corners (U+2500 …), blocks (U+2580 …), braille (U+2800 …), sextants (U+1FB00 …) and
/// octants (U+1CD00 …).
enum CellShape {
  /// The coverage of a point of the cell; x and y in cells, 0 ..< 1, from the upper left corner.
  ///
  /// - Parameter lineWidth: Of lines, in cells' widths.
  static func coverage(
    of scalar: UInt32, aspect: Double, lineWidth: Double
  ) -> ((_ x: Double, _ y: Double) -> Double)? {
    switch scalar {
    case 0x2500...0x253C, 0x256D...0x2570:
      guard let arms = lines[scalar] else { return nil }
      return joint(arms, isRound: scalar >= 0x256D, aspect: aspect, lineWidth: lineWidth)
    case 0x2580...0x259F: return block(scalar)
    case 0x2800...0x28FF: return braille(UInt8(scalar - 0x2800))
    default: return solids[scalar].map { solid($0.dots, rows: $0.rows) }
    }
  }

  // MARK: Lines

  private struct Arms: OptionSet {
    let rawValue: Int
    static let left = Arms(rawValue: 1)
    static let right = Arms(rawValue: 2)
    static let up = Arms(rawValue: 4)
    static let down = Arms(rawValue: 8)
  }

  /// Thin lines; heavy, double and dashed ones are left to the font.
  private static let lines: [UInt32: Arms] = [
    0x2500: [.left, .right], 0x2502: [.up, .down], 0x250C: [.right, .down],
    0x2510: [.left, .down], 0x2514: [.right, .up], 0x2518: [.left, .up],
    0x251C: [.up, .down, .right], 0x2524: [.up, .down, .left], 0x252C: [.left, .right, .down],
    0x2534: [.left, .right, .up], 0x253C: [.left, .right, .up, .down],
    0x256D: [.right, .down], 0x256E: [.left, .down], 0x256F: [.left, .up], 0x2570: [.right, .up],
  ]

  private static func joint(
    _ arms: Arms, isRound: Bool, aspect: Double, lineWidth: Double
  ) -> (Double, Double) -> Double {
    let half = lineWidth / 2
    return { x, y in
      // From the middle of the cell, both in cells' widths.
      let across = x - 0.5
      let down = (y - 0.5) * aspect
      if isRound {
        // A quarter of a circle around the corner between the arms, then straight on downwards or upwards.
        let radius = 0.5
        let toward = arms.contains(.right) ? across : -across
        let away = arms.contains(.down) ? down : -down
        if away > radius { return abs(across) <= half ? 1 : 0 }
        guard toward > -half, away > -half else { return 0 }
        let distance = hypot(radius - toward, radius - away)
        return abs(distance - radius) <= half ? 1 : 0
      }
      let isHorizontal =
        abs(down) <= half
        && (across < 0
          ? arms.contains(.left) || across >= -half : arms.contains(.right) || across <= half)
      let isVertical =
        abs(across) <= half
        && (down < 0 ? arms.contains(.up) || down >= -half : arms.contains(.down) || down <= half)
      return isHorizontal || isVertical ? 1 : 0
    }
  }

  // MARK: Blocks

  private static func block(_ scalar: UInt32) -> (Double, Double) -> Double {
    func lower(_ eighths: UInt32) -> (Double, Double) -> Double {
      { _, y in y >= 1 - Double(eighths) / 8 ? 1 : 0 }
    }
    func left(_ eighths: UInt32) -> (Double, Double) -> Double {
      { x, _ in x < Double(eighths) / 8 ? 1 : 0 }
    }
    switch scalar {
    case 0x2580: return { _, y in y < 0.5 ? 1 : 0 }
    case 0x2581...0x2588: return lower(scalar - 0x2580)
    case 0x2589...0x258F: return left(0x2590 - scalar)
    case 0x2590: return { x, _ in x >= 0.5 ? 1 : 0 }
    case 0x2591...0x2593: return { _, _ in Double(scalar - 0x2590) / 4 }
    case 0x2594: return { _, y in y < 0.125 ? 1 : 0 }
    case 0x2595: return { x, _ in x >= 0.875 ? 1 : 0 }
    default:
      // Quarters: upper left 1, upper right 2, lower left 4, lower right 8.
      let quarters: [Int] = [4, 8, 1, 13, 9, 7, 11, 2, 6, 14]
      let filled = quarters[Int(scalar - 0x2596)]
      return { x, y in filled >> ((x < 0.5 ? 0 : 1) + (y < 0.5 ? 0 : 2)) & 1 == 1 ? 1 : 0 }
    }
  }

  // MARK: Solid parts

  /// Sextants and octants, by their characters.
  private static let solids: [UInt32: (dots: Int, rows: Int)] = {
    var result: [UInt32: (dots: Int, rows: Int)] = [:]
    for ink in [LineInk.sextants, .octants] {
      for dots in 0..<1 << (LineInk.dotsAcross * ink.dotsDown) {
        result[ink.character(UInt8(dots)).value] = (dots, ink.dotsDown)
      }
    }
    return result
  }()

  private static func solid(_ dots: Int, rows: Int) -> (Double, Double) -> Double {
    { x, y in
      let row = min(rows - 1, Int(y * Double(rows)))
      return dots >> (2 * row + (x < 0.5 ? 0 : 1)) & 1 == 1 ? 1 : 0
    }
  }

  // MARK: Braille

  /// The bits of the dots, `[row][column]`.
  private static let dotBits: [[UInt8]] = [
    [0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80],
  ]

  /// Round dots that touch each other, so that a row of them is a line.
  private static func braille(_ dots: UInt8) -> (Double, Double) -> Double {
    { x, y in
      let column = min(1, Int(x * 2))
      let row = min(3, Int(y * 4))
      guard dots & dotBits[row][column] != 0 else { return 0 }
      // A dot's place is as wide as it is high.
      return hypot(x * 2 - Double(column) - 0.5, y * 4 - Double(row) - 0.5) <= 0.5 ? 1 : 0
    }
  }
}
