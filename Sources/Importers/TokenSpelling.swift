import Attention
import Tokenizers

/// A vocabulary's marks of words and their pieces, inferred from the tokens themselves, since files of attention seldom
/// say which tokenizer made them.
enum TokenSpelling {
  /// `##ing`: goes on with a word.
  case wordPiece
  /// `Ġthe`: bytes as characters, the space before a word among them.
  case byteLevel
  /// `▁the`: begins a word.
  case metaspace
  /// ` the`: begins a word, its mark already replaced for display.
  case spaced
  /// `the</w>`: ends a word.
  case wordEnd
  case plain

  init(_ tokens: [String]) {
    if tokens.contains(where: \.isWordPiece) {
      self = .wordPiece
    } else if tokens.contains(where: { $0.hasPrefix("Ġ") }) {
      self = .byteLevel
    } else if tokens.contains(where: { $0.hasPrefix("▁") }) {
      self = .metaspace
    } else if tokens.contains(where: { $0.hasSuffix("</w>") }) {
      self = .wordEnd
    } else if tokens.contains(where: { $0.hasPrefix(" ") && $0.utf8.count > 1 }) {
      self = .spaced
    } else {
      self = .plain
    }
  }

  /// The token's text as a person reads it.
  func display(_ token: String) -> String {
    switch self {
    case .wordPiece: token.isWordPiece ? String(token.dropFirst(2)) : token
    case .byteLevel:
      ByteCharacter.bytes(of: token).map { String(decoding: $0, as: UTF8.self) } ?? token
    case .metaspace: String(token.map { $0 == "▁" ? " " : $0 })
    case .wordEnd: token.hasSuffix("</w>") ? String(token.dropLast(4)) : token
    case .spaced, .plain: token
    }
  }

  /// Whether `token` goes on with the word of `previous`, neither of them special.
  func continuesWord(_ token: String, after previous: String) -> Bool {
    switch self {
    case .wordPiece: token.isWordPiece
    case .byteLevel: !token.hasPrefix("Ġ") && display(token).isWord
    case .metaspace: !token.hasPrefix("▁") && token.isWord
    case .spaced: !token.hasPrefix(" ") && token.isWord
    case .wordEnd: !previous.hasSuffix("</w>")
    case .plain: false
    }
  }

  /// Whether a token is no part of a text, by the names that vocabularies give such tokens.
  static func isSpecial(_ token: String) -> Bool {
    if specials.contains(token) { return true }
    return token.hasPrefix("<|") && token.hasSuffix("|>")
  }

  private static let specials: Set<String> = [
    "[CLS]", "[SEP]", "[PAD]", "[BOS]", "[EOS]", "<s>", "</s>", "<pad>", "<bos>", "<eos>", "<cls>",
    "<sep>", "<EOS>", "<PAD>",
  ]
}

extension String {
  fileprivate var isWordPiece: Bool { hasPrefix("##") && utf8.count > 2 }

  /// Whether it begins like a word, not like punctuation.
  fileprivate var isWord: Bool { first.map { $0.isLetter || $0.isNumber } ?? false }
}

extension Token {
  /// Tokens of which only the texts are known.
  static func spelled(_ texts: [String]) -> [Token] {
    let spelling = TokenSpelling(texts)
    return texts.indices.map { index in
      let text = texts[index]
      let isSpecial = TokenSpelling.isSpecial(text)
      var token = Token(text: text, display: spelling.display(text), isSpecial: isSpecial)
      if index > 0, !isSpecial, !TokenSpelling.isSpecial(texts[index - 1]) {
        token.continuesWord = spelling.continuesWord(text, after: texts[index - 1])
      }
      return token
    }
  }
}
