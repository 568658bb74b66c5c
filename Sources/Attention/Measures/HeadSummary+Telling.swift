import Glibc

/// The amount that a head has to tell: where a look at a model begins, and what one of its heads is ranked by.
extension HeadSummary {
  /// The label that tells most: of what the tokens mean before where they stand, both before where heads rest; and
  /// of these the one that most weight speaks for, and most beyond chance.
  public var telling: Pattern {
    patterns.dropFirst().reduce(patterns[0]) { best, pattern in
      best.rank < pattern.rank ? pattern : best
    }
  }

  /// The same for comparing heads: of those without a telling label, the one that looks sharply at what is no sink.
  package var rank: (Int, Float) {
    let rank = telling.rank
    guard rank.0 == 0 else { return rank }
    return (0, spread.map { $0.peak * (1 - $0.sinks) } ?? maximum)
  }
}

extension HeadSummary.Pattern {
  /// Labels of content are worth more than those of position, these more than all others; then bits: the share of
  /// the weight times the logarithm of how many times chance it is.
  fileprivate var rank: (Int, Float) {
    let worth =
      switch label.family {
      case .content: 2
      case .position: 1
      case .sinks, .broad, .mixed: 0
      }
    return (worth, worth > 0 ? score * log2(max(1, lift ?? 2)) : 0)
  }
}
