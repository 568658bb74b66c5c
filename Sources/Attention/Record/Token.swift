/// One token of an input.
public struct Token: Hashable, Sendable {
  /// As the vocabulary stores it: `Ġthe`, `##ing`, `▁the`, `<0x0A>`.
  public var text: String
  /// As a person reads it: the vocabulary's marks decoded. Not yet safe for a terminal.
  public var display: String
  public var id: Int?
  /// Added by the tokenizer (`[CLS]`, `</s>`) rather than part of the text.
  public var isSpecial: Bool
  /// Goes on with the word of the token before.
  public var continuesWord: Bool
  /// Its range in the source text, in Unicode scalars; nil for tokens that were added.
  public var sourceRange: Range<Int>?
  /// 0 for sentence A and 1 for sentence B, delimiters included.
  public var segment: Int

  public init(
    text: String, display: String, id: Int? = nil, isSpecial: Bool = false,
    continuesWord: Bool = false, sourceRange: Range<Int>? = nil, segment: Int = 0
  ) {
    self.text = text
    self.display = display
    self.id = id
    self.isSpecial = isSpecial
    self.continuesWord = continuesWord
    self.sourceRange = sourceRange
    self.segment = segment
  }
}

extension Token {
  package var isPunctuation: Bool {
    let word = display.filter { !$0.isWhitespace }
    return !word.isEmpty && word.allSatisfy { $0.isPunctuation || $0.isSymbol }
  }
}
