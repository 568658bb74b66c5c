import Glibc

/// The layer that gives each token of the vocabulary its score, which is often the embeddings once more.
struct LanguageModelHead: PredictionHead {
  let linear: Linear
  /// Scores become `cap · tanh(score / cap)` (Gemma 2).
  var softcap: Float?
  /// What the scores are multiplied with.
  var scale: Float = 1

  init(_ linear: Linear) { self.linear = linear }

  /// Reads `weight` and `bias`, if the configuration says that there is one.
  ///
  /// - Parameters:
  ///   - reader: The head's own scope, such as `lm_head`.
  ///   - embeddings: Those of the tokens.
  ///   - isTied: Whether the embeddings serve as the weight.
  /// - Returns: nil if the checkpoint has no head.
  init?(
    _ reader: WeightReader, embeddings: Embedding, isTied: Bool, hasBias: Bool = false
  ) throws(TransformerError) {
    guard isTied || reader.contains("weight") else { return nil }
    let weight = embeddings.weight
    let own =
      isTied
      ? weight
      : try reader.matrix("weight", rowCount: weight.rowCount, columnCount: weight.columnCount)
    linear = Linear(
      weight: own, bias: hasBias ? try reader.vector("bias", count: weight.rowCount) : nil)
  }

  func logits(_ x: HiddenStates) -> HiddenStates {
    var x = x
    x *= scale
    var logits = linear(x)
    if let softcap {
      for index in logits.values.indices {
        logits.values[index] = softcap * tanh(logits.values[index] / softcap)
      }
    }
    return logits
  }
}
