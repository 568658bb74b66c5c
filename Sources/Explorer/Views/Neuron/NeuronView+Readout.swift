import TerminalUI

/// The neuron under the cursor, and how the chosen pair's neurons add up to its weight.
extension NeuronView {
  var readout: [FrameItem] {
    guard let query = scene.query, let key = scene.key else { return [] }
    let pair = NeuronScene.Pair(query: query.number, key: key.number)
    guard let contributions = scene.contributions, let score = scene.score(of: pair) else {
      return [
        FrameItem(
          .init(text: "q \(query.number) ", ink: .dim),
          .init(text: "\"\(query.label)\"", ink: .bright, isBold: true),
          .init(text: " \(theme.glyphs.right) k \(key.number) ", ink: .dim),
          .init(text: "\"\(key.label)\"", ink: .bright, isBold: true)),
        FrameItem(.init(text: "weight ", ink: .dim), weightRun(pair)),
      ]
    }
    let neuron = state.selection.neuron
    let number = FrameItem.labelled("n", "\(neuron)")
    let q = FrameItem.labelled("q", signed(contributions.query[neuron]))
    let k = FrameItem.labelled("k", signed(contributions.key[neuron]))
    let product = FrameItem(
      .init(text: productTitle + " ", ink: .dim),
      .init(text: signed(contributions.products[neuron]), ink: .accent, isBold: true))
    let share = FrameItem.value(
      "\(percent(contributions.share(of: neuron))) of |\(theme.glyphs.sum)|")
    // The sum matters most; its proof gives way to the neuron's own numbers only.
    let sum = [sumItem(pair, score, contributions)]
    let compared = state.comparedItems(ofHead: scene.head)
    let proof =
      !compared.isEmpty
      ? compared : state.isBeforeRotation ? [] : [differenceItem(pair)].compactMap { $0 }
    let candidates = [
      [number, q, k, product, share] + sum + proof, [number, q, k, product] + sum + proof,
      [number, q, k, product] + sum, [number, product] + sum + proof, [number, product] + sum,
    ]
    let fitting = candidates.first { items in
      items.reduce(-1) { $0 + $1.width + 2 } < layout.frame.width
    }
    return fitting ?? sum + proof
  }

  private func signed(_ value: Float) -> String {
    NumberText.signed(value, digits: 2, glyphs: theme.glyphs)
  }

  private func percent(_ share: Float) -> String {
    NumberText.plain(100 * share, digits: 0, glyphs: theme.glyphs) + "%"
  }

  private func weightRun(_ pair: NeuronScene.Pair) -> FrameItem.Run {
    .init(
      text: NumberText.weight(scene.weight(of: pair), digits: 3), ink: .accent,
      isBold: true)
  }

  /// From the sum over neurons to the weight. Before rotation they are told apart: the one does not lead to
  /// the other.
  private func sumItem(
    _ pair: NeuronScene.Pair, _ score: NeuronScore, _ contributions: NeuronContributions
  ) -> FrameItem {
    let sum = state.isBeforeRotation ? contributions.sum : score.sum
    let scale = scene.score?.scale ?? 1
    // Three digits that count, so that the product can be checked by hand.
    let digits = scale == 1 ? 0 : scale < 0.01 ? 5 : scale < 0.1 ? 4 : 3
    let factor = NumberText.plain(scale, digits: digits, glyphs: theme.glyphs)
    let step =
      state.isBeforeRotation
      ? ", not the score " : " \(theme.glyphs.times) \(factor) = "
    var runs: [FrameItem.Run] = [
      .init(text: " \(theme.glyphs.sum) ", ink: .dim),
      .init(text: NumberText.plain(Float(sum), digits: 2, glyphs: theme.glyphs), ink: .bright),
      .init(text: step, ink: .dim), .init(text: signed(Float(score.scaled)), ink: .bright),
    ]
    if let capped = score.capped {
      runs.append(.init(text: " capped ", ink: .dim))
      runs.append(.init(text: signed(Float(capped)), ink: .bright))
    }
    if let bias = score.bias {
      runs.append(.init(text: " bias ", ink: .dim))
      runs.append(.init(text: signed(Float(bias)), ink: .bright))
      runs.append(.init(text: " = ", ink: .dim))
      runs.append(.init(text: signed(Float(score.value)), ink: .bright))
    }
    let arrow = scene.isMasked(pair) ? " masked \(theme.glyphs.right) " : " \(theme.glyphs.right) "
    runs.append(.init(text: arrow, ink: .dim))
    runs.append(weightRun(pair))
    return FrameItem(runs)
  }

  /// The difference of the softmax of the scores computed here from the model's own weight.
  private func differenceItem(_ pair: NeuronScene.Pair) -> FrameItem? {
    let visible = scene.visibleKeys(of: pair.query)
    guard visible.contains(pair.key) else { return nil }
    let weight = NeuronScore.softmax(
      of: pair.key - visible.lowerBound, among: Array(scene.scores[visible]),
      sink: scene.score?.sinks?[scene.head])
    let difference = abs(weight - Double(scene.weight(of: pair)))
    return FrameItem(
      .init(
        text: "off by \(NumberText.scientific(difference, digits: 0))", ink: .dim))
  }
}
