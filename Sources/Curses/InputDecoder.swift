import CTerminal
import TerminalUI

/// Turns the bytes and keys that the terminal sends into events, and into answers to what it was asked.
///
/// Input of several bytes (a character, a paste, a sequence) may arrive in several batches. A sequence is never
/// taken for keys, known or not: one that began is swallowed to its end.
struct InputDecoder {
  /// Two clicks on a cell within this time are a double-click.
  static let doubleClickTime: Duration = .milliseconds(400)
  /// Bytes of a paste that are kept; the rest is dropped.
  static let pasteLimit = 1 << 20
  /// After an escape that nothing has followed for so long, it was the key.
  static let escapeTime: Duration = .milliseconds(100)
  /// A terminal that never tells the end of something must not swallow the keys for good: it has ended when nothing
  /// has come for `silence`, and a sequence when it has gone on for `longest`.
  static let silence: Duration = .seconds(2)
  static let longest: Duration = .seconds(5)
  /// Bytes of a sequence that are kept: more than any that has a meaning here.
  private static let sequenceLimit = 64

  enum State {
    case ground
    /// After an escape, which may be a key, or with what follows in its batch a key with Alt held, or a beginning.
    case escape(isAlone: Bool)
    /// After what would begin a sequence if the escape before it had not come so early as to be taken for a key.
    case lateIntroducer(Unicode.Scalar)
    /// After `ESC [`: parameters, up to the final byte.
    case control([UInt8])
    /// After `ESC O`, of which one more byte belongs to the sequence.
    case single
    /// After `ESC ]` and its kin: up to ST, `ESC \`.
    case string(String, [UInt8])
    case stringEscape(String, [UInt8], isAlone: Bool)
    case paste([UInt8])
    case mouseBytes([UInt8])

    /// An OSC, a DCS, an APC, or one of their kin.
    enum String { case command, device, application, other }
  }

  var state = State.ground
  var lastClick: (x: Int, y: Int, time: ContinuousClock.Instant)?
  private(set) var answers: [TerminalAnswer] = []

  /// The bytes of a character that is not whole yet.
  private var character: [UInt8] = []
  private var characterLength = 0
  /// The times at which the present sequence began, anything came, and an escape was taken for the key.
  private var beginning = ContinuousClock.now
  private var lastInput = ContinuousClock.now
  private var lastEscape: ContinuousClock.Instant?

  mutating func takeAnswers() -> [TerminalAnswer] {
    defer { answers = [] }
    return answers
  }

  // MARK: Time

  /// The time to wait for more before `rest`; nil where there is nothing to wait for.
  var patience: Duration? {
    switch state {
    case .escape: Self.escapeTime
    case .paste, .stringEscape: Self.silence
    default: nil
    }
  }

  /// To be called when nothing more has arrived.
  mutating func endBatch() -> [Event] {
    switch state {
    case .escape: state = .escape(isAlone: true)
    case .stringEscape(let kind, let bytes, _):
      state = .stringEscape(kind, bytes, isAlone: true)
    case .lateIntroducer(let scalar):
      state = .ground
      return key(scalar)
    default: break
    }
    return []
  }

  /// To be called when nothing has come until `time`: what it was waiting for does not come any more.
  mutating func rest(until time: ContinuousClock.Instant) -> [Event] {
    guard let patience, time - lastInput >= patience else { return [] }
    switch state {
    case .paste: return endPaste()
    case .escape, .stringEscape:
      state = .ground
      lastEscape = time
      return [.key(.escape)]
    default: return []
    }
  }

  /// Gives a sequence up that does not end.
  private mutating func giveUp(at time: ContinuousClock.Instant) {
    switch state {
    case .control, .single, .string, .mouseBytes:
      if time - lastInput >= Self.silence || time - beginning >= Self.longest { state = .ground }
    case .ground, .escape, .lateIntroducer, .stringEscape, .paste: break
    }
  }

