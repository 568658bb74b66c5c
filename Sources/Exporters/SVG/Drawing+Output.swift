import Attention
import Explorer
import TerminalUI

/// The output view: predictions, the parts of the outcome one after the other, and what the layers would say, side by
/// side and in full.
extension Drawing {
  private static let predictionWidth = 120.0
  private static let sumWidth = 300.0
  private static let lensWidth = 90.0
  private static let column = 76.0

  mutating func drawOutput() -> Size {
    guard let scene = OutputScene(state) else {
      document.label(
        "nothing is known of the output", x: Self.margin, y: top, fill: colors.ink(.dim))
      return Size(width: 400, height: top + 20)
    }
    var x = Self.margin
    var rows = 0
    if !scene.report.predictions.isEmpty {
      drawPredictions(scene.report, x: &x)
      rows = scene.report.predictions.count
    }
    drawParts(scene, x: &x)
    rows = max(rows, scene.parts.count + 1)
    if !scene.report.lens.isEmpty {
      drawLens(scene.report, x: &x)
      rows = max(rows, scene.report.lens.count)
    }
    var end = self.y(rows + 1)
    for note in scene.notes(.unicode) {
      document.label(note, x: Self.margin, y: end, fill: colors.ink(.dim), size: 11)
      end += 16
    }
    return Size(width: x, height: end + Self.margin / 2)
  }

  /// Row −1 is that of the headings.
  private func y(_ row: Int) -> Double { top + 26 + Double(row) * Self.rowHeight }

  private mutating func heading(_ text: String, x: Double, anchor: Figure.Anchor = .start) {
    document.label(text, x: x, y: self.y(-1), fill: colors.ink(.dim), anchor: anchor, size: 11)
  }

  private func label(_ token: Token) -> String {
    TextWidth.truncated(
      TokenAxis.label(token, isRaw: state.display.showsRawTokens, .unicode), to: 24)
  }

  private mutating func drawPredictions(_ report: OutputReport, x: inout Double) {
    heading("predicts", x: x)
    let width = report.predictions.map { self.width(of: label($0.token)) }.max() ?? 0
    let outcome = Set(report.outcome?.outcome.ids ?? [])
    for (row, prediction) in report.predictions.enumerated() {
      let isOutcome = prediction.token.id.map(outcome.contains) ?? false
      document.label(
        label(prediction.token), x: x, y: self.y(row), fill: colors.ink(.text), isBold: isOutcome)
      document.label(
        NumberText.weight(prediction.probability), x: x + width + 44, y: self.y(row),
        fill: colors.ink(.text), anchor: .end)
      bar(
        prediction.probability, x: x + width + 52, y: self.y(row), width: Self.predictionWidth,
        color: colors.ink(.accent))
    }
    x += width + 52 + Self.predictionWidth + 36
  }

  private mutating func drawParts(_ scene: OutputScene, x: inout Double) {
    heading("part", x: x)
    let width = scene.parts.map { self.width(of: $0.name) }.max() ?? 0
    let barX = x + width + Self.column * Double(scene.columns.count) + 16
    for (index, column) in scene.columns.enumerated() {
      heading(
        scene.title(of: column), x: x + width + Self.column * Double(index + 1), anchor: .end)
    }
    if scene.isWaterfall { heading("running sum", x: barX) }
    let size = Double(scene.extent.upperBound - scene.extent.lowerBound)
    func place(_ value: Float) -> Double {
      size > 0 ? barX + Double(value - scene.extent.lowerBound) / size * Self.sumWidth : barX
    }
    for (row, part) in scene.parts.enumerated() {
      let y = self.y(row)
      document.label(part.name, x: x, y: y, fill: colors.ink(.text))
      for (index, number) in part.numbers.enumerated() {
        guard let number else { continue }
        document.label(
          scene.text(number, scene.columns[index], .unicode),
          x: x + width + Self.column * Double(index + 1), y: y, fill: colors.signedInk(number),
          anchor: .end)
      }
      let (start, end) = (place(min(part.start, part.end)), place(max(part.start, part.end)))
      let isLoss = part.end < part.start
      let color = colors.signedInk(part.end - part.start)
      document.rect(x: start, y: y - 5, width: max(1, end - start), height: 10, fill: color)
      // A loss is hollow, so that it is told without its hue.
      if isLoss {
        document.rect(
          x: start + 1, y: y - 4, width: end - start - 2, height: 8, fill: colors.page)
      }
    }
    if let closing = scene.closing(.unicode) {
      document.label(
        closing, x: x, y: self.y(scene.parts.count), fill: colors.ink(.bright), isBold: true)
    }
    x = barX + Self.sumWidth + 36
  }

  private mutating func drawLens(_ report: OutputReport, x: inout Double) {
    heading("each layer would say", x: x)
    let names = report.lens.map { state.name(of: $0) }
    let tokens = report.lens.map { $0.best.first.map { label($0.token) } ?? "" }
    let nameWidth = (names.map { self.width(of: $0) }.max() ?? 0) + 16
    let tokenWidth = tokens.map { self.width(of: $0) }.max() ?? 0
    let rankEnd = x + nameWidth + tokenWidth + 92
    heading("rank", x: rankEnd, anchor: .end)
    for (row, reading) in report.lens.enumerated() {
      let y = self.y(row)
      document.label(names[row], x: x, y: y, fill: colors.ink(.dim))
      document.label(tokens[row], x: x + nameWidth, y: y, fill: colors.ink(.text))
      if let best = reading.best.first {
        document.label(
          NumberText.weight(best.probability), x: x + nameWidth + tokenWidth + 40, y: y,
          fill: colors.ink(.text), anchor: .end)
      }
      guard let rank = reading.ranks.first, let share = reading.probabilities.first else {
        continue
      }
      document.label(
        String(rank + 1), x: rankEnd, y: y, fill: colors.ink(rank == 0 ? .bright : .dim),
        anchor: .end)
      bar(share, x: rankEnd + 12, y: y, width: Self.lensWidth, color: colors.ink(.accent))
    }
    x = rankEnd + 12 + Self.lensWidth + Self.margin
  }
}
