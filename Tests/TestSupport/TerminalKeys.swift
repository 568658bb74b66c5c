/// The bytes that a terminal sends for a key.
enum TerminalKeys {
  private static let fixed = [
    "Enter": "\r", "Esc": "\u{1B}", "Tab": "\t", "BTab": "\u{1B}[Z", "Space": " ",
    "BSpace": "\u{7F}", "Ins": "\u{1B}[2~", "Del": "\u{1B}[3~", "PgUp": "\u{1B}[5~",
    "PgDn": "\u{1B}[6~", "F1": "\u{1B}OP", "F2": "\u{1B}OQ", "F3": "\u{1B}OR", "F4": "\u{1B}OS",
    "F5": "\u{1B}[15~", "F6": "\u{1B}[17~", "F7": "\u{1B}[18~", "F8": "\u{1B}[19~",
    "F9": "\u{1B}[20~", "F10": "\u{1B}[21~", "F11": "\u{1B}[23~", "F12": "\u{1B}[24~",
  ]
  private static let cursor = [
    "Up": "A", "Down": "B", "Right": "C", "Left": "D", "Home": "H", "End": "F",
  ]

  /// `name` is one of the above, `C-x` with Control, `M-x` with Alt, or the text itself.
  ///
  /// - Parameter isApplication: Whether the program has switched the cursor keys' mode.
  static func bytes(for name: String, isApplication: Bool) -> [UInt8] {
    if let sequence = fixed[name] { return Array(sequence.utf8) }
    if let letter = cursor[name] {
      return Array((isApplication ? "\u{1B}O" : "\u{1B}[").utf8) + Array(letter.utf8)
    }
    if name.utf8.count == 3, name.hasPrefix("C-") {
      return [name.uppercased().utf8.last! & 0x1F]
    }
    if name.utf8.count > 2, name.hasPrefix("M-") {
      return [0x1B] + bytes(for: String(name.dropFirst(2)), isApplication: isApplication)
    }
    return Array(name.utf8)
  }
}
