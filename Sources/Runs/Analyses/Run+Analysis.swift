import Attention
import Files
import Tensors
import Transformers

extension Run {
  /// The tensors of an analysis.
  ///
  /// - Throws: `RunError` for what the run has not, `InterventionError` for heads and edges that there are not,
  ///   `TransformerError` for what the model does not allow.
  public func tensors(of analysis: Analysis, _ subject: AnalysisSubject) throws -> AnalysisTensors {
    let pass = try requiredPass
    switch analysis {
    case .dla: return try shares(pass, subject)
    case .words: return try words(pass, subject)
    case .removal: return try removal(pass, subject)
    case .ablation: return try ablation(pass, subject)
    case .edges: return try edges(pass, subject)
    case .lens: return try lens(pass, subject)
    case .rollout: return rollout()
    case .writers: return try writers(pass, subject)
    }
  }

  /// The tokens whose scores are asked for: those of the outcome, or the two likeliest ones; none where the model
  /// predicts nothing.
  private func tokens(_ pass: Pass, _ subject: AnalysisSubject) throws -> [Int] {
    guard pass.model.summary.predictsTokens else {
      if subject.outcome != nil { throw TransformerError.predictsNothing }
      return []
    }
    return try subject.outcome.map { try outcome($0).ids } ?? likeliestIDs(2)
  }

  private func facts(
    row: Int, _ kind: String, _ ids: [Int], _ others: [(String, JSONNode)] = []
  ) -> [(key: String, value: JSONNode)] {
    [
      ("row", .integer(row)),
      (
        "target",
        .object(
          [
            ("kind", .string(kind)),
            ("ids", ids.isEmpty ? .null : .list(ids.map { .integer($0) })),
          ] + others)
      ),
    ]
  }
}

// MARK: Shares

extension Run {
  private func shares(_ pass: Pass, _ subject: AnalysisSubject) throws -> AnalysisTensors {
    if pass.model.summary.predictsTokens, !pass.model.model.structure.predictsLinearly {
      throw TransformerError.noShares(family: pass.model.summary.family)
    }
    let outcome = try outcome(subject.outcome)
    let shares = try DirectShares(pass.output, of: pass.model.model, outcome: outcome)
    var result = AnalysisTensors()
    let isToken = if case .token = outcome { true } else { false }
    result.facts =
      facts(
        row: try outcomeRow, isToken ? "token" : "difference", outcome.ids,
        [("centred", .bool(isToken))])
      + [("norms", .string("frozen")), ("b_v", .string("separate"))]
    let count = shares.rows.count
    for layer in shares.layers {
      let name = "\(layer.kind.rawValue).\(layer.index)"
      let keyCount = layer.keyCount
      result.tensors.append(
        TensorSource(
          name: "dla.\(name)", shape: [layer.heads.count, count, keyCount],
          pieceCount: layer.heads.count, piece: layer.edges(head:)))
      result.add("dla_head.\(name)", [layer.heads.count, count], layer.heads.flatMap(\.self))
      if let bias = layer.valueBias {
        result.add("dla_bias_v.\(name)", [bias.count, count], bias.flatMap(\.self))
      }
      if let bias = layer.outputBias { result.add("dla_bias_o.\(name)", [count], bias) }
    }
    let stack = pass.model.summary.isEncoderDecoder ? AttentionKind.decoder : .own
    for (layer, share) in shares.feedForward.enumerated() {
      result.add("dla_mlp.\(stack.rawValue).\(layer)", [count], share)
    }
    result.add("dla_embed", [count], shares.embedding)
    if let bias = shares.finalNormBias { result.add("dla_norm_bias.final", [count], bias) }
    if let bias = shares.blockNormBias { result.add("dla_norm_bias.blocks", [count], bias) }
    if let bias = shares.headBias { result.add("dla_unembed_bias", [1], [bias]) }
    result.add("dla_sum", [count], shares.sum)
    result.add("dla_logit", [count], shares.score)
    return result
  }

