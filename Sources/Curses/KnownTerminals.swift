import TerminalUI

/// The terminals that are known to draw the characters of lines themselves, whatever their font: so these fill their cells
/// and join their neighbours. In any other a character may be missing.
enum KnownTerminals {
  /// By what they answer to XTVERSION: the first version that draws some characters. VTE numbers its versions as 7802 for
  /// 0.78.2, and WezTerm by dates.
  private static let table: [(name: String, version: [Int], ink: LineInk)] = [
    ("foot", [1, 20], .octants),
    ("foot", [1, 8], .sextants),
    ("ghostty", [1, 2], .octants),
    ("ghostty", [1], .sextants),
    ("kitty", [0, 40], .octants),
    ("kitty", [0, 19, 3], .sextants),
    ("vte", [7800], .octants),
    ("vte", [6200], .sextants),
    ("wezterm", [20_260_101], .octants),
    ("wezterm", [20_210_814], .sextants),
    ("contour", [], .blocks),
    ("iterm2", [], .blocks),
    ("konsole", [], .blocks),
    ("mlterm", [], .blocks),
    ("terminology", [], .blocks),
  ]

  /// The finest of the characters that a terminal draws; nil where it is not known to draw any.
  ///
  /// - Parameter answer: To XTVERSION, `kitty(0.40.1)` or `ghostty 1.2.0`.
  static func lineInk(of answer: String) -> LineInk? {
    guard let (name, version) = parts(of: answer) else { return nil }
    return table.first { entry in
      entry.name == name && !version.lexicographicallyPrecedes(entry.version)
    }?.ink
  }

  /// Whether a terminal shows pictures also in cells of text, by what it answers to XTVERSION.
  static func showsPicturesInCells(_ answer: String) -> Bool {
    guard let (name, version) = parts(of: answer) else { return false }
    return switch name {
    case "kitty": !version.lexicographicallyPrecedes([0, 28])
    case "ghostty": true
    default: false
    }
  }

  private static func parts(of answer: String) -> (name: String, version: [Int])? {
    let parts = answer.split(maxSplits: 1) { $0 == " " || $0 == "(" }
    guard let name = parts.first?.lowercased() else { return nil }
    let digits = (parts.dropFirst().first ?? "").prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    return (name, digits.split(separator: ".").map { Int($0) ?? 0 })
  }
}
