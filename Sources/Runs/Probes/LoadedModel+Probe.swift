import Attention
import Transformers

extension LoadedModel {
  /// Looks for a known kind of head on texts of the program's own, and tells what each head does to what they ask for.
  ///
  /// A pattern alone can mislead, so its effect stands beside it: the share that a head has in the score of the token
  /// that the text asks for, and what that score loses without it.
  ///
  /// - Parameter progress: Called with how many texts are done, and of how many; what it throws ends the rest.
  /// - Throws: `RunError.probeHasNoRoom`, `RunError.noSeries`; `TransformerError.noShares` for what is read from shares.
  public func probe(
    _ probe: Probe, progress: (_ done: Int, _ count: Int) throws -> Void = { _, _ in }
  ) throws -> ProbeReport {
    let texts = ProbeTexts(self)
    var sums = ProbeSums()
    let seeds = ProbeTexts.seeds
    var said = ""
    for (index, seed) in seeds.enumerated() {
      /// Each step asks whether anybody waits: outside decoders a head's effect costs a run of its own.
      func step() throws { try progress(index, seeds.count) }
      try step()
      let list = "seeds \(seeds.lowerBound)-\(seeds.upperBound)"
      if probe == .successor {
        let (text, successors) = try texts.series(seed: seed)
        let run = try run(text.request, recording: DirectShares.recording)
        sums.add(try run.writes(text, to: { successors[$0] }))
        sums.chance += 1 / Float(text.items.count)
        let count = try texts.count(seed: seed)
        try add(
          try self.run(count.request, recording: Self.effectRecording), count, to: &sums, step)
        said =
          "\(seeds.count) lists of \(text.items.count) days, months, numbers and letters; \(list)"
      } else {
        let text = try texts.repeated(seed: seed)
        let run = try run(text.request, recording: Self.effectRecording)
        if probe == .copying {
          sums.add(try run.writes(text, to: { $0 }))
          sums.chance += 1 / Float(text.items.count)
        } else {
          sums.add(run.attends(text, probe, chance: &sums.chance))
        }
        try add(run, text, to: &sums, step)
        let count = run.record.stacks[run.record.stacks.count - 1].queries.count
        said =
          "\(seeds.count) texts of \(count) tokens: \(text.items.count) random ones, twice; \(list)"
      }
    }
    return sums.report(probe, said, predicts: summary.predictsTokens)
  }

  private static let effectRecording = Question.effects(.zero, rows: .row, nil).recording

  /// Whether the only stack is one whose tokens see what comes after them.
  var looksBothWays: Bool {
    summary.decoder == nil && !model.structure.isCausal
  }

  /// The id of a text that is one token; nil for others.
  func singleToken(_ text: String) throws -> Int? {
    let pieces = try pieces(of: text)
    return pieces.count == 1 ? pieces[0].id : nil
  }

  private func add(
    _ run: Run, _ text: ProbeTexts.Text, to sums: inout ProbeSums, _ step: () throws -> Void
  ) throws {
    guard summary.predictsTokens else { return }
    let effects = try run.effects(of: .zero, rows: .row, outcome: "#\(text.answer)") { _ in
      try step()
    }
    sums.probability += try run.probability(of: text.answer)
    for (head, effect) in effects.effects {
      sums.heads[head, default: .init()].total += Double(effect.total)
      if let direct = effect.direct {
        sums.heads[head, default: .init()].direct += Double(direct)
        sums.hasDirect = true
      }
    }
  }
}

/// Sums over the texts of a probe.
private struct ProbeSums {
  struct Head {
    var score = 0.0
    var direct = 0.0
    var total = 0.0
  }

  var heads: [HeadAddress: Head] = [:]
  /// Heads that have a score.
  var scored: Set<HeadAddress> = []
  var textCount = 0
  var hasDirect = false
  var chance: Float = 0
  var probability: Float = 0

