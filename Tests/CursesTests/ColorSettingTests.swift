import TerminalUI
import Testing

@testable import Curses

@Suite struct ColorSettingTests {
  @Test(arguments: [
    (["TERM": "xterm-256color"], ColorDepth.indexed256),
    (["TERM": "xterm-256color", "COLORTERM": "truecolor"], .truecolor),
    (["TERM": "xterm-kitty", "COLORTERM": "24bit"], .truecolor),
    (["TERM": "tmux-256color", "COLORTERM": "truecolor"], .truecolor),
    (["TERM": "xterm-direct"], .truecolor),
    (["TERM": "xterm-256color", "COLORTERM": "yes"], .indexed256),
    // tmux translates for the terminal outside; GNU screen does not.
    (["TERM": "screen-256color", "COLORTERM": "truecolor", "TMUX": "/tmp/s"], .truecolor),
    (["TERM": "screen-256color", "COLORTERM": "truecolor"], .indexed256),
    (["TERM": "linux", "COLORTERM": "truecolor"], .indexed256),
    (["TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"], .none),
    (["TERM": "xterm-256color", "NO_COLOR": ""], .indexed256),
    ([:], .indexed256),
  ])
  func automatic(environment: [String: String], limit: ColorDepth) {
    #expect(ColorSetting.auto.limit(environment: environment) == limit)
  }

  @Test(arguments: [
    ("never", ColorDepth.none), ("16", .ansi16), ("256", .indexed256), ("truecolor", .truecolor),
  ])
  func wishBeatsEnvironment(value: String, limit: ColorDepth) {
    let environment = ["NO_COLOR": "1", "TERM": "xterm", "COLORTERM": "truecolor"]
    #expect(ColorSetting(rawValue: value)?.limit(environment: environment) == limit)
  }
}

@Suite struct TerminalErrorTests {
  @Test(arguments: [
    (TerminalError.noTerminal, "there is no terminal here: use \"bertviz-tui render\" instead"),
    (
      .termUnset,
      "TERM is not set: set it to the kind of your terminal, for example TERM=xterm-256color"
    ),
    (
      .termUnknown("vt9"),
      "TERM=vt9 is not known on this machine: install its terminfo entry, or set "
        + "TERM=xterm-256color"
    ),
    (
      .cannotMoveCursor(term: "dumb"),
      "TERM=dumb cannot move the cursor: use \"bertviz-tui render\" for a picture "
        + "or \"bertviz-tui dump\" for the numbers, or set TERM"
    ),
  ])
  func wording(error: TerminalError, text: String) {
    #expect("\(error)" == text)
  }

  @Test func endingsHaveTheStatusOfTheirSignal() {
    #expect(Ending.interrupted.exitStatus == 130)
    #expect(Ending.terminated.exitStatus == 143)
    #expect(Ending.hungUp.exitStatus == 129)
  }
}

@Suite struct ClipboardTests {
  @Test func tmuxGetsBothForms() throws {
    let sequence = try #require(Clipboard.sequence(for: "foo", through: .tmux))
    #expect(
      String(decoding: sequence, as: UTF8.self)
        == "\u{1B}]52;c;Zm9v\u{7}\u{1B}Ptmux;\u{1B}\u{1B}]52;c;Zm9v\u{7}\u{1B}\\")
  }

  @Test func textIsBounded() {
    let most = Clipboard.limit / 4 * 3
    #expect(Clipboard.sequence(for: String(repeating: "a", count: most), through: []) != nil)
    #expect(Clipboard.sequence(for: String(repeating: "a", count: most + 1), through: []) == nil)
  }
}
