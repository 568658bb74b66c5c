/// Several pre-tokenizers, each cutting the pieces of the one before.
struct PreTokenizerSequence: PreTokenizer {
  var preTokenizers: [any PreTokenizer] = []

  init(_ preTokenizers: [any PreTokenizer]) {
    self.preTokenizers = preTokenizers
  }

  init(_ setting: Setting) throws(TokenizerError) {
    for element in try setting["pretokenizers"].stages() {
      preTokenizers.append(try element.preTokenizer())
    }
  }

  func pieces(of text: AlignedText) throws(TokenizerError) -> [AlignedText] {
    var pieces = [text]
    for preTokenizer in preTokenizers {
      var smaller: [AlignedText] = []
      for piece in pieces { smaller += try preTokenizer.pieces(of: piece) }
      pieces = smaller
    }
    return pieces
  }
}

/// BERT's: words between white space, punctuation marks each alone.
struct BertPreTokenizer: PreTokenizer {
  init() {}
  init(_ setting: Setting) {}

  func pieces(of text: AlignedText) -> [AlignedText] {
    text.split(.removed, where: \.isWhitespace).flatMap {
      $0.split(.isolated, where: \.isPunctuation)
    }
  }
}

struct WhitespacePreTokenizer: PreTokenizer {
  init() {}
  init(_ setting: Setting) {}

  func pieces(of text: AlignedText) -> [AlignedText] {
    text.split(.removed, where: \.isWhitespace)
  }
}

/// Runs of `\w`, and runs of what is neither that nor white space.
struct WordPreTokenizer: PreTokenizer {
  init(_ setting: Setting) {}

  func pieces(of text: AlignedText) -> [AlignedText] {
    text.split(.removed, where: \.isWhitespace).flatMap {
      $0.split(.contiguous, where: \.isWord)
    }
  }
}

struct PunctuationPreTokenizer: PreTokenizer {
  var behavior: SplitBehavior

  init(_ behavior: SplitBehavior) {
    self.behavior = behavior
  }

  init(_ setting: Setting) throws(TokenizerError) {
    behavior = try setting["behavior"].ifPresent.map(SplitBehavior.init) ?? .isolated
  }

  func pieces(of text: AlignedText) -> [AlignedText] {
    text.split(behavior, where: \.isPunctuation)
  }
}

struct DigitsPreTokenizer: PreTokenizer {
  var isolatesEachDigit: Bool

  init(_ setting: Setting) throws(TokenizerError) {
    isolatesEachDigit = try setting["individual_digits"].bool()
  }

  func pieces(of text: AlignedText) -> [AlignedText] {
    text.split(isolatesEachDigit ? .isolated : .contiguous, where: \.isNumeric)
  }
}

struct DelimiterPreTokenizer: PreTokenizer {
  var delimiter: Unicode.Scalar

  init(_ setting: Setting) throws(TokenizerError) {
    delimiter = try setting["delimiter"].scalar()
  }

  func pieces(of text: AlignedText) -> [AlignedText] {
    text.split(.removed) { $0 == delimiter }
  }
}
