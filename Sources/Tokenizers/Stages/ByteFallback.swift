/// Tokens that stand for one byte of a text that the vocabulary cannot spell, such as `<0x0A>`.
enum ByteToken {
  static let texts: [String] = (0...255).map { byte in
    "<0x" + hexadecimal(UInt8(byte)) + ">"
  }

  /// The byte that a token stands for.
  static func byte(_ token: String) -> UInt8? {
    let utf8 = token.utf8
    let digits = token.dropFirst(3).dropLast()
    guard utf8.count == 6, token.hasPrefix("<0x"), utf8.last == UInt8(ascii: ">"),
      digits.allSatisfy(\.isHexDigit)
    else { return nil }
    return UInt8(digits, radix: 16)
  }

  static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }
}

/// Shows a token that stands for a byte as its character, or, where it is only part of one, as `⟨E2⟩`.
struct ByteFallbackDecoder: TokenDecoder {
  init() {}
  init(_ setting: Setting) {}

  func decode(_ token: String) -> String {
    guard let byte = ByteToken.byte(token) else { return token }
    return byte < 0x80
      ? String(Unicode.Scalar(byte)) : "\u{27E8}\(ByteToken.hexadecimal(byte))\u{27E9}"
  }
}