  private func removal(_ pass: Pass, _ subject: AnalysisSubject) throws -> AnalysisTensors {
    let (row, tokens) = (try outcomeRow, try tokens(pass, subject))
    let replay = Replay(pass.output, of: pass.model.model, row: row, tokens: tokens)
    let removals = try replay.removals(pass.output, of: pass.model.model)
    var result = AnalysisTensors()
    result.facts = facts(row: row, "tokens", tokens)
    for group in removals.map(\.head).byLayer {
      let logits = removals.filter { $0.head.isOfLayer(group) }.flatMap(\.output.logits)
      result.add(
        "removal_logit.\(group.kind.rawValue).\(group.layer)",
        [logits.count / tokens.count, tokens.count], logits)
    }
    return result
  }

  private func words(_ pass: Pass, _ subject: AnalysisSubject) throws -> AnalysisTensors {
    guard !subject.pairs.isEmpty else { throw RunError.noPairs(.words) }
    var result = AnalysisTensors()
    for (number, pair) in subject.pairs.enumerated() {
      try check(pair)
      guard pair.head.kind != .encoder else { throw RunError.encoderWritesNoWords(pair) }
      let words = try HeadWords(
        pass.output, of: pass.model.model, head: pair.head, query: pair.query, key: pair.key)
      for (name, tokens) in [("up", words.raised), ("down", words.lowered)] {
        result.add("words.\(number).\(name)_ids", [tokens.count], tokens.map { Float($0.id) })
        result.add("words.\(number).\(name)_logits", [tokens.count], tokens.map(\.logit))
      }
      result.add("words.\(number).norm", [1], [words.size])
    }
    result.facts = [
      ("words", .list(subject.pairs.enumerated().map { .object($1.members(number: $0)) }))
    ]
    return result
  }

  private func writers(_ pass: Pass, _ subject: AnalysisSubject) throws -> AnalysisTensors {
    guard !subject.pairs.isEmpty else { throw RunError.noPairs(.writers) }
    var result = AnalysisTensors()
    var scores: [JSONNode] = []
    for (number, pair) in subject.pairs.enumerated() {
      try check(pair)
      guard pair.head.kind != .cross else { throw RunError.crossScoreIsNotSplit(pair) }
      let split = try ScoreSplit(
        pass.output, of: pass.model.model, head: pair.head, query: pair.query, key: pair.key)
      let count = split.components.count
      result.add("score.\(number).terms", [count, count], split.terms)
      result.add("score.\(number).contrast", [count, count], split.contrast)
      result.add("score.\(number).query", [count], split.byQuery)
      result.add("score.\(number).key", [count], split.byKey)
      result.add("score.\(number).total", [1], [split.sum])
      scores.append(
        .object(
          pair.members(number: number).filter { pair.head.kind != .own || $0.0 != "kind" }
            + [("components", .list(split.components.map { .string($0) }))]))
    }
    result.facts = [("scores", .list(scores))]
    return result
  }

  /// Whether there is such a head, and whether its query sees the key.
  private func check(_ pair: HeadPair) throws {
    guard let stack = record.stacks.first(where: { $0.kind == pair.head.kind }),
      pair.head.layer < stack.layers.count,
      pair.head.head < stack.layers[pair.head.layer].headCount,
      pair.query < stack.queries.count, pair.key < stack.keys.count
    else { throw RunError.noPair(pair) }
    let mask = stack.layers[pair.head.layer].mask
    guard mask.visibleKeys(query: pair.query, keyCount: stack.keys.count).contains(pair.key) else {
      throw RunError.hiddenPair(pair)
    }
  }
}

// MARK: Changes

