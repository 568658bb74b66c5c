import Attention
import Glibc
import Transformers

/// The differences between two runs: of one model on two texts, or of two models on one text.
///
/// Tokens are aligned, and what is compared is compared on those that have a partner; the weights of the other keys are
/// one bucket, so that rows stay distributions.
///
/// Shape letters: H heads, P pairs of queries, K pairs of keys.
public struct RunDifference: Sendable {
  public let first: Run
  public let second: Run
  /// By kind; queries of cross attention are those of the decoder, and keys those of the encoder.
  public let alignments: [AttentionKind: (queries: TokenAlignment, keys: TokenAlignment)]
  /// The outcome that shares are shares of; nil where there are none.
  public let outcome: NamedOutcome?
  /// The difference of each head, in the order of the model.
  public let heads: [Head]

  public struct Head: Sendable {
    public let head: HeadAddress
    /// The mean over the paired queries of the Jensen–Shannon divergence of their weights, in nats: 0 … ln 2.
    public let divergence: Float
    /// ‖Δ‖ / ‖first‖ of the sums of values, and of what the head adds, over the paired queries.
    public let sumChange: Float
    public let writeChange: Float
    /// By how much the head's share of the outcome is larger in the second run.
    public let shareChange: Float?
  }

  /// The recording that both runs have to make.
  public static let recording = Patching.recording.union(DirectShares.recording)

  /// - Parameter outcome: As `Run.outcome` reads it; nil for the likeliest token of the first run.
  /// - Throws: `RunError.otherShape`, where two models are not of one shape.
  public init(_ first: Run, _ second: Run, outcome text: String? = nil) throws {
    let (one, two) = (first.record.stacks, second.record.stacks)
    guard one.map(\.kind) == two.map(\.kind),
      one.map({ $0.layers.map(\.headCount) }) == two.map({ $0.layers.map(\.headCount) })
    else { throw RunError.otherShape }
    self.first = first
    self.second = second
    alignments = Dictionary(
      uniqueKeysWithValues: zip(one, two).map { one, two in
        func ids(_ tokens: [Token]) -> [Int] { tokens.map { $0.id ?? -1 } }
        return (
          one.kind,
          (
            TokenAlignment(ids(one.queries), ids(two.queries)),
            TokenAlignment(ids(one.keys), ids(two.keys))
          )
        )
      })
    var (outcome, shares): (NamedOutcome?, [[HeadAddress: Float]]) = (nil, [])
    let pass = try first.requiredPass
    if pass.predicts, pass.model.model.structure.predictsLinearly {
      let named = try first.namedOutcome(text, at: first.outcomeRow)
      shares = try [first, second].map {
        try $0.requiredPass.directShares(of: named, at: $0.outcomeRow)
      }
      outcome = named
    } else if text != nil {
      _ = try first.outcome(text)
    }
    self.outcome = outcome
    var heads: [Head] = []
    for (one, two) in zip(one, two) {
      guard let alignment = alignments[one.kind] else { continue }
      for layer in one.layers.indices {
        for head in 0..<one.layers[layer].headCount {
          let address = HeadAddress(one.kind, layer: layer, head: head)
          let rows = WeightRows(one.layers[layer], two.layers[layer], head: head, alignment)
          let change = try Self.change(first, second, address, alignment.queries)
          heads.append(
            Head(
              head: address, divergence: rows.meanDivergence, sumChange: change.sums,
              writeChange: change.writes,
              shareChange: shares.count == 2
                ? shares[0][address].flatMap { old in shares[1][address].map { $0 - old } } : nil))
        }
      }
    }
    self.heads = heads
  }

  /// The relative changes of the sums of a head's values, and of what it adds.
  private static func change(
    _ first: Run, _ second: Run, _ head: HeadAddress, _ alignment: TokenAlignment
  ) throws -> (sums: Float, writes: Float) {
    func vectors(_ run: Run, _ rows: [Int]) throws -> (sums: [Float], writes: [Float]) {
      let pass = try run.requiredPass
      guard let layer = pass.layer(head),
        let writer = pass.model.model.headWriter(head.kind, layer: head.layer)
      else { return ([], []) }
      let all = layer.weightedValues(head: head.head)
      let sums = HiddenStates(
        tokenCount: rows.count, size: all.size,
        values: rows.flatMap { all.values[$0 * all.size..<($0 + 1) * all.size] })
      return (sums.values, writer.write(sums, head: head.head).values)
    }
    let one = try vectors(first, alignment.pairs.map(\.first))
    let two = try vectors(second, alignment.pairs.map(\.second))
    func change(_ one: [Float], _ two: [Float]) -> Float {
      let (difference, size) = zip(one, two).reduce(into: (0.0, 0.0)) { sums, values in
        let (a, b) = (Double(values.0), Double(values.1))
        sums.0 += (b - a) * (b - a)
        sums.1 += a * a
      }
      return size > 0 ? Float((difference / size).squareRoot()) : 0
    }
    return (change(one.sums, two.sums), change(one.writes, two.writes))
  }
}

/// The weights of a head at pairs of queries, over pairs of keys and a bucket for all other keys.
struct WeightRows {
  /// `[P, K]`, by which the second run's weights are larger.
  private(set) var difference: [Float] = []
  /// `[P]` each: the weight on keys without a partner.
  private(set) var firstBucket: [Float] = []
  private(set) var secondBucket: [Float] = []
  /// `[P]`, in nats.
  private(set) var divergence: [Float] = []

  init(
    _ first: LayerAttention, _ second: LayerAttention, head: Int,
    _ alignment: (queries: TokenAlignment, keys: TokenAlignment)
  ) {
    let keys = alignment.keys.pairs
    for pair in alignment.queries.pairs {
      let (one, two) = (
        first.row(head: head, query: pair.first), second.row(head: head, query: pair.second)
      )
      var (restOfOne, restOfTwo) = (
        one.reduce(into: 0.0) { $0 += Double($1) }, two.reduce(into: 0.0) { $0 += Double($1) }
      )
      var sum = 0.0
      func add(_ p: Double, _ q: Double) {
        let mean = (p + q) / 2
        if p > 0 { sum += p / 2 * log(p / mean) }
        if q > 0 { sum += q / 2 * log(q / mean) }
      }
      for key in keys {
        let (p, q) = (one[key.first], two[key.second])
        difference.append(q - p)
        restOfOne -= Double(p)
        restOfTwo -= Double(q)
        add(Double(p), Double(q))
      }
      // Where all keys have partners, nothing is left but rounding.
      if keys.count == one.count { restOfOne = 0 }
      if keys.count == two.count { restOfTwo = 0 }
      add(max(0, restOfOne), max(0, restOfTwo))
      firstBucket.append(Float(max(0, restOfOne)))
      secondBucket.append(Float(max(0, restOfTwo)))
      divergence.append(Float(max(0, sum)))
    }
  }

  var meanDivergence: Float {
    divergence.isEmpty
      ? 0
      : Float(divergence.reduce(into: 0.0) { $0 += Double($1) } / Double(divergence.count))
  }
}
