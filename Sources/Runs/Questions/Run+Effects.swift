import Attention
import Transformers

extension Run {
  /// The losses of the outcome without each head, one head at a time.
  ///
  /// - Parameters:
  ///   - outcome: As `outcome(_:)` reads it; nil for the likeliest token.
  ///   - progress: Called with what is known as more and more heads are done; what it throws ends the rest.
  /// - Precondition: The run kept the `recording` of `Question.effects`.
  /// - Throws: As `outcome(_:)`.
  public func effects(
    of replacement: HeadAblation.Replacement, rows: EffectRows, outcome text: String?,
    progress: (HeadEffects) throws -> Void = { _ in }
  ) throws -> HeadEffects {
    let pass = try requiredPass
    let query = try outcomeRow
    if !pass.predicts, text != nil { throw TransformerError.predictsNothing }
    let outcome = pass.predicts ? try namedOutcome(text, at: query) : nil
    let replay = Replay(
      pass.output, of: pass.model.model, row: query, tokens: outcome?.outcome.ids ?? [])
    let heads = replay.heads(rows: rows)
    var direct: [HeadAddress: Float] = [:]
    var score: Float?
    var best: Token?
    if let outcome {
      direct = pass.directShares(of: outcome, at: query)
      if case .prediction(let clean) = replay.unchanged {
        score = outcome.outcome.value(ofLogits: clean.logits)
        best = clean.best.first.map { pass.model.token($0.id) }
      }
    }
    var effects = HeadEffects(
      of: replacement, rows: rows, query: query, outcome: outcome, score: score, best: best,
      count: heads.count)
    try replay.effects(of: replacement, rows: rows, heads: heads) { effect in
      switch effect.output {
      case .distances(let first, let mean):
        effects.effects[effect.head] = .init(total: first, meanDistance: mean)
      case .prediction(let new):
        let changed = outcome?.outcome.value(ofLogits: new.logits) ?? 0
        effects.effects[effect.head] = .init(
          total: (score ?? 0) - changed, direct: direct[effect.head], divergence: new.divergence,
          best: new.best.first.map { pass.model.token($0.id) })
      }
      try progress(effects)
    }
    return effects
  }

  /// The size of what a head adds at a query; nil in an encoder that another stack reads.
  ///
  /// - Precondition: The run kept values.
  public func writeSize(of head: HeadAddress, at query: Int) throws -> Float? {
    guard head.kind != .encoder else { return nil }
    let layer = record.stacks.first { $0.kind == head.kind }?.layers[head.layer]
    return try layer.flatMap {
      try requiredPass.model.model.headWriter(head.kind, layer: head.layer)?
        .norm(of: $0, head: head.head, query: query)
    }
  }
}

extension Run.Pass {
  /// The shares of heads at one query; none where they would mislead, or cannot be followed.
  func directShares(of outcome: NamedOutcome, at query: Int) -> [HeadAddress: Float] {
    let shares = try? DirectShares(
      output, of: model.model, outcome: outcome.outcome, rows: [query])
    return (shares?.layers ?? []).reduce(into: [:]) { shares, layer in
      for (head, share) in layer.heads.enumerated() {
        shares[HeadAddress(layer.kind, layer: layer.index, head: head)] = share[0]
      }
    }
  }
}
