import Attention
import Transformers

/// What a head does to the outcome at the row that is looked at.
public struct HeadConsequence: Sendable {
  public let head: HeadAddress
  /// What it writes toward the outcome itself: its share, norms frozen, or, where the head that predicts is not linear,
  /// what is lost once its write is taken off the last state. nil in an encoder that another stack reads, and where
  /// nothing is predicted.
  public let direct: Float?
  /// What the outcome loses without the head; where nothing is predicted, how far the first token's last state moves,
  /// 1 − cosine.
  public let total: Float
  /// KL(unchanged ‖ changed), in nats.
  public let divergence: Float?
  /// The likeliest token without the head.
  public let topAfter: Token?
  /// The size of what it adds at the row; nil in an encoder that another stack reads.
  public let write: Float?

  /// What later layers make up for.
  public var repaired: Float? { direct.map { $0 - total } }
}

extension Run {
  /// What a run has to keep for `consequences`.
  public static let effectRecording = Replay.recording.union(DirectShares.recording)

  /// What each head does to the outcome, in the order of the model.
  ///
  /// - Parameters:
  ///   - outcome: As `outcome(_:)` reads it; nil for the likeliest token.
  ///   - progress: Called with how many heads are done, and how many there are; what it throws ends the rest.
  public func consequences(
    of replacement: HeadAblation.Replacement, rows: EffectRows, outcome text: String?,
    progress: (_ done: Int, _ count: Int) throws -> Void = { _, _ in }
  ) throws -> [HeadConsequence] {
    let pass = try requiredPass
    let model = pass.model.model
    let predicts = model.summary.predictsTokens
    if !predicts, text != nil { throw TransformerError.predictsNothing }
    let outcome = predicts ? try self.outcome(text) : nil
    let row = try outcomeRow
    let replay = Replay(pass.output, of: model, row: row, tokens: outcome?.ids ?? [])
    var clean: Float = 0
    if let outcome, case .prediction(let prediction) = replay.unchanged {
      clean = outcome.value(ofLogits: prediction.logits)
    }
    let direct = try outcome.map { try directParts(of: $0, replay, clean: clean) } ?? [:]
    let heads = replay.heads(rows: rows)
    var found: [HeadConsequence] = []
    try replay.effects(of: replacement, rows: rows, heads: heads) { effect in
      let head = effect.head
      var (total, divergence, top): (Float, Float?, Int?) = (0, nil, nil)
      switch effect.output {
      case .prediction(let prediction):
        total = clean - (outcome?.value(ofLogits: prediction.logits) ?? 0)
        divergence = prediction.divergence
        top = prediction.best.first?.id
      case .distances(let first, _): total = first
      }
      let layer = record.stacks.first { $0.kind == head.kind }?.layers[head.layer]
      let writer = model.headWriter(head.kind, layer: head.layer)
      found.append(
        HeadConsequence(
          head: head, direct: direct[head], total: total, divergence: divergence,
          topAfter: top.map(pass.model.token),
          write: head.kind == .encoder
            ? nil : layer.flatMap { writer?.norms(of: $0, head: head.head)[row] }))
      try progress(found.count, heads.count)
    }
    return found.sorted { $0.head < $1.head }
  }

  /// By head; none for those of an encoder that another stack reads.
  private func directParts(
    of outcome: Outcome, _ replay: Replay, clean: Float
  ) throws -> [HeadAddress: Float] {
    let pass = try requiredPass
    var parts: [HeadAddress: Float] = [:]
    guard pass.model.model.structure.predictsLinearly else {
      do {
        for (head, output) in try replay.removals(pass.output, of: pass.model.model) {
          parts[head] = clean - outcome.value(ofLogits: output.logits)
        }
      } catch TransformerError.noPath { return [:] }
      return parts
    }
    let shares = try DirectShares(
      pass.output, of: pass.model.model, outcome: outcome, rows: [replay.row])
    for layer in shares.layers {
      for (head, share) in layer.heads.enumerated() {
        parts[HeadAddress(layer.kind, layer: layer.index, head: head)] = share[0]
      }
    }
    return parts
  }
}
