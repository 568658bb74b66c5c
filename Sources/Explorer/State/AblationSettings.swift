import Attention

/// The settings of ablations: what replaces the sums that heads take, and at which queries.
public struct AblationSettings: Equatable, Sendable {
  public var replacement = HeadAblation.Replacement.zero
  public var rows = EffectRows.all
}

extension HeadAblation.Replacement {
  /// As a sentence says it.
  var title: String {
    switch self {
    case .zero: "zero"
    case .zeroKeepBias: "the bias of its values"
    case .mean: "its mean over the text"
    case .first: "the first token's value"
    }
  }
}
