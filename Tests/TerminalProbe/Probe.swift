import Curses
import Glibc
import TerminalUI

/// A small program for the tests of `Curses`: draws a scene, lists the events that come, and ends
/// in the way it is told to.
@main
struct Probe {
  static func main() {
    do {
      try run(ProbeOptions(CommandLine.arguments.dropFirst()))
    } catch {
      complain("terminal-probe: \(error)")
      exit(2)
    }
  }

  private static func run(_ options: ProbeOptions) throws {
    let terminal = try Terminal(color: options.color, mouse: options.mouse)
    var events: [Event] = []
    var wakeCount = 0
    while true {
      let capabilities = terminal.capabilities
      let title =
        "\(terminal.size.width)x\(terminal.size.height) \(capabilities.colorDepth) "
        + "\(capabilities.isUTF8 ? "UTF-8" : "ASCII") woken \(wakeCount) on \(describe(terminal.background))"
      terminal.present(
        options.scene.picture(
          width: terminal.size.width, height: terminal.size.height, title: title, events: events,
          ink: options.ink.flatMap { terminal.lineInks.contains($0) ? $0 : nil }
            ?? terminal.lineInks.first ?? .braille))

      let batch = terminal.nextEvents()
      if let ending = batch.ending {
        terminal.close()
        print("ended: \(ending)")
        exit(ending.exitStatus)
      }
      if batch.isWoken { wakeCount += 1 }
      events += batch.events
      for event in batch.events {
        switch event {
        case .key(.character("q")): return
        case .key(.character("!")): try options.action.perform(in: terminal)
        case .key(.control("l")): terminal.redraw()
        default: break
        }
      }
    }
  }

  private static func describe(_ background: Background?) -> String {
    guard let background else { return "unknown" }
    return "\(background.appearance)" + (background.isDeep ? ", deep" : "")
  }

  static func complain(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = write(STDERR_FILENO, line, line.count)
  }
}
