import CKernels
import Glibc
import Synchronization

/// The layer that gives each token of the vocabulary its score, which is often the embeddings once more.
struct LanguageModelHead: PredictionHead {
  let linear: Linear
  /// Scores become `cap · tanh(score / cap)` (Gemma 2).
  var softcap: Float?
  /// The factor of the scores.
  var scale: Float = 1
  private let meanWeight = MeanWeight()

  init(_ linear: Linear) { self.linear = linear }

  /// Reads `weight` and `bias`, if the configuration says that there is one.
  ///
  /// - Parameters:
  ///   - reader: The head's own scope, such as `lm_head`.
  ///   - embeddings: Those of the tokens.
  ///   - isTied: Whether the embeddings serve as the weight.
  ///   - count: Of tokens with scores, if not all that have embeddings.
  /// - Returns: nil if the checkpoint has no head.
  init?(
    _ reader: WeightReader, embeddings: Embedding, isTied: Bool, hasBias: Bool = false,
    count: Int? = nil
  ) throws(TransformerError) {
    // Of a body alone, a tied head would be there but for its bias.
    let isThere = isTied && (!hasBias || reader.contains("bias"))
    guard isThere || reader.contains("weight") else { return nil }
    let weight = embeddings.weight
    let count = count ?? weight.rowCount
    let own =
      isTied && !reader.isReplaced("weight")
      ? try reader.adapted(embeddings.tied[0..<count], as: "weight")
      : try reader.matrix("weight", rowCount: count, columnCount: weight.columnCount)
    linear = Linear(
      weight: own, bias: hasBias ? try reader.vector("bias", count: count) : nil)
  }

  var scoreCount: Int { linear.weight.rowCount }

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

// MARK: Directions

extension LanguageModelHead {
  /// The direction of states along which a sum of scores grows, before the cap, and what the sum is at 0.
  ///
  /// - Parameter isCentred: Whether the mean score of the vocabulary is taken off, which no probability depends on.
  func direction(
    _ tokens: [(id: Int, factor: Float)], isCentred: Bool
  ) -> (vector: [Float], bias: Float) {
    var vector = isCentred ? meanWeight.value(of: linear.weight) : []
    if vector.isEmpty { vector = [Float](repeating: 0, count: linear.weight.columnCount) }
    ck_scale(&vector, -1, vector.count)
    var row = vector
    var bias = 0.0
    for (id, factor) in tokens {
      linear.weight.copyRow(id, to: &row)
      ck_scale(&row, factor, row.count)
      ck_add(&vector, row, vector.count)
      bias += Double(factor) * Double(linear.bias?[id] ?? 0)
    }
    if isCentred, let all = linear.bias {
      bias -= all.reduce(into: 0.0) { $0 += Double($1) } / Double(all.count)
    }
    ck_scale(&vector, scale, vector.count)
    return (vector, Float(bias))
  }

  /// The scores that parts of states have, before the cap and without the bias, less their mean: `[rows, vocabulary]`.
  func centredScores(of parts: HiddenStates) -> HiddenStates {
    var scores = parts
    scores *= scale
    scores = Linear(weight: linear.weight, bias: nil)(scores)
    for row in 0..<scores.tokenCount {
      let mean = Float(
        scores.row(row).reduce(into: 0.0) { $0 += Double($1) } / Double(scores.size))
      scores.replaceRow(row, with: scores.row(row).map { $0 - mean })
    }
    return scores
  }
}

/// The mean over the vocabulary of the rows of a head's weight, which is the same for all texts: made once.
private final class MeanWeight: Sendable {
  private let known = Mutex<[Float]?>(nil)

  func value(of weight: WeightMatrix) -> [Float] {
    known.withLock { known in
      if let known { return known }
      let share = 1 / Float(weight.rowCount)
      let mean = Linear(weight: weight.transposed, bias: nil)(
        HiddenStates(
          tokenCount: 1, size: weight.rowCount,
          values: [Float](repeating: share, count: weight.rowCount))
      ).values
      known = mean
      return mean
    }
  }
}
