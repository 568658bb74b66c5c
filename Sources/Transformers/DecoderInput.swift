import Attention

/// The input of an encoder-decoder's decoder.
public enum DecoderInput: Sendable {
  /// These tokens as they are, the start token included. See `DecoderSummary.shiftRight(_:)`.
  case given(tokens: [Token], ids: [Int])
  /// The tokens that the model generates itself, always the likeliest one, up to its end.
  ///
  /// - Parameters:
  ///   - firstID: What it begins with behind the start, such as a language, instead of what its files say.
  ///   - tokens: What is shown for the ids, one for each.
  case generated(
    firstID: Int? = nil,
    tokens: @Sendable ([Int]) -> [Token] = { ids in
      ids.map { Token(text: "#\($0)", display: "#\($0)", id: $0) }
    })
}

/// The summary of an encoder-decoder's decoder in an overview.
public struct DecoderSummary: Hashable, Sendable {
  public var layerCount: Int
  public var headCount: Int
  /// The longest target, in tokens.
  public var positionCount: Int
  /// With which id the decoder starts; nil if the files leave it to the caller (a language).
  public var startID: Int?

  public init(layerCount: Int, headCount: Int, positionCount: Int, startID: Int? = nil) {
    self.layerCount = layerCount
    self.headCount = headCount
    self.positionCount = positionCount
    self.startID = startID
  }

  /// The decoder's input while it is to generate `ids`: the start, and all of them but the last. Where the files name
  /// no start, the last one is it, as mBART's language.
  public func shiftRight(_ ids: [Int]) -> [Int]? {
    (startID ?? ids.last).map { [$0] + ids.dropLast() }
  }
}
