/// The spelling of bytes in byte-level vocabularies: as visible characters, `Ġ` for a space and `Ċ` for a newline.
///
/// Source: GPT-2 (Radford et al. 2019).
package enum ByteCharacter {
  /// By byte. Those that can be seen in Latin-1 stand for themselves, the others come after it.
  static let characters: [Unicode.Scalar] = {
    var next: UInt16 = 0x100
    return (UInt8.min...UInt8.max).map { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF:
        return Unicode.Scalar(byte)
      default:
        defer { next += 1 }
        return Unicode.Scalar(next) ?? Unicode.Scalar(byte)
      }
    }
  }()

  private static let bytes = Dictionary(
    uniqueKeysWithValues: zip(characters, UInt8.min...UInt8.max))

  /// Bytes as a vocabulary writes them, in UTF-8.
  static func spelling(of bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap { Array(characters[Int($0)].utf8) }
  }

  /// The bytes of a vocabulary entry; nil if it is not written in such characters.
  package static func bytes(of token: String) -> [UInt8]? {
    var result: [UInt8] = []
    for scalar in token.unicodeScalars {
      guard let byte = bytes[scalar] else { return nil }
      result.append(byte)
    }
    return result
  }
}

/// GPT-2's: words with the space before them, written byte by byte.
struct ByteLevelPreTokenizer: PreTokenizer {
  /// Whether a text that begins without a space gets one.
  var addsPrefixSpace: Bool
  /// The words; nil to leave the text in one piece.
  private let words: RegularExpression?

  /// Endings such as `'s`; letters, digits, and what is neither, each with a space before it; white space, whose last
  /// character stays with what follows.
  private static let words =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  /// - Parameter file: For messages.
  init(addsPrefixSpace: Bool, isSplit: Bool = true, file: String) throws(TokenizerError) {
    self.addsPrefixSpace = addsPrefixSpace
    words = isSplit ? try RegularExpression(Self.words, file: file) : nil
  }

  init(_ setting: Setting) throws(TokenizerError) {
    try self.init(
      addsPrefixSpace: try setting["add_prefix_space"].bool(),
      isSplit: try setting["use_regex"].ifPresent?.bool() ?? true, file: setting.file)
  }

  func pieces(of text: AlignedText) throws(TokenizerError) -> [AlignedText] {
    guard let first = text.scalars.first else { return [] }
    var text = text
    if addsPrefixSpace, first != " " { text.prepend([" "]) }
    var pieces = [text]
    if let words { pieces = text.split(.isolated, at: try words.matches(in: text)) }
    return pieces.map { word in
      word.rebuilt { add in
        for (index, scalar) in zip(word.indices, word.scalars) {
          for byte in scalar.utf8 { add(ByteCharacter.characters[Int(byte)], index) }
        }
      }
    }
  }
}

/// Shows the text of a byte-level token, and bytes that are only part of a character as `⟨E2 96⟩`.
struct ByteLevelDecoder: TokenDecoder {
  init() {}
  init(_ setting: Setting) {}

  func decode(_ token: String) -> String {
    guard let bytes = ByteCharacter.bytes(of: token) else { return token }
    var text = ""
    /// Bytes that are no UTF-8, up to here.
    var broken: [UInt8] = []
    func endBroken() {
      guard !broken.isEmpty else { return }
      let numbers = broken.map(ByteToken.hexadecimal).joined(separator: " ")
      text += "\u{27E8}\(numbers)\u{27E9}"
      broken = []
    }
    var rest = bytes[...]
    while let first = rest.first {
      let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
      if let scalar = String(validating: rest.prefix(length), as: UTF8.self) {
        endBroken()
        text += scalar
        rest = rest.dropFirst(length)
      } else {
        broken.append(first)
        rest = rest.dropFirst()
      }
    }
    endBroken()
    return text
  }
}
