import TerminalUI

/// The user's wish for colour; raw values are what the command line takes.
public enum ColorSetting: String, CaseIterable, Sendable {
  case auto, never
  case ansi16 = "16"
  case indexed256 = "256"
  case truecolor

  /// The most colours to use in a terminal with this `environment`: a wish on the command line
  /// first, then `NO_COLOR`, then what is known of the terminal.
  ///
  /// The terminal may turn out to have fewer; only true colour is taken on trust, since terminfo
  /// entries do not tell.
  func limit(environment: [String: String]) -> ColorDepth {
    switch self {
    case .never: .none
    case .ansi16: .ansi16
    case .indexed256: .indexed256
    case .truecolor: .truecolor
    case .auto:
      if let value = environment["NO_COLOR"], !value.isEmpty {
        .none
      } else if Self.announcesTrueColor(environment) {
        .truecolor
      } else {
        .indexed256
      }
    }
  }

  private static let kinOfXterm = [
    "xterm", "tmux", "alacritty", "contour", "foot", "ghostty", "kitty", "konsole", "rio", "st-",
    "vte", "wezterm",
  ]

  private static func announcesTrueColor(_ environment: [String: String]) -> Bool {
    let term = environment["TERM"] ?? ""
    if term.hasSuffix("-direct") { return true }
    guard ["truecolor", "24bit"].contains(environment["COLORTERM"]) else { return false }
    // COLORTERM may come from a terminal outside of this one. tmux translates, GNU screen does not.
    return environment["TMUX"] != nil
      || kinOfXterm.contains { term.hasPrefix($0) }
  }
}
