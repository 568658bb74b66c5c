import CTerminal
import TerminalUI

/// Turns the bytes and keys that the terminal sends into events.
///
/// What spans several bytes (a character, a paste, a mouse report) may arrive in several batches.
struct InputDecoder {
  /// Two clicks on a cell within this time are a double-click.
  static let doubleClickTime: Duration = .milliseconds(400)
  /// Bytes of a paste that are kept; the rest is dropped.
  static let pasteLimit = 1 << 20

  private enum State {
    case ground
    /// After an escape that may stand alone or begin a sequence.
    case escape
    /// Inside a sequence that ncurses does not know, up to its last byte.
    case unknownSequence
    case character([UInt8], length: Int)
    case paste([UInt8])
    case mouse([UInt8])
    case mouseBytes([UInt8])
  }

  private var state = State.ground
  private var lastClick: (x: Int, y: Int, time: ContinuousClock.Instant)?

  /// Whether more is bound to come.
  var isInsidePaste: Bool {
    if case .paste = state { true } else { false }
  }

  /// Takes one byte (0 … 255) or key as `ct_read` returns them.
  mutating func decode(_ input: Int, at time: ContinuousClock.Instant) -> [Event] {
    if case .paste(var bytes) = state {
      if input == CTKeyPasteEnd { return endPaste() }
      if input < 256, bytes.count < Self.pasteLimit {
        // The array must not be shared while it grows.
        state = .ground
        bytes.append(UInt8(input))
        state = .paste(bytes)
      }
      return []
    }
    guard input < 256 else {
      // A lone escape cannot be followed by a key at once, but a queue of keys can.
      let pending = endBatch()
      return pending + decode(key: input)
    }
    return decode(byte: UInt8(input), at: time)
  }

  /// To be called when nothing more has arrived: an escape that nothing follows is the key.
  mutating func endBatch() -> [Event] {
    switch state {
    case .escape:
      state = .ground
      return [.key(.escape)]
    case .unknownSequence:
      state = .ground
      return []
    default:
      return []
    }
  }

  /// Delivers what has been pasted so far, for a terminal that never tells the end.
  mutating func endPaste() -> [Event] {
    guard case .paste(let bytes) = state else { return [] }
    state = .ground
    let text = String(decoding: bytes, as: UTF8.self)
    // Terminals send the return key for the end of a line.
    var lines = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      if scalar == "\r" || scalar == "\n" {
        if !(scalar == "\n" && previous == "\r") { lines.append("\n") }
      } else {
        lines.append(scalar)
      }
      previous = scalar
    }
    return [.paste(String(lines))]
  }

  private mutating func decode(key: Int) -> [Event] {
    state = .ground
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
    case CTKeyPasteBegin: state = .paste([])
    case CTKeyMouse: state = .mouse([])
    case CTKeyMouseBytes: state = .mouseBytes([])
    case CTKeyF0 + 1...CTKeyF0 + 63: return [.key(.function(key - CTKeyF0))]
    default: break
    }
    return []
  }

  private mutating func decode(byte: UInt8, at time: ContinuousClock.Instant) -> [Event] {
    switch state {
    case .ground, .paste:
      return begin(byte)

    case .escape:
      state = .ground
      if byte == 0x1B {
        state = .escape
        return [.key(.escape)]
      }
      // A key with Alt held has no meaning here, and is not an escape and that key. What looks
      // like the beginning of a longer sequence is dropped as a whole.
      if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") { state = .unknownSequence }
      return []

    case .unknownSequence:
      if byte >= 0x40 || byte < 0x20 { state = .ground }
      return []

    case .character(var bytes, let length):
      guard byte & 0xC0 == 0x80 else {
        state = .ground
        return begin(byte)
      }
      bytes.append(byte)
      state = .character(bytes, length: length)
      guard bytes.count == length else { return [] }
      state = .ground
      let text = String(decoding: bytes, as: UTF8.self)
      return text.unicodeScalars.filter { $0 != "\u{FFFD}" }.map { .key(.character($0)) }

    case .mouse(var bytes):
      bytes.append(byte)
      state = bytes.count < 32 ? .mouse(bytes) : .ground
      guard byte >= 0x40 else { return [] }
      state = .ground
      let numbers = bytes.dropLast().split(separator: UInt8(ascii: ";")).map {
        Int(String(decoding: $0, as: UTF8.self)) ?? 0
      }
      guard byte == UInt8(ascii: "M"), numbers.count == 3 else { return [] }
      return mouse(button: numbers[0], x: numbers[1] - 1, y: numbers[2] - 1, at: time)

    case .mouseBytes(var bytes):
      bytes.append(byte)
      state = .mouseBytes(bytes)
      guard bytes.count == 3 else { return [] }
      state = .ground
      return mouse(
        button: Int(bytes[0]) - 32, x: Int(bytes[1]) - 33, y: Int(bytes[2]) - 33, at: time)
    }
  }

  private mutating func begin(_ byte: UInt8) -> [Event] {
    state = .ground
    switch byte {
    case 0x1B:
      state = .escape
      return []
    case 0x0A, 0x0D: return [.key(.enter)]
    case 0x09: return [.key(.tab)]
    case 0x08, 0x7F: return [.key(.backspace)]
    case 0x00: return [.key(.control(" "))]
    case 0x01...0x1A: return [.key(.control(Unicode.Scalar(byte + 0x60)))]
    case 0x1C...0x1F: return [.key(.control(Unicode.Scalar(byte + 0x40)))]
    case 0x20...0x7E: return [.key(.character(Unicode.Scalar(byte)))]
    case 0xC2...0xDF: state = .character([byte], length: 2)
    case 0xE0...0xEF: state = .character([byte], length: 3)
    case 0xF0...0xF4: state = .character([byte], length: 4)
    default: break
    }
    return []
  }

  private mutating func mouse(
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