extension Run {
  private func ablation(_ pass: Pass, _ subject: AnalysisSubject) throws -> AnalysisTensors {
    let (row, tokens) = (try outcomeRow, try tokens(pass, subject))
    let replay = Replay(pass.output, of: pass.model.model, row: row, tokens: tokens)
    var result = AnalysisTensors()
    result.facts = facts(row: row, "tokens", tokens)
    for replacement in HeadAblation.Replacement.allCases {
      let name = "ablate.\(replacement.rawValue.replacing("-", with: "_"))"
      for rows in EffectRows.allCases {
        var effects: [HeadAddress: ChangedOutput] = [:]
        // Without a bias there is nothing to keep, and it would be zeros once more.
        let heads = replay.heads(rows: rows).filter {
          replacement != .zeroKeepBias || pass.model.model.hasValueBias($0)
        }
        try replay.effects(of: replacement, rows: rows, heads: heads) {
          effects[$0.head] = $0.output
        }
        for group in heads.byLayer {
          let outputs = heads.filter { $0.isOfLayer(group) }.sorted { $0.head < $1.head }
            .compactMap { effects[$0] }
          result.add(
            outputs, as: "\(name).\(rows.rawValue)",
            suffix: ".\(group.kind.rawValue).\(group.layer)")
        }
      }
    }
    let all = replay.heads(rows: .all)
    for group in all.byLayer {
      let output = try replay.output(
        with: all.filter { $0.isOfLayer(group) }.map { .ablation(HeadAblation($0)) })
      result.add(
        [output], as: "ablate_layer.zero.all", suffix: ".\(group.kind.rawValue).\(group.layer)",
        isAlone: true)
    }
    guard !subject.heads.isEmpty else { return result }
    let output = try replay.output(with: subject.heads.map { .ablation(HeadAblation($0)) })
    result.add([output], as: "ablate_set.zero.all", suffix: "", isAlone: true)
    result.facts.append(
      (
        "set",
        .list(
          subject.heads.map {
            .list([.string($0.kind.rawValue), .integer($0.layer), .integer($0.head)])
          })
      ))
    return result
  }

  private func edges(_ pass: Pass, _ subject: AnalysisSubject) throws -> AnalysisTensors {
    guard !subject.cuts.isEmpty else { throw RunError.noCuts }
    let (row, tokens) = (try outcomeRow, try tokens(pass, subject))
    let replay = Replay(pass.output, of: pass.model.model, row: row, tokens: tokens)
    var result = AnalysisTensors()
    result.facts = facts(row: row, "tokens", tokens)
    var cuts: [JSONNode] = []
    for (number, cut) in subject.cuts.enumerated() {
      let output = try replay.output(with: [.cut(cut)])
      guard let stack = record.stacks.first(where: { $0.kind == cut.kind }) else { continue }
      var weights: [Float] = []
      let queries = cut.queries.indices(count: stack.queries.count)
      let heads = cut.heads ?? 0...(stack.layers[cut.layers.lowerBound].headCount - 1)
      for layer in cut.layers {
        guard var score = stack.layers[layer].score else { continue }
        // A later layer reads what the cut has changed; its weights would be those of another run.
        guard layer == cut.layers.lowerBound else { break }
        score.cuts.append(cut)
        let changed = LayerAttention(index: layer, mask: stack.layers[layer].mask, score: score)
        for head in heads {
          for query in queries { weights += changed.row(head: head, query: query) }
        }
      }
      result.add(
        "cut.\(number).weights", [heads.count * queries.count, stack.keys.count], weights)
      result.add([output], as: "cut.\(number)", suffix: "", isAlone: true)
      func list(_ numbers: [Int]) -> JSONNode {
        numbers.count == 1 ? .integer(numbers[0]) : .list(numbers.map { .integer($0) })
      }
      cuts.append(
        .object([
          ("n", .integer(cuts.count)), ("kind", .string(cut.kind.rawValue)),
          ("layer", list(Array(cut.layers))), ("heads", .list(heads.map { .integer($0) })),
          ("query", list(queries)), ("key", list(Array(cut.keys))),
          ("renormalised", .bool(cut.keepsSum)),
        ]))
    }
    result.facts.append(("edges", .list(cuts)))
    return result
  }
}

