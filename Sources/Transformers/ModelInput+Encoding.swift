import Attention
import Tokenizers

extension ModelInput {
  /// A text as a tokenizer encoded it: its tokens, their ids, and which sentence each belongs to.
  public init(_ encoding: Encoding) {
    self.init(
      tokens: encoding.tokens.map(Token.init), ids: encoding.tokens.map(\.id),
      tokenTypeIds: encoding.tokens.map(\.typeID))
  }
}

extension Token {
  /// A token as a tokenizer made it.
  public init(_ token: EncodedToken) {
    self.init(
      text: token.text, display: token.display, id: token.id, isSpecial: token.isSpecial,
      continuesWord: token.continuesWord, sourceRange: token.sourceRange, segment: token.sequence)
  }
}
