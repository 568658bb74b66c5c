/// A run that another one is compared with.
public struct ComparedRun: Hashable, Sendable {
  /// The name that opens its model; nil for the model of the other run.
  public var model: String?
  /// Options of the command line that open it as it was opened.
  public var options: [String]
  public var request: ModelRequest

  public init(model: String? = nil, options: [String] = [], _ request: ModelRequest) {
    self.model = model
    self.options = options
    self.request = request
  }
}

/// The difference of one head between two runs.
public struct HeadDifference: Hashable, Sendable {
  public let head: HeadAddress
  /// The mean over the paired queries of the Jensen–Shannon divergence of their weights, in nats: 0 … ln 2.
  public let divergence: Float
  /// ‖Δ‖ / ‖first‖ of the sums of values, and of what the head adds, over the paired queries; nil for saved attention.
  public let sumChange: Float?
  public let writeChange: Float?
  /// By how much the head's share of the outcome is larger in the second run.
  public let shareChange: Float?
  /// The part of the first run's outcome that the head's sums of that run bring back in the second; nil where that was
  /// not asked, or the two differ too little to tell.
  public var restored: Float?

  public init(
    head: HeadAddress, divergence: Float, sumChange: Float? = nil, writeChange: Float? = nil,
    shareChange: Float? = nil
  ) {
    self.head = head
    self.divergence = divergence
    self.sumChange = sumChange
    self.writeChange = writeChange
    self.shareChange = shareChange
  }
}

/// A number told of each head that is compared, by the name of its column.
public enum DifferenceMeasure: String, CaseIterable, Sendable {
  case divergence = "js"
  case sums = "delta_z"
  case writes = "delta_write"
  case share = "delta_share"
  /// Costs a run for each head.
  case restored

  public func value(of head: HeadDifference) -> Float? {
    switch self {
    case .divergence: head.divergence
    case .sums: head.sumChange
    case .writes: head.writeChange
    case .share: head.shareChange
    case .restored: head.restored
    }
  }

  public var title: String {
    switch self {
    case .divergence: "divergence of the weights from the other run's"
    case .sums: "change of the sums of values, relative"
    case .writes: "change of what the head adds, relative"
    case .share: "change of the share of the outcome"
    case .restored: "part of the other run's outcome that the head brings back"
    }
  }
}

/// A run beside the one that it is compared with, the first: gains are what the run has more.
public struct DifferenceReport: Sendable {
  /// The first run.
  public let other: AttentionRecord
  /// Its tokens, by kind of attention, with those of the run as partners; queries of cross attention are those of the
  /// decoder, and keys those of the encoder.
  public let alignments: [AttentionKind: TokenAxesAlignment]
  /// By how much weights are larger than the first run's; 0 between tokens without partners.
  public let edges: EdgeValues
  public let heads: [HeadAddress: HeadDifference]
  /// The first run's output, judged by the same outcome; nil where that has no answer.
  public let otherOutput: OutputReport?
  /// The effect of the activations that were taken from the first run; nil where none were.
  public let restoration: Restoration?

  public init(
    other: AttentionRecord, alignments: [AttentionKind: TokenAxesAlignment], edges: EdgeValues,
    heads: [HeadDifference], otherOutput: OutputReport?, restoration: Restoration?
  ) {
    self.other = other
    self.alignments = alignments
    self.edges = edges
    self.heads = Dictionary(uniqueKeysWithValues: heads.map { ($0.head, $0) })
    self.otherOutput = otherOutput
    self.restoration = restoration
  }
}

/// The way back to the first run's output that activations taken from it go.
public struct Restoration: Hashable, Sendable {
  public let outcome: NamedOutcome
  /// The outcome's score with what was taken, without, and in the first run.
  public let score: Float
  public let without: Float
  public let other: Float

  public init(outcome: NamedOutcome, score: Float, without: Float, other: Float) {
    self.outcome = outcome
    self.score = score
    self.without = without
    self.other = other
  }

  /// 0 for nothing, 1 for all, and more where it goes beyond; nil where the two runs differ too little to tell.
  public var share: Float? {
    abs(other - without) < Self.leastDifference ? nil : (score - without) / (other - without)
  }

  private static let leastDifference: Float = 0.1
}

/// The partners of queries and of keys in two runs.
public struct TokenAxesAlignment: Hashable, Sendable {
  public let queries: TokenAlignment
  public let keys: TokenAlignment

  package init(queries: TokenAlignment, keys: TokenAlignment) {
    self.queries = queries
    self.keys = keys
  }
}
