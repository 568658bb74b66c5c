import Attention
import Files
import Tensors
import Transformers

/// How the outcome of a run comes about: what each part adds to its score, and what the states on the way would predict.
public struct OutputTable: Sendable {
  public let row: Int
  public let outcome: Outcome
  /// Most first. Of a model whose head is not linear, heads alone, with what is lost once their write is taken off.
  public let parts: [Part]
  /// Whether the parts are shares that sum to the score.
  public let areShares: Bool
  /// What the shares sum to, and the score that the model gives, before a cap; of a single token less the mean of the
  /// vocabulary. nil where there are no shares.
  public let sum: Float?
  public let score: Float?
  public let lens: [Reading]

  public struct Part: Sendable {
    /// `head 1.2`, `mlp 3`, `embed`, `bias …`.
    public let name: String
    public let value: Float
  }

  /// A state on the way.
  public struct Reading: Sendable {
    public let name: String
    public let best: Token
    public let probability: Float
    /// Of the outcome's first token: its score, probability, and how many tokens are likelier.
    public let outcomeLogit: Float
    public let outcomeProbability: Float
    public let outcomeRank: Int
  }

  /// What a run has to keep.
  public static let recording = Run.effectRecording.union(LogitLens.recording)

  /// - Parameter text: As `Run.outcome` reads it; nil for the likeliest token.
  /// - Throws: As `Run.tensors(of:_:)`.
  public init(_ run: Run, outcome text: String?) throws {
    let pass = try run.requiredPass
    let model = pass.model.model
    outcome = try run.outcome(text)
    row = try run.outcomeRow
    areShares = model.structure.predictsLinearly
    var parts: [Part] = []
    if areShares {
      let shares = try DirectShares(pass.output, of: model, outcome: outcome, rows: [row])
      parts = Self.parts(of: shares)
      (sum, score) = (shares.sum[0], shares.score[0])
    } else {
      let replay = Replay(pass.output, of: model, row: row, tokens: outcome.ids)
      if case .prediction(let clean) = replay.unchanged {
        let outcome = outcome
        parts = try replay.removals(pass.output, of: model).map { head, output in
          Part(
            name: "head \(head)",
            value: outcome.value(ofLogits: clean.logits) - outcome.value(ofLogits: output.logits))
        }
      }
      (sum, score) = (nil, nil)
    }
    // The sort is stable.
    self.parts = parts.sorted { $0.value > $1.value }
    lens = try LogitLens.readings(pass.output, of: model, rows: [row], tokens: outcome.ids).map {
      let reading = $0.rows[0]
      return Reading(
        name: "\($0.state.rawValue) \($0.layer)", best: pass.model.token(reading.best[0].id),
        probability: reading.best[0].probability, outcomeLogit: reading.logits[0],
        outcomeProbability: reading.probabilities[0], outcomeRank: reading.ranks[0])
    }
  }

  /// Biases that say nothing of the text, together by what they belong to.
  private static func parts(of shares: DirectShares) -> [Part] {
    var parts = [Part(name: "embed", value: shares.embedding[0])]
    var biases: [(String, Float)] = []
    for layer in shares.layers {
      for (head, share) in layer.heads.enumerated() {
        let address = HeadAddress(layer.kind, layer: layer.index, head: head)
        parts.append(Part(name: "head \(address)", value: share[0]))
      }
      biases += (layer.valueBias ?? []).map { ("of values", $0[0]) }
      if let bias = layer.outputBias { biases.append(("of attention", bias[0])) }
    }
    for (layer, share) in shares.feedForward.enumerated() {
      parts.append(Part(name: "mlp \(layer)", value: share[0]))
    }
    for bias in [shares.finalNormBias, shares.blockNormBias].compactMap(\.self) {
      biases.append(("of norms", bias[0]))
    }
    if let bias = shares.headBias { biases.append(("of the head", bias)) }
    for name in ["of values", "of attention", "of norms", "of the head"] {
      let those = biases.filter { $0.0 == name }
      guard !those.isEmpty else { continue }
      parts.append(
        Part(
          name: "bias \(name)",
          value: Float(those.reduce(into: 0.0) { $0 += Double($1.1) })))
    }
    return parts
  }
}

extension OutputTable {
  /// `row`, `outcome` with the ids, `shares`, whether the parts sum to the score, `parts`, `sum`, `score`, `lens`.
  package var members: [(String, JSONNode)] {
    [
      ("row", .integer(row)), ("outcome", .list(outcome.ids.map { .integer($0) })),
      ("shares", .bool(areShares)),
      (
        "parts",
        .list(
          parts.map { .object([("part", .string($0.name)), ("value", .number($0.value))]) })
      ),
      ("sum", sum.map { .number($0) } ?? .null), ("score", score.map { .number($0) } ?? .null),
      (
        "lens",
        .list(
          lens.map {
            .object([
              ("state", .string($0.name)), ("best", .string($0.best.text)),
              ("probability", .number($0.probability)),
              ("outcome_logit", .number($0.outcomeLogit)),
              ("outcome_probability", .number($0.outcomeProbability)),
              ("outcome_rank", .integer($0.outcomeRank)),
            ])
          })
      ),
    ]
  }
}
