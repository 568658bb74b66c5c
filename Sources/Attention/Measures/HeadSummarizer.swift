/// A measurer that sums up each head from its weights, while a pass has them.
public protocol HeadSummarizer: Sendable {
  /// A look at the heads of a layer: what it is given are the weights of one head after the other.
  ///
  /// Called once for all layers of one mask, since what is common to their heads may be costly.
  func look(
    mask: AttentionMask, queries: [Token], keys: [Token], kind: AttentionKind
  ) -> HeadLook
}

/// The measurements of a head's first queries, to which further ones are added without a look at these.
public protocol HeadTally: Sendable {
  var queryCount: Int { get }
}

/// A look at the heads of the layers that share a mask.
public struct HeadLook: Sendable {
  fileprivate let add: @Sendable (HeadWeights, _ rows: Range<Int>, inout (any HeadTally)?) -> Void
  fileprivate let sumUp: @Sendable (any HeadTally) -> HeadSummary

  /// - Parameters:
  ///   - add: Adds some rows of weights, whose queries are those that follow the tally's, or the first ones.
  ///   - sumUp: Called with what `add` has left.
  public init<Tally: HeadTally>(
    add: @escaping @Sendable (HeadWeights, _ rows: Range<Int>, inout Tally?) -> Void,
    sumUp: @escaping @Sendable (Tally) -> HeadSummary
  ) {
    self.add = { weights, rows, tally in
      var known = tally as? Tally
      // Held once, it is changed where it lies.
      tally = nil
      add(weights, rows, &known)
      tally = known
    }
    self.sumUp = {
      guard let tally = $0 as? Tally else { preconditionFailure("a tally of another summarizer") }
      return sumUp(tally)
    }
  }

  /// The summary of a head.
  public func summary(_ weights: HeadWeights) -> HeadSummary {
    var measurement = HeadMeasurement(self)
    measurement.add(weights)
    return measurement.summary
  }
}

/// The measurement of a head whose rows come in slices.
public struct HeadMeasurement: Sendable {
  private let look: HeadLook
  private let keptCount: Int?
  private var tally: (any HeadTally)?
  /// What was measured of the first queries; nil where nothing was to be kept.
  public private(set) var kept: (any HeadTally)?

  /// - Parameters:
  ///   - known: What was measured of the first queries, of which no rows come.
  ///   - keptCount: The number of queries whose measurements are kept, since the text may grow behind them; those of
  ///     `known` if these are more.
  public init(
    _ look: HeadLook, continuing known: (any HeadTally)? = nil, keeping keptCount: Int? = nil
  ) {
    self.look = look
    self.keptCount = keptCount
    tally = known
    kept = known
  }

  /// Adds the weights of the queries that follow, on all keys.
  public mutating func add(_ weights: HeadWeights) {
    let missing = (keptCount ?? 0) - (tally?.queryCount ?? 0)
    let middle = min(max(0, missing), weights.queryCount)
    if middle > 0 {
      look.add(weights, 0..<middle, &tally)
      if middle == missing { kept = tally }
    }
    look.add(weights, middle..<weights.queryCount, &tally)
  }

  /// - Precondition: Weights were added.
  public var summary: HeadSummary {
    guard let tally else { preconditionFailure("no weights were added") }
    return look.sumUp(tally)
  }
}

/// The looks at all layers of one stack: a summarizer makes one for each mask.
public struct HeadLooks: Sendable {
  private let kind: AttentionKind
  private let queries: [Token]
  private let keys: [Token]
  private var looks: [AttentionMask: HeadLook] = [:]

  public init(_ kind: AttentionKind, queries: [Token], keys: [Token]) {
    self.kind = kind
    self.queries = queries
    self.keys = keys
  }

  /// The look at the layers of a mask.
  public mutating func look(_ mask: AttentionMask, by summarizer: some HeadSummarizer) -> HeadLook {
    if let look = looks[mask] { return look }
    let look = summarizer.look(mask: mask, queries: queries, keys: keys, kind: kind)
    looks[mask] = look
    return look
  }
}
