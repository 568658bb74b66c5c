import Attention
import Transformers

extension Question {
  /// What a run has to keep to be asked.
  public var recording: Recording {
    switch self {
    case .writes: Recording(values: true)
    case .shares, .words, .origins: DirectShares.recording
    case .effects: Replay.recording.union(DirectShares.recording)
    case .output:
      Replay.recording.union(DirectShares.recording).union(LogitLens.recording)
    }
  }
}

extension Run {
  /// The answer to a question.
  ///
  /// - Parameter progress: Called with what is known of effects as more and more heads are done; what it throws ends
  ///   the work.
  /// - Precondition: The run kept the question's `recording`, and the tokens and heads are the record's.
  /// - Throws: `RunError`; `TransformerError`, such as for shares of a model whose
  ///   prediction is not linear.
  public func answer(
    _ question: Question, progress: (Finding) throws -> Void = { _ in }
  ) throws -> Finding {
    let pass = try requiredPass
    switch question {
    case .writes: return .edges(pass.writes)
    case .shares(let text): return .edges(try pass.shares(of: namedOutcome(text, at: outcomeRow)))
    case .effects(let replacement, let rows, let text):
      let query = try outcomeRow
      var last: HeadEffects?
      let all = try pass.effects(
        of: replacement, rows: rows, query: query,
        outcome: pass.predicts ? namedOutcome(text, at: query) : nil
      ) {
        last = $0
        try progress(.effects($0))
      }
      return .effects(last ?? all)
    case .output(let text, let query):
      return .output(try output(at: query ?? outcomeRow, text))
    case .words(let head, let query, let key):
      return .words(try pass.words(of: head, query: query, key: key))
    case .origins(let head, let query, let key):
      return .origins(try pass.origins(of: head, query: query, key: key))
    }
  }

  /// The outcome that is named, or else the likeliest token at a query.
  ///
  /// - Throws: As `outcome(_:)`.
  private func namedOutcome(_ text: String?, at query: Int) throws -> NamedOutcome {
    let pass = try requiredPass
    if text == nil, pass.predicts {
      let likeliest = try LogitLens.predictions(pass.output, of: pass.model.model, row: query)[0]
      return pass.model.named(.token(likeliest.id))
    }
    return pass.model.named(try outcome(text))
  }

  private func output(at query: Int, _ text: String?) throws -> OutputReport {
    let pass = try requiredPass
    guard pass.predicts else {
      return OutputReport(
        query: query, predictions: [], outcome: nil,
        shares: .unknown("the model has no head that predicts"), lens: [])
    }
    let outcome = try namedOutcome(text, at: query)
    let model = pass.model
    func prediction(_ id: Int, _ probability: Float) -> Prediction {
      Prediction(position: query, token: model.token(id), probability: probability)
    }
    return OutputReport(
      query: query,
      predictions: try LogitLens.predictions(pass.output, of: model.model, row: query)
        .map { prediction($0.id, $0.probability) },
      outcome: outcome, shares: try pass.shares(of: outcome, at: query),
      lens: try LogitLens.readings(
        pass.output, of: model.model, rows: [query], tokens: outcome.outcome.ids
      ).map { reading in
        OutputReport.Reading(
          layer: reading.layer, state: reading.state.rawValue,
          best: reading.rows[0].best.map { prediction($0.id, $0.probability) },
          probabilities: reading.rows[0].probabilities, ranks: reading.rows[0].ranks)
      })
  }
}

extension LoadedModel {
  fileprivate func named(_ outcome: Outcome) -> NamedOutcome {
    NamedOutcome(outcome, tokens: outcome.ids.map(token))
  }
}

extension Run.Pass {
  fileprivate var predicts: Bool { model.summary.predictsTokens }

  private func layer(_ head: HeadAddress) -> LayerAttention? {
    guard let stack = output.stacks.first(where: { $0.kind == head.kind }),
      stack.layers.indices.contains(head.layer), head.head < stack.layers[head.layer].headCount
    else { return nil }
    return stack.layers[head.layer]
  }

  fileprivate var writes: EdgeValues {
    EdgeValues(outcome: nil) { head in
      guard let layer = layer(head),
        let writer = model.model.headWriter(head.kind, layer: head.layer)
      else { return nil }
      return HeadWeights(
        queryCount: layer.queryCount, keyCount: layer.keyCount,
        values: writer.edgeNorms(of: layer, head: head.head))
    }
  }

  fileprivate func shares(of outcome: NamedOutcome) throws -> EdgeValues {
    let shares = try DirectShares(output, of: model.model, outcome: outcome.outcome)
    return EdgeValues(outcome: outcome) { head in
      guard let layer = layer(head),
        let heads = shares.layers.first(where: { $0.kind == head.kind && $0.index == head.layer })
      else { return nil }
      return HeadWeights(
        queryCount: layer.queryCount, keyCount: layer.keyCount,
        values: heads.edges(head: head.head))
    }
  }