  // MARK: Decoding

  /// Takes one byte (0 … 255) or key as `ct_read` returns them.
  mutating func decode(_ input: Int, at time: ContinuousClock.Instant) -> [Event] {
    let late = rest(until: time)
    giveUp(at: time)
    lastInput = time
    switch state {
    case .paste(var bytes):
      if input == CTKeyPasteEnd { return endPaste() }
      if input < 256, bytes.count < Self.pasteLimit {
        // The array must not be shared while it grows.
        state = .ground
        bytes.append(UInt8(input))
        state = .paste(bytes)
      }
      return late

    case .mouseBytes(var bytes) where input < 256:
      bytes.append(UInt8(input))
      state = .mouseBytes(bytes)
      guard bytes.count == 3 else { return late }
      state = .ground
      return mouse(
        button: Int(bytes[0]) - 32, x: Int(bytes[1]) - 33, y: Int(bytes[2]) - 33, at: time)

    default:
      guard input < 256 else { return late + interrupt() + decode(key: input, at: time) }
      guard let scalar = scalar(endingWith: UInt8(input)) else { return late }
      return late + decode(scalar, at: time)
    }
  }

  /// The character that a byte completes: one of UTF-8, or beside them a control of eight bits (C1).
  private mutating func scalar(endingWith byte: UInt8) -> Unicode.Scalar? {
    if !character.isEmpty, byte & 0xC0 == 0x80 {
      character.append(byte)
      guard character.count == characterLength else { return nil }
      defer { character = [] }
      return String(validating: character, as: UTF8.self)?.unicodeScalars.first
    }
    character = []
    switch byte {
    case 0xC2...0xDF: characterLength = 2
    case 0xE0...0xEF: characterLength = 3
    case 0xF0...0xF4: characterLength = 4
    case ..<0xA0: return Unicode.Scalar(byte)
    default: return nil
    }
    character = [byte]
    return nil
  }

  /// The event left of earlier bytes when ncurses reports a key: at most an Escape key.
  private mutating func interrupt() -> [Event] {
    defer { state = .ground }
    switch state {
    case .escape: return [.key(.escape)]
    case .stringEscape(let kind, let bytes, let isAlone):
      endString(kind, bytes)
      return isAlone ? [.key(.escape)] : []
    case .lateIntroducer(let scalar): return key(scalar)
    default: return []
    }
  }

  private mutating func decode(
    _ scalar: Unicode.Scalar, at time: ContinuousClock.Instant
  ) -> [Event] {
    switch state {
    case .ground, .paste, .mouseBytes:
      return begin(scalar, at: time)

    case .escape(let isAlone):
      if scalar == "\u{1B}" {
        state = .escape(isAlone: false)
        return [.key(.escape)]
      }
      if beginSequence(scalar, at: time) { return [] }
      state = .ground
      // A key with Alt held has no meaning here, and is not an escape and that key.
      return isAlone ? [.key(.escape)] + begin(scalar, at: time) : []

    case .lateIntroducer(let introducer):
      state = .ground
      let isParameter = (0x30...0x3F).contains(scalar.value)
      if isParameter || !["[", "]"].contains(introducer), beginSequence(introducer, at: time) {
        return decode(scalar, at: time)
      }
      return key(introducer) + begin(scalar, at: time)

    case .control(var bytes):
      switch scalar.value {
      case 0x20...0x3F:
        if bytes.count < Self.sequenceLimit { bytes.append(UInt8(scalar.value)) }
        state = .control(bytes)
        return []
      case 0x40...0x7E:
        state = .ground
        return control(bytes, final: scalar, at: time)
      default:
        return begin(scalar, at: time)
      }

    case .single:
      state = .ground
      return Self.cursorKeys[scalar].map { [.key($0)] } ?? []

    case .string(let kind, var bytes):
      switch scalar {
      case "\u{1B}": state = .stringEscape(kind, bytes, isAlone: false)
      case "\u{9C}": endString(kind, bytes)
      case "\u{07}" where kind == .command: endString(kind, bytes)
      // Cancel and substitute.
      case "\u{18}", "\u{1A}": state = .ground
      default:
        if scalar.isASCII, bytes.count < Self.sequenceLimit { bytes.append(UInt8(scalar.value)) }
        state = .string(kind, bytes)
      }
      return []

    case .stringEscape(let kind, let bytes, let isAlone):
      endString(kind, bytes)
      guard scalar != "\\" else { return [] }
      // Not the end, but the beginning of something else; or an end without its second half.
      state = .escape(isAlone: isAlone)
      if scalar == "\u{1B}", !isAlone { return [] }
      return decode(scalar, at: time)
    }
  }

