/// A text, or a pair of texts, as the model reads it.
public struct Encoding: Hashable, Sendable {
  public var tokens: [EncodedToken]
  /// Tokens of the text that were left out because it was too long.
  public var truncatedCount: Int
}

/// One token of an encoded text.
public struct EncodedToken: Hashable, Sendable {
  /// As the vocabulary stores it.
  public var text: String
  /// As a person reads it: the vocabulary's marks decoded. Not yet safe for a terminal.
  public var display: String
  public var id: Int
  /// The number of the embedding for the part of the input to which the token belongs.
  public var typeID: Int
  /// Added around the text rather than found in it.
  public var isSpecial: Bool
  /// Goes on with the word of the token before.
  public var continuesWord: Bool
  /// Its range in the source text, in Unicode scalars; nil for tokens that were added.
  public var sourceRange: Range<Int>?
  /// 0 for sentence A and 1 for sentence B. A delimiter counts with the sentence it closes.
  public var sequence: Int
}
