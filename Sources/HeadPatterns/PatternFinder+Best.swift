import Attention

/// The search for labels.
///
/// Most labels measure weight: the mean, over the rows that see such a key, of the weight on the keys
/// that fit. They fit a head where that is at least 0.4, at least twice the level of chance (uniform
/// attention over the visible keys), and drawn from two rows and a tenth of all. `prev`, `next`,
/// `self`: the key at −1, +1, 0. `off`: the one other distance with most weight. `first`: key 0.
/// `delim`: special tokens but for key 0. `punct`: punctuation. `vert`: the one ordinary key with most
/// weight. `same`: the same word elsewhere, whatever its case; `same-x`: in the other sentence. `induct`: the key after an earlier
/// occurrence of the query's token. `subword`: the other pieces of the query's word.
///
/// The others have a measure and a threshold of their own:
/// - `broad`: mean entropy of the rows ≥ 0.85 of the uniform one.
/// - `block`: weight inside the own sentence ≥ 0.6 of the way from chance to 1, and there ≥ 0.85 of
///   the uniform entropy.
/// - `decay`: log of the mean weight at a distance, relative to chance and without sinks, falls with
///   it: correlation ≤ −0.9, by a factor of 4 or more, and the distance explains half of the variance
///   of the weights.
/// - `align` (cross attention): the weight on the heaviest keys that, from query to query, never go
///   back, at least 0.4 of all and twice chance; these are four of five of the queries that do not rest
///   on a sink, and they move.
///
/// **Sinks.** Heads rest on the first token or a delimiter where they find nothing. Where these hold at
/// least 0.4 of the weight and twice their chance, but leave a twentieth, the position and content
/// labels above are measured on what they leave: without these keys, and as a share of the weight that
/// is not on them, summed over all rows (so that rows with much left count most). Such scores say so.
///
/// Of the labels that fit, two are kept: first what the head does besides resting on a sink, the one of
/// these that explains most weight beyond chance, then the one of all others that does. But `off` gives way
/// to `induct`, which draws a diagonal in a text that repeats itself, `decay` to `prev`, `next` and
/// `self`, which say the same and more, and the one of `same` and `same-x` that explains less to the
/// other. Where none fits, it is `sharp` if the rows' largest weights are half of the weight or more on
/// average, else `mixed`, which has no score. A label is a hypothesis.
extension PatternFinder {
  /// The labels that fit and say something of their own, those that explain most first.
  static func best(of findings: [Finding]) -> [Pattern] {
    // Of findings that explain as much, the first one comes first.
    let fitting = findings.filter { $0.explained != nil }
      .sorted { ($0.explained ?? 0) > ($1.explained ?? 0) }
      .map(\.pattern)
    let labels = fitting.map(\.label)
    let sayTheSame: Set<PatternLabel> = [.same, .sameAcross]
    return fitting.filter {
      switch $0.label {
      case .offset: !labels.contains(.induction)
      case .decay: !labels.contains { [.previous, .next, .own].contains($0) }
      case .same, .sameAcross: labels.first(where: sayTheSame.contains) == $0.label
      default: true
      }
    }
  }
}
