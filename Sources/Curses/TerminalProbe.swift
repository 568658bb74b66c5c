import CTerminal
import Glibc
import TerminalUI

/// Facts about the terminal that can be had without taking it over.
public struct TerminalProbe: Equatable, Sendable {
  /// The value of `TERM`; empty where it is not set.
  public var term: String
  /// The reason why `Terminal` would not open; nil if it would.
  public var problem: TerminalError?
  /// In cells; nil where it is not known.
  public var size: Size?
  public var colorDepth: ColorDepth
  /// Whether characters beyond ASCII can be shown.
  public var isUTF8: Bool
  /// Whether it has no entry of its own and is taken for xterm-256color.
  public var isTakenForXterm: Bool
  /// Whether it is a console: see `TerminalCapabilities`.
  public var isConsole: Bool
  /// Whether the terminal's entry says that it reports clicks; many do so and do not say it.
  public var announcesMouse: Bool

  public struct Size: Equatable, Sendable {
    public var width: Int
    public var height: Int

    public init(width: Int, height: Int) {
      self.width = width
      self.height = height
    }
  }

  /// Looks at this process's terminal and environment.
  public init(color: ColorSetting = .auto) {
    let environment = Terminal.environment
    term = environment["TERM"] ?? ""
    let found = ct_probe(term)
    let limit = color.limit(environment: environment)
    isTakenForXterm = !term.isEmpty && !found.is_known
    isConsole = TerminalCapabilities.isConsole(term)
    // Terminals with true colour are given an entry of our own, too.
    let hasOwnEntry = limit == .truecolor || isTakenForXterm
    problem =
      if !found.is_there {
        .noTerminal
      } else if term.isEmpty {
        .termUnset
      } else if found.is_known, !found.can_move_cursor {
        .cannotMoveCursor(term: term)
      } else {
        nil
      }
    size =
      found.width > 0 && found.height > 0
      ? Size(width: Int(found.width), height: Int(found.height)) : nil
    colorDepth =
      hasOwnEntry
      ? limit : min(limit, ColorDepth(colorCount: Int(ct_terminfo_colors(term))))
    isUTF8 = found.is_utf8
    announcesMouse = found.has_mouse
  }
}

extension ColorDepth {
  /// - Parameter colorCount: As terminfo has it.
  init(colorCount: Int) {
    self =
      switch colorCount {
      case ..<8: .none
      case ..<256: .ansi16
      case 256: .indexed256
      default: .truecolor
      }
  }
}

/// The version of ncurses.
public enum CursesLibrary {
  public static var version: String { String(cString: ct_version()) }
}