  private mutating func begin(
    _ scalar: Unicode.Scalar, at time: ContinuousClock.Instant
  ) -> [Event] {
    let isLate = lastEscape.map { time - $0 < Self.silence } ?? false
    lastEscape = nil
    state = .ground
    switch scalar.value {
    case 0x1B: state = .escape(isAlone: false)
    case 0x80...0x9F:
      // ESC and another byte in one.
      _ = beginSequence(Unicode.Scalar(UInt8(scalar.value - 0x40)), at: time)
    case _ where isLate && Self.introducers.contains(scalar): state = .lateIntroducer(scalar)
    default: return key(scalar)
    }
    return []
  }

  /// The second characters of sequences, as opposed to keys with Alt held.
  private static let introducers: Set<Unicode.Scalar> = ["[", "O", "]", "P", "X", "^", "_"]

  /// Whether `scalar` after an escape begins a sequence.
  private mutating func beginSequence(
    _ scalar: Unicode.Scalar, at time: ContinuousClock.Instant
  ) -> Bool {
    guard Self.introducers.contains(scalar) else { return false }
    switch scalar {
    case "[": begin(.control([]), at: time)
    case "O": begin(.single, at: time)
    case "]": begin(.string(.command, []), at: time)
    case "P": begin(.string(.device, []), at: time)
    case "_": begin(.string(.application, []), at: time)
    default: begin(.string(.other, []), at: time)
    }
    return true
  }

  mutating func begin(_ sequence: State, at time: ContinuousClock.Instant) {
    beginning = time
    state = sequence
  }

  private mutating func endString(_ kind: State.String, _ bytes: [UInt8]) {
    state = .ground
    let text = String(decoding: bytes, as: UTF8.self)
    let answer: TerminalAnswer? =
      switch kind {
      case .command: TerminalAnswer(string: text)
      case .device: TerminalAnswer(deviceString: text)
      case .application: TerminalAnswer(applicationString: text)
      case .other: nil
      }
    if let answer { answers.append(answer) }
  }

  /// A control sequence: an answer, a mouse report, or a key that came too slowly for ncurses to know it.
  private mutating func control(
    _ bytes: [UInt8], final: Unicode.Scalar, at time: ContinuousClock.Instant
  ) -> [Event] {
    let parameters = String(decoding: bytes, as: UTF8.self)
    if let answer = TerminalAnswer(parameters: parameters, final: final) {
      answers.append(answer)
      return []
    }
    switch (parameters, final) {
    case ("", "M"): begin(.mouseBytes([]), at: time)
    case ("200", "~"): begin(.paste([]), at: time)
    case ("", _): return Self.cursorKeys[final].map { [.key($0)] } ?? []
    case (_, "M") where parameters.hasPrefix("<"):
      return mouse(report: parameters.dropFirst(), at: time)
    default: break
    }
    return []
  }

  private static let cursorKeys: [Unicode.Scalar: Key] = [
    "A": .up, "B": .down, "C": .right, "D": .left, "H": .home, "F": .end, "Z": .backTab,
  ]

  // MARK: Paste

  /// Delivers what has been pasted so far.
  private mutating func endPaste() -> [Event] {
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
}
