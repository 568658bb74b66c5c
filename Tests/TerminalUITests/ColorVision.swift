import Foundation

@testable import TerminalUI

/// How colours look to people whose eyes lack a kind of cone: Machado, Oliveira and Fernandes, "A Physiologically-based
/// Model for Simulation of Color Vision Deficiency" (2009), at full severity.
enum ColorVision: CaseIterable {
  case normal, protanopia, deuteranopia, tritanopia

  /// On linear red, green and blue, row by row.
  private var matrix: [Double] {
    switch self {
    case .normal: [1, 0, 0, 0, 1, 0, 0, 0, 1]
    case .protanopia:
      [
        0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998,
      ]
    case .deuteranopia:
      [
        0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881,
      ]
    case .tritanopia:
      [
        1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900,
      ]
    }
  }

  /// Linear red, green and blue, 0 … 1, as they are seen.
  private func seen(_ rgb: UInt32) -> [Double] {
    let linear = [16, 8, 0].map { (shift: UInt32) -> Double in
      let value = Double(rgb >> shift & 255) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return (0..<3).map { row in
      min(1, max(0, (0..<3).reduce(0) { $0 + matrix[3 * row + $1] * linear[$1] }))
    }
  }

  /// Relative luminance, 0 … 1.
  func luminance(_ rgb: UInt32) -> Double {
    let seen = seen(rgb)
    return 0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2]
  }

  /// CIE lightness L*, 0 … 100.
  func lightness(_ rgb: UInt32) -> Double {
    let y = luminance(rgb)
    return y > 216 / 24389 ? 116 * cbrt(y) - 16 : y * 24389 / 27
  }

  /// How far two colours are apart: 100 times the distance in OKLab, where about 2 can just be seen.
  func difference(_ a: UInt32, _ b: UInt32) -> Double {
    zip(oklab(a), oklab(b)).reduce(0) { $0 + pow(100 * ($1.0 - $1.1), 2) }.squareRoot()
  }

  /// Björn Ottosson, "A perceptual color space for image processing" (2020).
  private func oklab(_ rgb: UInt32) -> [Double] {
    let c = seen(rgb)
    let l = cbrt(0.4122214708 * c[0] + 0.5363325363 * c[1] + 0.0514459929 * c[2])
    let m = cbrt(0.2119034982 * c[0] + 0.6806995451 * c[1] + 0.1073969566 * c[2])
    let s = cbrt(0.0883024619 * c[0] + 0.2817188376 * c[1] + 0.6299787005 * c[2])
    return [
      0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    ]
  }

  /// The contrast of two colours as WCAG 2 defines it, 1 … 21.
  static func contrast(_ a: UInt32, _ b: UInt32) -> Double {
    let luminances = [a, b].map { normal.luminance($0) + 0.05 }.sorted()
    return luminances[1] / luminances[0]
  }
}

extension Color {
  /// Red, green and blue of a colour that is no matter of the terminal's settings; nil for its default and its 16.
  var fixedRGB: UInt32? {
    if let rgb { return rgb }
    return code >= 16 ? UInt8(exactly: code).map(Color.rgb(ofIndex:)) : nil
  }
}
