/// Cuts the text where a pattern matches.
struct SplitPreTokenizer: PreTokenizer {
  var pattern: TextPattern
  var behavior: SplitBehavior
  /// The matches are the pieces, and what lies between them the delimiters.
  var isInverted: Bool

  init(pattern: TextPattern, behavior: SplitBehavior, isInverted: Bool = false) {
    self.pattern = pattern
    self.behavior = behavior
    self.isInverted = isInverted
  }

  init(_ setting: Setting) throws(TokenizerError) {
    pattern = try TextPattern(setting["pattern"])
    behavior = try SplitBehavior(setting["behavior"])
    isInverted = try setting["invert"].bool()
  }

  func pieces(of text: AlignedText) throws(TokenizerError) -> [AlignedText] {
    text.split(behavior, at: try pattern.matches(in: text), isInverted: isInverted)
  }
}
