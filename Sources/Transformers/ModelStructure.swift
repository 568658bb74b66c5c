import Attention

/// The parts of a model: its stacks, and what predicts tokens.
public struct ModelStructure: Sendable {
  /// nil but for encoder-decoders.
  let encoder: TransformerStack?
  /// The stack whose last states predict: the only one, or the decoder.
  let last: TransformerStack
  /// nil if the checkpoint has none.
  let head: (any PredictionHead)?

  init(encoder: TransformerStack? = nil, _ last: TransformerStack, head: (any PredictionHead)?) {
    self.encoder = encoder
    self.last = last
    self.head = head
  }

  /// The kind of attention to the own side in the stack that predicts.
  var lastKind: AttentionKind { encoder == nil ? .own : .decoder }

  /// The kinds of attention in the stack that predicts, in the order in which a layer has them.
  var lastKinds: [AttentionKind] { encoder == nil ? [.own] : [.decoder, .cross] }

  /// The stack that has attention of a kind; nil where none has.
  func stack(_ kind: AttentionKind) -> TransformerStack? {
    switch kind {
    case .own: encoder == nil ? last : nil
    case .encoder: encoder
    case .decoder, .cross: encoder == nil ? nil : last
    }
  }

  /// The attention of a kind in a layer that there is.
  func attention(_ kind: AttentionKind, layer: Int) -> MultiHeadAttention? {
    guard let layer = stack(kind)?.layers[layer] else { return nil }
    return kind == .cross ? layer.cross?.body : layer.attention.body
  }

  /// Whether tokens of the stack that predicts see only what came before them.
  public var isCausal: Bool { last.layers.first?.attention.body.mask.isCausal ?? false }

  /// The number of tokens that the head that predicts tells apart; 0 without one.
  public var scoreCount: Int { head?.scoreCount ?? 0 }

  /// Whether a token's scores come from its state by a linear layer, so that what is added to the state is a share of
  /// them.
  public var predictsLinearly: Bool { head is LanguageModelHead }
}
