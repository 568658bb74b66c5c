import Attention
import Glibc
import Transformers

/// The differences between two runs: of one model on two texts, or of two models on one text; of saved attention, those
/// of its weights.
///
/// Tokens are aligned, and what is compared is compared on those that have a partner; the weights of the other keys are
/// one bucket, so that rows stay distributions.
///
/// Shape letters: H heads, P pairs of queries, K pairs of keys.
public struct RunDifference: Sendable {
  public let first: Run
  public let second: Run
  /// By kind; queries of cross attention are those of the decoder, and keys those of the encoder.
  public let alignments: [AttentionKind: TokenAxesAlignment]
  /// The outcome that shares are shares of; nil where there are none.
  public let outcome: NamedOutcome?
  /// The difference of each head, in the order of the model.
  public private(set) var heads: [HeadDifference]

  /// The recording that both runs have to make.
  public static let recording = Patching.recording.union(DirectShares.recording)

  /// - Parameter outcome: As `Run.outcome` reads it; nil for the likeliest token of the first run.
  /// - Throws: `RunError.otherShape`, where two models are not of one shape, `RunError.otherTokens`.
  public init(_ first: Run, _ second: Run, outcome text: String? = nil) throws {
    let (one, two) = (first.record.stacks, second.record.stacks)
    guard one.map(\.kind) == two.map(\.kind),
      one.map({ $0.layers.map(\.headCount) }) == two.map({ $0.layers.map(\.headCount) })
    else { throw RunError.otherShape }
    if first.record.model != second.record.model { try Self.checkTokens(first, second) }
    self.first = first
    self.second = second
    alignments = Dictionary(
      uniqueKeysWithValues: zip(one, two).map { one, two in
        (
          one.kind,
          TokenAxesAlignment(
            queries: TokenAlignment(one.queries, two.queries),
            keys: TokenAlignment(one.keys, two.keys))
        )
      })
    var (outcome, shares): (NamedOutcome?, [[HeadAddress: Float]]) = (nil, [])
    let pass = first.pass
    if let pass, second.pass != nil, pass.predicts, pass.model.model.structure.predictsLinearly {
      let named = try first.namedOutcome(text, at: first.outcomeRow)
      shares = try [first, second].map {
        try $0.requiredPass.directShares(of: named, at: $0.outcomeRow)
      }
      outcome = named
    } else if text != nil {
      _ = try first.outcome(text)
    }
    self.outcome = outcome
    var heads: [HeadDifference] = []
    for (one, two) in zip(one, two) {
      guard let alignment = alignments[one.kind] else { continue }
      for layer in one.layers.indices {
        for head in 0..<one.layers[layer].headCount {
          let address = HeadAddress(one.kind, layer: layer, head: head)
          let rows = WeightRows(one.layers[layer], two.layers[layer], head: head, alignment)
          let change = Self.change(first, second, address, alignment.queries)
          heads.append(
            HeadDifference(
              head: address, divergence: rows.meanDivergence, sumChange: change?.sums,
              writeChange: change?.writes,
              shareChange: shares.count == 2
                ? shares[0][address].flatMap { old in shares[1][address].map { $0 - old } } : nil))
        }
      }
    }
    self.heads = heads
  }

  /// Adds what `restored` found.
  public mutating func add(restored: [HeadAddress: Float]) {
    for index in heads.indices { heads[index].restored = restored[heads[index].head] }
  }

  /// Checks that two models read the same tokens: without that, rows have nothing to do with each other.
  private static func checkTokens(_ one: Run, _ two: Run) throws {
    for (first, second) in zip(one.record.stacks, two.record.stacks) {
      let (a, b) = (first.queries.map(\.id), second.queries.map(\.id))
      guard a != b else { continue }
      throw RunError.otherTokens(
        one.record.model, two.record.model,
        firstAt: zip(a, b).enumerated().first { $1.0 != $1.1 }?.0,
        counts: a.count, b.count)
    }
  }

  /// The relative changes of the sums of a head's values, and of what it adds; nil for saved attention.
  private static func change(
    _ first: Run, _ second: Run, _ head: HeadAddress, _ alignment: TokenAlignment
  ) -> (sums: Float, writes: Float)? {
    guard let firstPass = first.pass, let secondPass = second.pass else { return nil }
    func vectors(_ pass: Run.Pass, _ rows: [Int]) -> (sums: [Float], writes: [Float]) {
      guard let layer = pass.layer(head),
        let writer = pass.model.model.headWriter(head.kind, layer: head.layer)
      else { return ([], []) }
      let all = layer.weightedValues(head: head.head)
      let sums = HiddenStates(
        tokenCount: rows.count, size: all.size,
        values: rows.flatMap { all.values[$0 * all.size..<($0 + 1) * all.size] })
      return (sums.values, writer.write(sums, head: head.head).values)
    }
    let one = vectors(firstPass, alignment.pairs.map(\.first))
    let two = vectors(secondPass, alignment.pairs.map(\.second))
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

extension TokenAlignment {
  /// By their ids; where a file has none, by their texts.
  fileprivate init(_ first: [Token], _ second: [Token]) {
    if (first + second).allSatisfy({ $0.id != nil }) {
      self.init(first.compactMap(\.id), second.compactMap(\.id))
      return
    }
    // Swift takes canonically equivalent strings for the same, and so may whoever compares texts.
    let texts = Set((first + second).map(\.text))
    let numbers = Dictionary(uniqueKeysWithValues: zip(texts, 0...))
    func number(_ token: Token) -> Int { numbers[token.text] ?? -1 }
    self.init(first.map(number), second.map(number))
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
    _ alignment: TokenAxesAlignment
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
