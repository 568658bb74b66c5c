import Attention
import Transformers

extension Run {
  /// The report on how the output at a query comes about.
  ///
  /// - Parameters:
  ///   - text: As `outcome(_:)` reads it; nil for the likeliest token.
  ///   - query: nil for the one whose prediction is looked at.
  /// - Precondition: The run kept the `recording` of `Question.output`.
  /// - Throws: As `outcome(_:)`.
  public func output(_ text: String?, at query: Int? = nil) throws -> OutputReport {
    let pass = try requiredPass
    let query = try query ?? outcomeRow
    guard pass.predicts else {
      if text != nil { throw TransformerError.predictsNothing }
      return OutputReport(
        query: query, predictions: [], outcome: nil,
        shares: .unknown(TransformerError.predictsNothing.description), lens: [])
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
        let row = reading.rows[0]
        return OutputReport.Reading(
          layer: reading.layer, state: reading.state.rawValue,
          best: row.best.map { prediction($0.id, $0.probability) }, logits: row.logits,
          probabilities: row.probabilities, ranks: row.ranks)
      })
  }
}

extension Run.Pass {
  /// The parts of an outcome at one query; of a model whose shares would mislead, the removals of heads.
  func shares(of outcome: NamedOutcome, at query: Int) throws -> OutputReport.Shares {
    do throws(TransformerError) {
      let shares = try DirectShares(
        output, of: model.model, outcome: outcome.outcome, rows: [query])
      return .known(shares.parts, score: shares.score[0], sum: shares.sum[0])
    } catch .noShares(let family) {
      let reason = TransformerError.noShares(family: family).description
      let replay = Replay(output, of: model.model, row: query, tokens: outcome.outcome.ids)
      guard case .prediction(let clean) = replay.unchanged else { return .unknown(reason) }
      let score = outcome.outcome.value(ofLogits: clean.logits)
      do throws(TransformerError) {
        return .removal(
          try replay.removals(output, of: model.model).map {
            .init(.head($0.head), score - outcome.outcome.value(ofLogits: $0.output.logits))
          }, because: reason)
      } catch {
        return .unknown(error.description)
      }
    } catch {
      return .unknown(error.description)
    }
  }
}

extension DirectShares {
  /// The parts at the first of the rows, in the order of the model.
  fileprivate var parts: [OutputReport.Part] {
    var parts: [OutputReport.Part] = [.init(.embedding, embedding[0])]
    var biases: [(source: OutputReport.Source, share: Float)] = []
    func note(_ source: OutputReport.Source, _ bias: Float?) {
      if let bias { biases.append((source, bias)) }
    }
    for (index, feedForward) in feedForward.enumerated() {
      for layer in layers where layer.index == index {
        for (head, share) in layer.heads.enumerated() {
          parts.append(
            .init(.head(HeadAddress(layer.kind, layer: layer.index, head: head)), share[0]))
        }
        for bias in layer.valueBias ?? [] { note(.valueBiases, bias[0]) }
        note(.outputBiases, layer.outputBias?[0])
      }
      parts.append(.init(.feedForward(layer: index), feedForward[0]))
    }
    note(.normBiases, finalNormBias?[0])
    note(.normBiases, blockNormBias?[0])
    note(.headBias, headBias)
    for source in [OutputReport.Source.valueBiases, .outputBiases, .normBiases, .headBias] {
      let those = biases.filter { $0.source == source }
      guard !those.isEmpty else { continue }
      parts.append(.init(source, Float(those.reduce(into: 0.0) { $0 += Double($1.share) })))
    }
    return parts
  }
}
