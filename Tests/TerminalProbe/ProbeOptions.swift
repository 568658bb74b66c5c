import Curses
import TerminalUI

/// `--color x`, `--scene x`, `--ink x`, `--do x`, `--no-mouse`.
struct ProbeOptions {
  var color = ColorSetting.auto
  var scene = Scene.events
  /// For lines, if the terminal can.
  var ink: LineInk?
  /// What the key `!` does.
  var action = ProbeAction.fail
  var mouse = true

  init(_ arguments: some Sequence<String>) throws {
    var rest = Array(arguments)[...]
    while let option = rest.popFirst() {
      if option == "--no-mouse" {
        mouse = false
      } else if option == "--color", let value = ColorSetting(rawValue: rest.popFirst() ?? "") {
        color = value
      } else if option == "--scene", let value = Scene(rawValue: rest.popFirst() ?? "") {
        scene = value
      } else if option == "--ink", let value = LineInk(rawValue: rest.popFirst() ?? "") {
        ink = value
      } else if option == "--do", let value = ProbeAction(rawValue: rest.popFirst() ?? "") {
        action = value
      } else {
        throw ProbeError.usage(option)
      }
    }
  }
}

enum ProbeError: Error {
  case usage(String)
  case onPurpose
}
