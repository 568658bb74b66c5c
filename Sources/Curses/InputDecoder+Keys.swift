import CTerminal
import TerminalUI

/// Single keys, and the mouse.
extension InputDecoder {
  /// A key that ncurses knows.
  mutating func decode(key: Int, at time: ContinuousClock.Instant) -> [Event] {
    switch key {
    case CTKeyUp: return [.key(.up)]
    case CTKeyDown: return [.key(.down)]
    case CTKeyLeft: return [.key(.left)]
    case CTKeyRight: return [.key(.right)]
    case CTKeyHome: return [.key(.home)]
    case CTKeyEnd: return [.key(.end)]
    case CTKeyPageUp: return [.key(.pageUp)]
    case CTKeyPageDown: return [.key(.pageDown)]
    case CTKeyEnter: return [.key(.enter)]
    case CTKeyBackTab: return [.key(.backTab)]
    case CTKeyBackspace: return [.key(.backspace)]
    case CTKeyDelete: return [.key(.delete)]
    case CTKeyPasteBegin: begin(.paste([]), at: time)
    case CTKeyMouse: begin(.control(Array("<".utf8)), at: time)
    case CTKeyMouseBytes: begin(.mouseBytes([]), at: time)
    case CTKeyF0 + 1...CTKeyF0 + 63: return [.key(.function(key - CTKeyF0))]
    default: break
    }
    return []
  }

  /// A key that types a character, or has a control character of its own.
  func key(_ scalar: Unicode.Scalar) -> [Event] {
    let key: Key? =
      switch scalar.value {
      case 0x0A, 0x0D: .enter
      case 0x09: .tab
      case 0x08, 0x7F: .backspace
      case 0x00: .control(" ")
      case 0x01...0x1A: .control(Unicode.Scalar(UInt8(scalar.value + 0x60)))
      case 0x1C...0x1F: .control(Unicode.Scalar(UInt8(scalar.value + 0x40)))
      case 0x1B, 0x80...0x9F: nil
      default: .character(scalar)
      }
    return key.map { [.key($0)] } ?? []
  }

  /// `button;column;row` in decimal. One with other numbers than a terminal has is dropped.
  mutating func mouse(report: Substring, at time: ContinuousClock.Instant) -> [Event] {
    let parts = report.split(separator: ";", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in
      part.allSatisfy(\.isNumber) ? UInt16(part).map(Int.init) : nil
    }
    guard parts.count == 3, numbers.count == 3 else { return [] }
    return mouse(button: numbers[0], x: numbers[1] - 1, y: numbers[2] - 1, at: time)
  }

  mutating func mouse(
    button: Int, x: Int, y: Int, at time: ContinuousClock.Instant
  ) -> [Event] {
    guard x >= 0, y >= 0 else { return [] }
    // Three bits tell of shift, alt and control; another, which fits no case, of movement.
    switch button & ~0b1_1100 {
    case 0:
      var action = MouseEvent.Action.click
      if let last = lastClick, last.x == x, last.y == y, time - last.time <= Self.doubleClickTime {
        action = .doubleClick
        lastClick = nil
      } else {
        lastClick = (x, y, time)
      }
      return [.mouse(MouseEvent(action, x: x, y: y))]
    case 64: return [.mouse(MouseEvent(.wheelUp, x: x, y: y))]
    case 65: return [.mouse(MouseEvent(.wheelDown, x: x, y: y))]
    default: return []
    }
  }
}
