import Attention
import Transformers

extension Question {
  /// The recording that a run has to make so that the question can be asked.
  public var recording: Recording {
    switch self {
    case .writes: Recording(values: true)
    case .shares, .words, .origins: DirectShares.recording
    case .difference: RunDifference.recording.union(LogitLens.recording)
    case .probe: Recording()
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
  /// - Precondition: The run kept the question's `recording`, the tokens and heads are the record's, and the question is
  ///   not one about two runs, which `TracedRuns` answers.
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
      return .effects(
        try effects(of: replacement, rows: rows, outcome: text) { try progress(.effects($0)) })
    case .output(let text, let query):
      return .output(try output(text, at: query))
    case .words(let head, let query, let key):
      return .words(try pass.words(of: head, query: query, key: key))
    case .origins(let head, let query, let key):
      return .origins(try pass.origins(of: head, query: query, key: key))
    case .difference: preconditionFailure("a question about two runs")
    case .probe(let probe): return .probe(try pass.model.probe(probe))
    }
  }

  /// The outcome that is named, or else the likeliest token at a query.
  ///
  /// - Throws: As `outcome(_:)`.
  func namedOutcome(_ text: String?, at query: Int) throws -> NamedOutcome {
    let pass = try requiredPass
    if text == nil, pass.predicts {
      let likeliest = try LogitLens.predictions(pass.output, of: pass.model.model, row: query)[0]
      return pass.model.named(.token(likeliest.id))
    }
    return pass.model.named(try outcome(text))
  }
}

extension LoadedModel {
  fileprivate func named(_ outcome: Outcome) -> NamedOutcome {
    NamedOutcome(outcome, tokens: outcome.ids.map(token))
  }
}

extension Run.Pass {
  var predicts: Bool { model.summary.predictsTokens }

  func layer(_ head: HeadAddress) -> LayerAttention? {
    guard let stack = output.stacks.first(where: { $0.kind == head.kind }),
      stack.layers.indices.contains(head.layer), head.head < stack.layers[head.layer].headCount
    else { return nil }
    return stack.layers[head.layer]
  }

  fileprivate var writes: EdgeValues {
    EdgeValues { head in
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
