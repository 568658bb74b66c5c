/// The measures of a head over many texts, each of which counts once: whether a label holds beyond one of them.
public struct HeadEvidence: Equatable, Sendable {
  /// What could be measured in one text at least.
  public var measures: [HeadMeasure: Measure]
  /// By label, in how many texts it was the head's first one.
  public var firsts: [PatternLabel: Int]
  /// The queries to which the head adds most, most first; none where nobody asked for them.
  public var exemplars: [HeadExemplar]

  public init(
    measures: [HeadMeasure: Measure] = [:], firsts: [PatternLabel: Int] = [:],
    exemplars: [HeadExemplar] = []
  ) {
    self.measures = measures
    self.firsts = firsts
    self.exemplars = exemplars
  }

  /// A measure over the texts in which it could be taken.
  public struct Measure: Equatable, Sendable {
    public var textCount: Int
    /// Of the texts' values, each the mean over its queries.
    public var mean: Float
    /// Of the texts' values, with n − 1; nil for one text, as is the interval.
    public var deviation: Float?
    /// The bounds between which 95 % of the means lie of as many texts drawn from these (percentile bootstrap).
    public var interval: Interval?
    /// Of labels that measure weight: the mean of what uniform attention has.
    public var chance: Float?
    /// The probability that values which are as often below chance as above it come out so high: the share of flips of
    /// their signs that do, all flips for up to 12 texts.
    public var p: Float?
    /// The same among all heads and labels: the share of false ones among those with no more than this (Benjamini and
    /// Hochberg, 1995).
    public var q: Float?

    public init(
      textCount: Int, mean: Float, deviation: Float? = nil, interval: Interval? = nil,
      chance: Float? = nil, p: Float? = nil, q: Float? = nil
    ) {
      self.textCount = textCount
      self.mean = mean
      self.deviation = deviation
      self.interval = interval
      self.chance = chance
      self.p = p
      self.q = q
    }

    /// The ratio of the mean to chance.
    public var lift: Float? { chance.flatMap { $0 > 0 ? mean / $0 : nil } }
  }

  public struct Interval: Equatable, Sendable {
    public var low: Float
    public var high: Float

    public init(low: Float, high: Float) {
      self.low = low
      self.high = high
    }
  }

  /// The number of texts in which a label is the first, of those in which it could be measured.
  public struct Share: Equatable, Sendable {
    public let count: Int
    public let textCount: Int

    public var value: Float { textCount > 0 ? Float(count) / Float(textCount) : 0 }

    /// The bounds of 95 % (Wilson, 1927).
    public var interval: Interval {
      guard textCount > 0 else { return Interval(low: 0, high: 1) }
      let (z, n) = (1.959_963_985, Double(textCount))
      let share = Double(count) / n
      let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
      let reach =
        z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
      return Interval(low: Float(max(0, middle - reach)), high: Float(min(1, middle + reach)))
    }
  }

  /// The word for what the texts say of a label.
  public enum Verdict: String, CaseIterable, Sendable {
    /// It is the first in more than half of texts like these, and what it measures is more than twice chance: both by
    /// the low ends of their intervals.
    case holds
    case sometimes
    /// It is the first in none.
    case notHere = "not here"
  }

  /// The label that was first in most texts, of equal ones the one with the larger mean; `mixed` where none ever fitted.
  public var label: PatternLabel {
    let labels = PatternLabel.allCases.filter { $0 != .mixed && firsts[$0, default: 0] > 0 }
    func rank(_ label: PatternLabel) -> (Int, Float) {
      (firsts[label, default: 0], measures[HeadMeasure(label)]?.mean ?? 0)
    }
    return labels.max { rank($0) < rank($1) } ?? .mixed
  }

  /// nil where the label could not be measured in any text.
  public func share(of label: PatternLabel) -> Share? {
    measures[HeadMeasure(label)].map {
      Share(count: firsts[label, default: 0], textCount: $0.textCount)
    }
  }

  /// nil where the label could not be measured in any text, and for what says only that no label fits.
  public func verdict(of label: PatternLabel) -> Verdict? {
    guard label.hasScore, let measure = measures[HeadMeasure(label)],
      let share = share(of: label)
    else { return nil }
    if share.count == 0 { return .notHere }
    let isBeyondChance = measure.chance.map { (measure.interval?.low ?? 0) > 2 * $0 } ?? true
    return share.interval.low > 0.5 && isBeyondChance ? .holds : .sometimes
  }
}

/// The evidence of all heads of a model over the same texts.
public struct TextEvidence: Equatable, Sendable {
  /// As records name it.
  public let model: String
  public let textCount: Int
  public let heads: [HeadAddress: HeadEvidence]

  public init(model: String, textCount: Int, heads: [HeadAddress: HeadEvidence]) {
    self.model = model
    self.textCount = textCount
    self.heads = heads
  }
}
