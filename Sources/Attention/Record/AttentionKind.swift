/// The kind of attention: a model's only one, or one of an encoder-decoder's three.
public enum AttentionKind: String, CaseIterable, Codable, Sendable {
  /// Encoder-only and decoder-only models.
  case own = "self"
  case encoder
  case decoder
  /// Queries from the decoder, keys from the encoder's output.
  case cross
}
