import Attention
import TerminalUI

/// The card of a head: a sentence, its effect, every label with its chance, the measures, the heaviest pairs, where there
/// is room a picture, and of many texts examples of what it does.
extension PanelView {
  func drawCard(on canvas: inout Canvas) {
    let summary = state.summary(state.place)
    let width = area.width - 2
    write("head \(state.title(of: state.place))", x: 1, row: 0, .accent, on: &canvas)
    let sentence = HeadSentence(state, state.place, theme.glyphs).whole
    let lines = TextWidth.printable(sentence, glyphs: theme.glyphs).wrapped(to: width)
    for (row, line) in lines.enumerated() { write(line, x: 1, row: 1 + row, .bright, on: &canvas) }
    var row = lines.count + 2
    let evidence = state.evidence(of: state.place)
    write(
      "a hypothesis from this text of \(state.stack.queries.count) tokens, numbers of the whole text"
        + (evidence.flatMap { _ in state.evidence.map { "; over \($0.textCount) texts:" } } ?? ""),
      x: 1, row: row - 1, .dim, on: &canvas)
    if let evidence {
      write(evidence.text(of: evidence.label), x: 1, row: row, .bright, on: &canvas)
      row += 2
    }
    drawEffect(row: row, on: &canvas)
    row += 2
    drawLabels(summary, row: row, on: &canvas)
    let (left, right) = (42, 82)
    drawMeasures(summary, x: left, row: row, on: &canvas)
    let below = row + HeadSummary.Spread.measures.count + 2
    let exemplars = evidence?.exemplars ?? []
    guard width >= 110 else {
      // Pairs are also beside the grid of heads: they give way to what only the card has.
      if exemplars.isEmpty {
        drawPairs(summary, x: left, row: below, limit: .max, on: &canvas)
      } else {
        draw(exemplars, x: left, row: below, on: &canvas)
      }
      return
    }
    drawPicture(in: Rect(x: left, y: below, width: 36, height: area.height - below), on: &canvas)
    let limit = exemplars.isEmpty ? Int.max : 8
    drawPairs(summary, x: right, row: row, limit: limit, on: &canvas)
    draw(
      exemplars, x: right, row: row + min(limit, summary.topPairs.count) + 2, on: &canvas)
  }

  /// What the outcome loses without the head, beside what it writes toward it.
  private func drawEffect(row: Int, on canvas: inout Canvas) {
    guard let question = state.panelQuestions.first else { return }
    guard let effects = state.outputEffects,
      let effect = effects.effects[state.address(of: state.place)]
    else {
      let failure = state.session.findings.failures[question]?.text
      let text = "effect: " + (failure ?? state.inquiryText ?? "measuring")
      write(
        TextWidth.truncated(text, to: area.width - 2, ellipsis: theme.glyphs.ellipsis), x: 1,
        row: row, .dim, on: &canvas)
      return
    }
    let manner =
      " (\(effects.replacement.rawValue), "
      + (effects.rows == .all ? "all rows)" : "row \(effects.query))")
    func item(_ name: String, _ value: Float?, manner: String = "") -> FrameItem? {
      guard let value else { return nil }
      let number =
        effects.outcome == nil
        ? NumberText.plain(value, digits: 4, glyphs: theme.glyphs)
        : NumberText.signed(value, digits: 2, glyphs: theme.glyphs)
      return FrameItem(
        .init(text: name + " ", ink: .dim), .init(text: number, ink: .bright),
        .init(text: manner, ink: .dim))
    }
    let items: [FrameItem?]
    if let outcome = effects.outcome {
      let name = "effect on \(state.name(of: outcome, theme.glyphs)): total"
      items = [
        item(name, effect.total, manner: manner), item("direct", effect.direct),
        item("repaired", effect.repaired),
        effect.divergence.map { .labelled("KL", NumberText.amount($0, digits: 3)) },
      ]
    } else {
      let first = state.stack.queries.first.map(label) ?? "the first token"
      items = [
        item("without it moves \(first)", effect.total, manner: manner),
        item("mean", effect.meanDistance),
      ]
    }
    canvas.write(
      items.compactMap(\.self), x: 1, y: area.y + row, limit: area.width - 1, gap: 2,
      theme: theme, on: .overlay)
  }

  private func drawPicture(in area: Rect, on canvas: inout Canvas) {
    guard area.height > 8 else { return }
    let scene = ModelScene(state)
    LabelledHeat(
      picture: scene.picture(state.place), unit: scene.unit(state.place),
      queries: state.queryAxis, keys: state.keyAxis, theme: theme
    ).draw(
      in: Rect(
        x: area.x, y: self.area.y + area.y, width: area.width,
        height: min(area.height, area.width / 2)), on: &canvas)
  }

