import Attention
import TerminalUI

/// The card of a head: a sentence, every label with its chance, the measures, and the heaviest pairs.
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
    row += 1
    let left = 42
    drawLabels(summary, row: row, on: &canvas)
    drawMeasures(summary, x: left, row: row, on: &canvas)
    drawPairs(
      summary, x: width >= 110 ? 82 : left,
      row: width >= 110 ? row : row + HeadSummary.Spread.measures.count + 2, on: &canvas)
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

  private func drawPairs(_ summary: HeadSummary, x: Int, row: Int, on canvas: inout Canvas) {
    guard row < area.height - 1 else { return }
    write("strongest pairs", x: x, row: row, .dim, on: &canvas)
    func label(_ token: Int, _ tokens: [Token]) -> String {
      "\(token) \(self.label(tokens[token]))"
    }
    for (index, pair) in summary.topPairs.prefix(area.height - row - 1).enumerated() {
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
