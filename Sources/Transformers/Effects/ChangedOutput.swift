import Attention
import CKernels
import Glibc

/// The output of a run in which something was changed, beside that of the run in which nothing was.
public enum ChangedOutput: Sendable {
  /// Of a model that predicts, at one row.
  case prediction(Prediction)
  /// Of a model without a head that predicts: how far the first token's last state, and the mean of all, moved, each as
  /// 1 − cosine.
  case distances(first: Float, mean: Float)

  public struct Prediction: Sendable {
    /// The scores of the tokens that were asked for.
    public let logits: [Float]
    /// KL(unchanged ‖ changed) over the vocabulary, in nats.
    public let divergence: Float
    /// The tokens with the highest scores, best first.
    public let best: [TokenLogit]
  }
}

/// A token's score.
public struct TokenLogit: Hashable, Sendable {
  public let id: Int
  public let logit: Float
}

/// The output of the run in which nothing was changed.
enum CleanOutput: Sendable {
  case prediction(logits: [Float], probabilities: [Float], tokens: [Int])
  case states(HiddenStates)

  /// - Parameter tokens: Whose scores are asked for.
  init(_ last: HiddenStates, row: Int, head: (any PredictionHead)?, tokens: [Int]) {
    guard let head else {
      self = .states(last)
      return
    }
    let logits = head.logits(last.rows([row])).values
    var probabilities = logits
    ck_softmax(&probabilities, logits.count)
    self = .prediction(logits: logits, probabilities: probabilities, tokens: tokens)
  }

  /// - Parameter new: The changed scores at the row.
  /// - Precondition: The model predicts.
  func change(to new: ArraySlice<Float>) -> ChangedOutput.Prediction {
    guard case .prediction(let logits, let probabilities, let tokens) = self else {
      preconditionFailure("scores of a model that has none")
    }
    var difference = Array(new)
    var changed = difference
    ck_softmax(&changed, changed.count)
    let best = new.largest(TokenProbability.limit)
    let (top, cleanTop) = (best[0], logits[...].largest(1)[0])
    var negative = logits
    ck_scale(&negative, -1, negative.count)
    ck_add(&difference, negative, difference.count)
    let meanDifference = Double(ck_dot(probabilities, difference, difference.count))
    // The logarithms of both sums of exponentials, by way of their best tokens.
    let sums =
      Double(new[new.startIndex + top]) - Double(logits[cleanTop])
      + log(Double(probabilities[cleanTop])) - log(Double(changed[top]))
    return ChangedOutput.Prediction(
      logits: tokens.map { new[new.startIndex + $0] },
      divergence: Float(max(0, sums - meanDifference)),
      best: best.map { TokenLogit(id: $0, logit: new[new.startIndex + $0]) })
  }

  /// - Parameter last: The changed last states of all tokens.
  func change(
    to last: HiddenStates, row: Int, head: (any PredictionHead)?
  ) -> ChangedOutput {
    switch self {
    case .prediction:
      guard let head else { preconditionFailure("a head that was there") }
      return .prediction(change(to: head.logits(last.rows([row])).values[...]))
    case .states(let clean):
      return .distances(
        first: Self.distance(clean.row(0), last.row(0)),
        mean: Self.distance(clean.mean[...], last.mean[...]))
    }
  }

  static func distance(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Float {
    func dot(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Double {
      zip(a, b).reduce(into: 0) { $0 += Double($1.0) * Double($1.1) }
    }
    return Float(1 - dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot())
  }
}