  mutating func add(_ scores: [HeadAddress: Float]) {
    textCount += 1
    for (head, score) in scores {
      heads[head, default: .init()].score += Double(score)
      scored.insert(head)
    }
  }

  func report(_ probe: Probe, _ texts: String, predicts: Bool) -> ProbeReport {
    func mean(_ sum: Double) -> Float { Float(sum / Double(max(1, textCount))) }
    return ProbeReport(
      probe: probe, texts: texts, chance: mean(Double(chance)),
      probability: predicts ? mean(Double(probability)) : nil,
      heads: heads.filter { scored.contains($0.key) }.mapValues { head in
        .init(
          score: mean(head.score), direct: predicts && hasDirect ? mean(head.direct) : nil,
          total: predicts ? mean(head.total) : nil)
      })
  }
}

extension Run {
  /// The mean weight that heads give to the key that a probe is about, over the second half of a text.
  fileprivate func attends(
    _ text: ProbeTexts.Text, _ probe: Probe, chance: inout Float
  ) -> [HeadAddress: Float] {
    var scores: [HeadAddress: Float] = [:]
    let count = text.items.count
    let distance =
      switch probe {
      case .induction: count - 1
      case .duplicate: count
      case .previous, .copying, .successor: 1
      }
    guard let stack = record.stacks.first(where: { $0.kind == .own || $0.kind == .decoder })
    else { return [:] }
    let queries = text.first + count..<text.first + 2 * count - 1
    for layer in stack.layers {
      for head in 0..<layer.headCount {
        let sum = queries.reduce(0) { $0 + layer.row(head: head, query: $1)[$1 - distance] }
        scores[HeadAddress(stack.kind, layer: layer.index, head: head)] = sum / Float(queries.count)
      }
    }
    let mask = stack.layers[0].mask
    let visible = queries.map { mask.visibleKeys(query: $0, keyCount: stack.keys.count).count }
    chance += visible.reduce(0) { $0 + 1 / Float($1) } / Float(visible.count)
    return scores
  }

  /// The share of items for which what a head takes from them raises one other more than all other items.
  ///
  /// - Parameter wanted: Which one; nil for items that are not asked about.
  /// - Throws: `TransformerError.noShares` and the like.
  fileprivate func writes(
    _ text: ProbeTexts.Text, to wanted: (Int) -> Int?
  ) throws -> [HeadAddress: Float] {
    let pass = try requiredPass
    let kind: AttentionKind = pass.model.summary.isEncoderDecoder ? .decoder : .own
    let last = (record.stacks.first { $0.kind == kind }?.queries.count ?? 1) - 1
    // By head and item, the item that is raised most so far.
    var best: [HeadAddress: [(id: Int, score: Float)]] = [:]
    for candidate in text.items {
      let shares = try DirectShares(
        pass.output, of: pass.model.model, outcome: .token(candidate), rows: [last])
      for layer in shares.layers where layer.kind == kind {
        for head in layer.heads.indices {
          let values = layer.values(head: head)
          let address = HeadAddress(kind, layer: layer.index, head: head)
          var raised =
            best[address] ?? text.items.map { _ in (id: -1, score: -Float.infinity) }
          for index in text.items.indices {
            let score = values[text.first + index]
            if score > raised[index].score { raised[index] = (candidate, score) }
          }
          best[address] = raised
        }
      }
    }
    let asked = text.items.indices.filter { wanted(text.items[$0]) != nil }
    return best.mapValues { raised in
      let hits = asked.count { raised[$0].id == wanted(text.items[$0]) }
      return Float(hits) / Float(max(1, asked.count))
    }
  }

  fileprivate func probability(of id: Int) throws -> Float {
    let pass = try requiredPass
    return try LogitLens.readings(
      pass.output, of: pass.model.model, rows: [outcomeRow], tokens: [id]
    ).last?.rows[0].probabilities[0] ?? 0
  }
}