// MARK: States

extension Run {
  private func lens(_ pass: Pass, _ subject: AnalysisSubject) throws -> AnalysisTensors {
    let (row, tokens) = (try outcomeRow, try tokens(pass, subject))
    let kind: AttentionKind = pass.model.summary.isEncoderDecoder ? .decoder : .own
    let rows = Array(
      0..<(record.stacks.first { $0.kind == kind }?.queries.count ?? 0))
    let readings = try LogitLens.readings(
      pass.output, of: pass.model.model, rows: rows, tokens: tokens)
    var result = AnalysisTensors()
    result.facts =
      facts(row: row, "tokens", tokens) + [("rows", .list(rows.map { .integer($0) }))]
    for reading in readings {
      let name = "\(reading.state.rawValue).\(kind.rawValue).\(reading.layer)"
      let best = reading.rows.map(\.best)
      let shape = [rows.count, best.first?.count ?? 0]
      result.add("lens_ids.\(name)", shape, best.flatMap { $0.map { Float($0.id) } })
      result.add("lens_probs.\(name)", shape, best.flatMap { $0.map(\.probability) })
      result.add(
        "lens_target.\(name)", [rows.count, tokens.count],
        reading.rows.flatMap(\.logits))
    }
    return result
  }

  private func rollout() -> AnalysisTensors {
    var result = AnalysisTensors()
    for stack in record.stacks where stack.kind != .cross {
      let count = stack.queries.count
      for (layer, values) in stack.rollout().enumerated() {
        result.add("rollout.\(stack.kind.rawValue).\(layer)", [count, count], values)
      }
    }
    return result
  }
}

// MARK: Parts

extension AnalysisTensors {
  /// Adds the outputs, one row for each change.
  ///
  /// - Parameter isAlone: Whether there is one change, and no axis for more.
  fileprivate mutating func add(
    _ outputs: [ChangedOutput], as prefix: String, suffix: String, isAlone: Bool = false
  ) {
    func add(_ name: String, _ width: Int?, _ values: [Float]) {
      let shape = width.map { isAlone ? [$0] : [outputs.count, $0] } ?? [outputs.count]
      self.add("\(prefix).\(name)\(suffix)", shape, values)
    }
    let predictions = outputs.compactMap {
      if case .prediction(let prediction) = $0 { prediction } else { nil }
    }
    let distances = outputs.compactMap {
      if case .distances(let first, let mean) = $0 { (first: first, mean: mean) } else { nil }
    }
    if let first = predictions.first {
      add("target", first.logits.count, predictions.flatMap(\.logits))
      add("kl", nil, predictions.map(\.divergence))
      add("top_ids", first.best.count, predictions.flatMap { $0.best.map { Float($0.id) } })
      add("top_logits", first.best.count, predictions.flatMap { $0.best.map(\.logit) })
    } else {
      add("cls_distance", nil, distances.map(\.first))
      add("mean_distance", nil, distances.map(\.mean))
    }
  }
}

extension HeadPair {
  fileprivate func members(number: Int) -> [(String, JSONNode)] {
    [
      ("n", .integer(number)), ("kind", .string(head.kind.rawValue)),
      ("layer", .integer(head.layer)), ("head", .integer(head.head)), ("query", .integer(query)),
      ("key", .integer(key)),
    ]
  }
}

extension HeadAddress {
  fileprivate func isOfLayer(_ other: HeadAddress) -> Bool {
    kind == other.kind && layer == other.layer
  }
}

extension [HeadAddress] {
  /// The first of each layer and kind.
  fileprivate var byLayer: [HeadAddress] {
    reduce(into: []) { firsts, head in
      if !firsts.contains(where: { $0.isOfLayer(head) }) { firsts.append(head) }
    }
  }
}
