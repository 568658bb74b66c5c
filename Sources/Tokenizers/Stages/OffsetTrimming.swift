/// Leaves white space out of the source ranges of tokens, as RobertaProcessing asks.
struct OffsetTrimming: Sendable {
  /// A space was put before the text, and is no part of the source.
  var addsPrefixSpace: Bool

  /// - Parameter text: The token's vocabulary entry.
  /// - Parameter isFirst: Whether no token stands before it.
  func trimmed(_ token: SourceToken, text: String, isFirst: Bool) -> SourceSpan {
    let scalars = text.unicodeScalars
    var leadingCount = UInt32(scalars.prefix(while: Self.isSpace).count) + token.spacesBefore
    let trailingCount =
      UInt32(scalars.reversed().prefix(while: Self.isSpace).count) + token.spacesAfter
    var span = token.source
    if leadingCount > 0, addsPrefixSpace, isFirst || span.start == 0 { leadingCount -= 1 }
    span.start = min(span.start + leadingCount, span.end)
    if span.end >= trailingCount { span.end = max(span.end - trailingCount, span.start) }
    return span
  }

  /// `Ġ` is how a byte-level vocabulary writes a space.
  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "Ġ" || scalar.isWhitespace
  }
}