  /// The parts of an outcome at one query; of a model whose shares would mislead, the removals of heads.
  fileprivate func shares(of outcome: NamedOutcome, at query: Int) throws -> OutputReport.Shares {
    do throws(TransformerError) {
      let shares = try DirectShares(
        output, of: model.model, outcome: outcome.outcome, rows: [query])
      return .known(shares.parts, score: shares.score[0], sum: shares.sum[0])
    } catch .noShares(let family) {
      let replay = Replay(
        output, of: model.model, row: query, tokens: outcome.outcome.ids)
      guard case .prediction(let clean) = replay.unchanged else {
        return .unknown(TransformerError.noShares(family: family).description)
      }
      let score = outcome.outcome.value(ofLogits: clean.logits)
      return .removal(
        try replay.removals(output, of: model.model).map {
          .init(.head($0.head), score - outcome.outcome.value(ofLogits: $0.output.logits))
        }, because: TransformerError.noShares(family: family).description)
    } catch {
      return .unknown(error.description)
    }
  }

  fileprivate func effects(
    of replacement: HeadAblation.Replacement, rows: EffectRows, query: Int,
    outcome: NamedOutcome?, progress: (HeadEffects) throws -> Void
  ) throws -> HeadEffects {
    let replay = Replay(
      output, of: model.model, row: query, tokens: outcome?.outcome.ids ?? [])
    let heads = replay.heads(rows: rows)
    var direct: [HeadAddress: Float] = [:]
    if let outcome, case .known(let parts, _, _) = try shares(of: outcome, at: query) {
      for case (.head(let head), let share) in parts.map({ ($0.source, $0.share) }) {
        direct[head] = share
      }
    }
    var score: Float?
    var best: Token?
    if let outcome, case .prediction(let clean) = replay.unchanged {
      score = outcome.outcome.value(ofLogits: clean.logits)
      best = clean.best.first.map { model.token($0.id) }
    }
    var effects = HeadEffects(
      of: replacement, rows: rows, query: query, outcome: outcome, score: score, best: best,
      count: heads.count)
    try replay.effects(of: replacement, rows: rows, heads: heads) { effect in
      switch effect.output {
      case .distances(let first, let mean):
        effects.effects[effect.head] = .init(
          total: first, direct: nil, divergence: mean, best: nil)
      case .prediction(let new):
        let changed = outcome?.outcome.value(ofLogits: new.logits) ?? 0
        effects.effects[effect.head] = .init(
          total: (score ?? 0) - changed, direct: direct[effect.head],
          divergence: new.divergence, best: new.best.first.map { model.token($0.id) })
      }
      try progress(effects)
    }
    return effects
  }

  fileprivate func words(of head: HeadAddress, query: Int, key: Int?) throws -> WrittenWords {
    let words = try HeadWords(output, of: model.model, head: head, query: query, key: key)
    func named(_ tokens: [TokenLogit]) -> [WrittenWords.Word] {
      tokens.map { .init(model.token($0.id), score: $0.logit) }
    }
    return WrittenWords(
      raised: named(words.raised), lowered: named(words.lowered), size: words.size,
      streamSize: words.streamSize,
      weight: key.flatMap { key in layer(head)?.row(head: head.head, query: query)[key] })
  }

  fileprivate func origins(of head: HeadAddress, query: Int, key: Int) throws -> ScoreOrigins {
    let split = try ScoreSplit(output, of: model.model, head: head, query: query, key: key)
    let count = split.components.count
    func writers(_ part: (Int) -> (Int) -> Int) -> [ScoreOrigins.Writer] {
      split.components.indices.map { index in
        let places = (0..<count).map(part(index))
        return .init(
          split.components[index],
          part: places.reduce(0) { $0 + split.terms[$1] },
          contrast: places.reduce(0) { $0 + split.contrast[$1] })
      }
    }
    let strongest = split.contrast.indices
      .sorted { abs(split.contrast[$0]) > abs(split.contrast[$1]) }.prefix(Self.pairLimit)
    return ScoreOrigins(
      query: writers { index in { index * count + $0 } },
      key: writers { index in { $0 * count + index } },
      pairs: strongest.map {
        (split.components[$0 / count], split.components[$0 % count], split.contrast[$0])
      }, score: split.score, sum: split.sum)
  }

  private static let pairLimit = 20
}

extension DirectShares {
  /// The parts at the first of the rows, in the order of the model.
  fileprivate var parts: [OutputReport.Part] {
    var parts: [OutputReport.Part] = [.init(.embedding, embedding[0])]
    var (biases, norms): (Float?, Float?)
    func add(_ value: Float?, to sum: inout Float?) { if let value { sum = (sum ?? 0) + value } }
    for layer in layers {
      for (head, share) in layer.heads.enumerated() {
        parts.append(
          .init(.head(HeadAddress(layer.kind, layer: layer.index, head: head)), share[0]))
      }
      for bias in layer.valueBias ?? [] { add(bias[0], to: &biases) }
      add(layer.outputBias?[0], to: &biases)
    }
    for (layer, share) in feedForward.enumerated() {
      parts.append(.init(.feedForward(layer: layer), share[0]))
    }
    add(finalNormBias?[0], to: &norms)
    add(blockNormBias?[0], to: &norms)
    if let biases { parts.append(.init(.attentionBiases, biases)) }
    if let norms { parts.append(.init(.normBiases, norms)) }
    if let headBias { parts.append(.init(.headBias, headBias)) }
    return parts
  }
}
