/// A decoder-only model, which predicts the next token.
protocol DecoderModel: SelfAttentionModel where Head == LanguageModelHead {
  /// What the first layer is given.
  func embed(_ ids: [Int]) throws(TransformerError) -> HiddenStates
}

extension DecoderModel {
  func embed(_ input: ModelInput) throws(TransformerError) -> HiddenStates {
    try embed(input.ids)
  }
}
