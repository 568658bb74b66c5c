import Curses
import TerminalUI

extension Doctor {
  /// Below this a view only says that it wants more room.
  private static let leastSize = TerminalProbe.Size(width: 60, height: 16)

  static func terminal(_ probe: TerminalProbe) -> [Finding] {
    let term = probe.term.isEmpty ? "TERM is not set" : "TERM=\(probe.term)"
    switch probe.problem {
    case .noTerminal?:
      return [
        .note(
          "terminal", "none: the explorer cannot run here, all other commands can",
          fix: "for the explorer, log in with a terminal (ssh -t)"),
        colors(probe), characters(probe),
      ]
    case let problem?:
      return [
        .problem("terminal", term, fix: problem.description), characters(probe),
      ]
    case nil:
      return [
        kind(probe), size(probe), colors(probe), characters(probe), mouse(probe),
        clipboard,
      ]
    }
  }

  private static func kind(_ probe: TerminalProbe) -> Finding {
    probe.isTakenForXterm
      ? .note(
        "terminal",
        "TERM=\(probe.term) has no terminfo entry on this machine: taken for xterm-256color",
        fix: "should the screen look wrong, install the entry: sudo apt-get install ncurses-term, "
          + "or from the terminal's own machine: infocmp -x \(probe.term) | ssh HOST tic -x -")
      : .ok("terminal", "TERM=\(probe.term)")
  }

  private static func size(_ probe: TerminalProbe) -> Finding {
    guard let size = probe.size else {
      return .note(
        "size", "unknown: the terminal does not report its size", fix: "stty cols 80 rows 24")
    }
    let text = "\(size.width)×\(size.height)"
    return size.width >= leastSize.width && size.height >= leastSize.height
      ? .ok("size", text)
      : .note(
        "size", text,
        fix: "make the window at least \(leastSize.width)×\(leastSize.height), better 80×24")
  }

  private static func colors(_ probe: TerminalProbe) -> Finding {
    let variable = ["NO_COLOR", "COLORTERM"].first { Environment[$0] != nil }
    let reason = variable.map { "\($0)=\(Environment[$0] ?? "")" }
    switch probe.colorDepth {
    case .truecolor:
      return .ok("colours", "16 million: " + (reason ?? "TERM=\(probe.term)"))
    case .indexed256:
      return .ok("colours", "256; for more, set COLORTERM=truecolor if the terminal has them")
    case .ansi16:
      return .note(
        "colours", "few: TERM=\(probe.term) has no more",
        fix: "if the terminal has 256, set TERM=xterm-256color or start with --color 256")
    case .none where Environment["NO_COLOR"] != nil:
      return .ok("colours", "none, as NO_COLOR asks; --color 256 overrides it")
    case .none:
      return .note(
        "colours", "none: TERM=\(probe.term) has none",
        fix: "if the terminal has them, set TERM=xterm-256color or start with --color 256")
    }
  }

  private static func characters(_ probe: TerminalProbe) -> Finding {
    let variable = ["LC_ALL", "LC_CTYPE", "LANG"].first { Environment[$0] != nil }
    let text = variable.map { "\($0)=\(Environment[$0] ?? "")" } ?? "no locale is set"
    if !probe.isUTF8 {
      return .note(
        "characters", "ASCII only (\(text)): no braille, no blocks, no other scripts",
        fix: "set LANG=C.UTF-8, and LC_ALL if it is set")
    }
    return probe.isConsole
      ? .note(
        "characters", "UTF-8 (\(text)), but a console's font has no braille: pictures are in ASCII",
        fix: "if its font has braille and blocks, start with --no-ascii")
      : .ok("characters", "UTF-8 (\(text))")
  }

  private static func mouse(_ probe: TerminalProbe) -> Finding {
    if Environment["TMUX"] != nil {
      return .ok("mouse", "if tmux lets it through: set -g mouse on")
    }
    return probe.announcesMouse
      ? .ok("mouse", "clicks and the wheel; --no-mouse leaves selecting to the terminal")
      : .ok("mouse", "TERM=\(probe.term) does not announce one; most terminals have one anyway")
  }

  /// Whether the terminal obeys cannot be asked.
  private static var clipboard: Finding {
    if Environment["TMUX"] != nil {
      .ok("clipboard", "y copies through tmux (OSC 52) if it may: set -g set-clipboard on")
    } else if Environment["STY"] != nil {
      .ok("clipboard", "y copies through GNU screen (OSC 52), if the terminal behind it allows it")
    } else {
      .ok("clipboard", "y copies by OSC 52, if the terminal allows it")
    }
  }
}
