/// Several decoders, one after the other.
struct TokenDecoderSequence: TokenDecoder {
  var decoders: [any TokenDecoder] = []

  init(_ decoders: [any TokenDecoder]) {
    self.decoders = decoders
  }

  init(_ setting: Setting) throws(TokenizerError) {
    for element in try setting["decoders"].stages() {
      decoders.append(try element.decoder())
    }
  }

  func decode(_ token: String) -> String {
    decoders.reduce(token) { $1.decode($0) }
  }
}

/// Takes off the mark of a piece that goes on with a word.
struct WordPieceDecoder: TokenDecoder {
  var prefix: String

  init(prefix: String) {
    self.prefix = prefix
  }

  init(_ setting: Setting) throws(TokenizerError) {
    // Its other setting, `cleanup`, is about the spaces between tokens.
    prefix = try setting["prefix"].string()
  }

  func decode(_ token: String) -> String {
    let scalars = token.unicodeScalars
    guard scalars.starts(with: prefix.unicodeScalars) else { return token }
    let rest = scalars.dropFirst(prefix.unicodeScalars.count)
    return rest.isEmpty ? token : String(rest)
  }
}

/// Takes off the mark of a piece that ends a word.
struct SuffixDecoder: TokenDecoder {
  var suffix: String

  init(_ setting: Setting) throws(TokenizerError) {
    suffix = try setting["suffix"].string()
  }

  func decode(_ token: String) -> String {
    let scalars = Array(token.unicodeScalars)
    let suffix = Array(suffix.unicodeScalars)
    guard scalars.count > suffix.count, scalars.suffix(suffix.count).elementsEqual(suffix) else {
      return token
    }
    return String(String.UnicodeScalarView(scalars.dropLast(suffix.count)))
  }
}

/// Steps that concern a text as a whole, not its tokens one by one: Fuse and Strip.
struct WholeTextDecoder: TokenDecoder {
  init(_ setting: Setting) {}
  func decode(_ token: String) -> String { token }
}
