import Files

/// The escape sequence OSC 52, by which a terminal puts text on the clipboard of the machine in
/// front of the user, also through ssh.
enum Clipboard {
  /// Base64 characters that common terminals accept in one sequence.
  static let limit = 74_992

  /// `nil` if `text` is too long.
  static func sequence(for text: String, through multiplexer: Multiplexer) -> [UInt8]? {
    let encoded = Base64.text(Array(text.utf8)).utf8
    guard encoded.count <= limit else { return nil }
    let plain = Array("\u{1B}]52;c;".utf8) + encoded + [0x07]
    // Of several one gets through: tmux takes the first or the second, depending on its set-clipboard and
    // allow-passthrough, and GNU screen, which would show the second as text, the last.
    switch multiplexer {
    case []: return plain
    case .tmux: return plain + Multiplexer.throughTmux(plain)
    case .screen: return Multiplexer.throughScreen(plain)
    default: return plain + Multiplexer.throughScreen(plain)
    }
  }
}
