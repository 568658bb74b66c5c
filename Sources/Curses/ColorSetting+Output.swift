import Glibc
import TerminalUI

extension ColorSetting {
  /// The colours for text on standard output: none by itself where that is no terminal.
  public var depthOfStandardOutput: ColorDepth {
    if self == .auto, isatty(STDOUT_FILENO) == 0 { return .none }
    return limit(environment: Terminal.environment)
  }
}
