import Glibc
import TerminalUI

extension ColorSetting {
  /// The colours for text on standard output: none by itself where that is no terminal.
  public var depthOfStandardOutput: ColorDepth {
    if self == .auto, isatty(STDOUT_FILENO) == 0 { return .none }
    return limit(environment: Terminal.environment)
  }
}

extension Background {
  /// Of the terminal that standard output is; nil where it is none, or nothing is known.
  public static var ofStandardOutput: Background? {
    isatty(STDOUT_FILENO) == 0 ? nil : ofEnvironment
  }
}

extension ColorSetting {
  /// The colours that were asked for; nil where it is left to whatever shows them.
  public var wishedDepth: ColorDepth? { self == .auto ? nil : limit(environment: [:]) }
}
