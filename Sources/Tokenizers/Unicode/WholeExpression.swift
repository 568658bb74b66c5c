/// A regular expression that a whole text matches or not, for settings beside those of tokenizers.
package struct WholeExpression: Sendable {
  private let expression: RegularExpression

  /// - Throws: `wrongPattern`.
  package init(_ pattern: String, file: String) throws(TokenizerError) {
    expression = try RegularExpression("\\A(?:\(pattern))\\z", file: file)
  }

  /// - Throws: `patternTooSlow`.
  package func matches(_ text: String) throws(TokenizerError) -> Bool {
    try !expression.matches(in: AlignedText(text)).isEmpty
  }
}