  /// The queries of many texts to which the head adds most: line, query and its heaviest key with that weight.
  private func draw(_ exemplars: [HeadExemplar], x: Int, row: Int, on canvas: inout Canvas) {
    guard !exemplars.isEmpty, row < area.height - 1 else { return }
    write("adds most, by line of the texts", x: x, row: row, .dim, on: &canvas)
    for (index, exemplar) in exemplars.prefix(area.height - row - 1).enumerated() {
      let y = row + 1 + index
      write(NumberText.amount(exemplar.size).rightAligned(4), x: x, row: y, .bright, on: &canvas)
      func token(_ number: Int, _ text: String) -> String {
        "\(number) \(TextWidth.printable(text, glyphs: theme.glyphs))"
      }
      let text =
        "line \(exemplar.line)  \(token(exemplar.query, exemplar.queryToken)) "
        + "\(theme.glyphs.right) \(token(exemplar.key, exemplar.keyToken)) "
        + NumberText.weight(exemplar.weight)
      write(
        TextWidth.truncated(text, to: area.width - x - 7, ellipsis: theme.glyphs.ellipsis),
        x: x + 6, row: y, .text, on: &canvas)
    }
  }

  /// The best first; what is less than chance fits least.
  private func drawLabels(_ summary: HeadSummary, row: Int, on canvas: inout Canvas) {
    let evidence = state.evidence(of: state.place)
    write(
      "label              score chance" + (evidence == nil ? "" : "   texts"), x: 1, row: row, .dim,
      on: &canvas)
    let chosen = summary.patterns
    let others = summary.measured.filter { pattern in !chosen.contains { $0.label == pattern.label }
    }
    .sorted { $0.score > $1.score }
    for (index, pattern) in (chosen + others).enumerated() {
      let isChosen = index < chosen.count
      let y = row + 1 + index
      let ink: Theme.Ink = isChosen ? .bright : .text
      let name = pattern.text(theme.glyphs).split(separator: " ")
      let words = pattern.scoreText == nil ? name : name.dropLast()
      write(words.joined(separator: " "), x: 1, row: y, ink, on: &canvas)
      if let score = pattern.scoreText {
        write(score.rightAligned(5), x: 20, row: y, ink, on: &canvas)
      }
      if let chance = pattern.chance {
        write(NumberText.weight(chance).rightAligned(6), x: 26, row: y, .dim, on: &canvas)
      }
      if let share = evidence?.share(of: pattern.label) {
        write("\(share.count)/\(share.textCount)".rightAligned(8), x: 32, row: y, ink, on: &canvas)
      }
    }
  }

  private func drawMeasures(_ summary: HeadSummary, x: Int, row: Int, on canvas: inout Canvas) {
    write("over all queries", x: x, row: row, .dim, on: &canvas)
    for (index, measure) in HeadSummary.Spread.measures.enumerated() {
      let value = measure.measure.value(of: summary).map(measure.measure.text) ?? "-"
      write(value.rightAligned(5), x: x, row: row + 1 + index, .bright, on: &canvas)
      write(measure.name, x: x + 7, row: row + 1 + index, .text, on: &canvas)
    }
  }

  private func drawPairs(
    _ summary: HeadSummary, x: Int, row: Int, limit: Int, on canvas: inout Canvas
  ) {
    guard row < area.height - 1 else { return }
    write("strongest pairs", x: x, row: row, .dim, on: &canvas)
    func label(_ token: Int, _ tokens: [Token]) -> String {
      "\(token) \(self.label(tokens[token]))"
    }
    for (index, pair) in summary.topPairs.prefix(min(limit, area.height - row - 1)).enumerated() {
      let y = row + 1 + index
      write(NumberText.weight(pair.weight, digits: 3), x: x, row: y, .bright, on: &canvas)
      let text =
        "\(label(pair.query, state.stack.queries)) \(theme.glyphs.right) "
        + label(pair.key, state.stack.keys)
      write(
        TextWidth.truncated(text, to: area.width - x - 8, ellipsis: theme.glyphs.ellipsis),
        x: x + 7, row: y, .text, on: &canvas)
    }
  }
}

extension HeadSummary.Spread {
  /// In words that fit beside their numbers.
  fileprivate static let measures: [(measure: HeadMeasure, name: String)] = [
    (.sinks, "on first token and delimiters"), (.peak, "largest weight, on average"),
    (.maximum, "largest weight of all"), (.entropy, "bits of entropy"),
    (.distance, "tokens of distance"),
  ]
}
