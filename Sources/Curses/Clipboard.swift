/// The escape sequence OSC 52, by which a terminal puts text on the clipboard of the machine in
/// front of the user, also through ssh.
enum Clipboard {
  /// Base64 characters that common terminals accept in one sequence.
  static let limit = 74_992

  /// `nil` if `text` is too long.
  static func sequence(for text: String, through multiplexer: Multiplexer) -> [UInt8]? {
    let encoded = base64(Array(text.utf8))
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

  static func base64(_ bytes: [UInt8]) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for digit in 0..<4 {
        result.append(
          digit <= group.count ? alphabet[bits >> (18 - 6 * digit) & 63] : UInt8(ascii: "="))
      }
    }
    return result
  }
}
