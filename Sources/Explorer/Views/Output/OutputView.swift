import Attention
import TerminalUI

/// The view of the prediction: the likeliest tokens, the contribution of each part of the model to the outcome, the
/// loss without each head, and the logit lens's predictions after each layer.
struct OutputView: ExplorerView {
  let state: ExplorerState
  let theme: Theme
  private let layout: OutputLayout?

  init(_ state: ExplorerState, theme: Theme) {
    self.state = state
    self.theme = theme
    layout = OutputLayout(state)
  }

  func draw(on canvas: inout Canvas) {
    guard let layout else {
      for (row, line) in state.outputAbsence.wrapped(to: state.width - 2).enumerated() {
        canvas.write(line, x: 1, y: state.frame.firstBodyRow + row, style: theme.style(.dim))
      }
      return
    }
    drawPredictions(layout, on: &canvas)
    drawParts(layout, on: &canvas)
    drawLens(layout, on: &canvas)
    let start = state.frame.readoutRow - layout.notes.count - (state.frame.isTall ? 1 : 0)
    for (row, note) in layout.notes.enumerated() {
      canvas.write(note, x: 1, y: start + row, style: theme.style(.dim))
    }
  }

  // MARK: Predictions

  private func drawPredictions(_ layout: OutputLayout, on canvas: inout Canvas) {
    let (area, report) = (layout.predictions, layout.scene.report)
    guard !report.predictions.isEmpty else { return }
    canvas.write("predicts", x: area.x, y: area.y, style: theme.style(.dim))
    let outcome = Set(report.outcome?.outcome.ids ?? [])
    for (row, prediction) in report.predictions.prefix(area.height - 1).enumerated() {
      let y = area.y + 1 + row
      let isOutcome = prediction.token.id.map(outcome.contains) ?? false
      write(
        label(prediction.token), x: area.x, y: y, columns: 10, isOutcome ? .bright : .text, &canvas)
      write(NumberText.weight(prediction.probability), x: area.x + 11, y: y, .text, &canvas)
      bar(prediction.probability, x: area.x + 16, y: y, width: area.width - 16, on: &canvas)
    }
  }

  private func bar(_ share: Float, x: Int, y: Int, width: Int, on canvas: inout Canvas) {
    canvas.fill(Rect(x: x, y: y, width: width, height: 1), with: theme.style(.text, on: .emptyBar))
    canvas.write(
      theme.glyphs.horizontalBar(share, columns: width), x: x, y: y,
      style: theme.style(.accent, on: .emptyBar))
  }

  // MARK: Parts

  private func drawParts(_ layout: OutputLayout, on canvas: inout Canvas) {
    let (scene, area) = (layout.scene, layout.parts)
    canvas.write("part", x: area.x, y: area.y, style: theme.style(.dim))
    for (index, column) in scene.columns.prefix(layout.columnCount).enumerated() {
      let isSorting = column == scene.sorting
      let mark = isSorting ? String(theme.glyphs.down) : ""
      let title = TextWidth.truncated(
        mark + TextWidth.printable(scene.title(of: column), glyphs: theme.glyphs),
        to: OutputLayout.numberWidth - 1, ellipsis: theme.glyphs.ellipsis)
      canvas.write(
        title, x: layout.end(ofColumn: index) - TextWidth.columns(of: title), y: area.y,
        style: theme.style(isSorting ? .text : .dim))
    }
    if scene.isWaterfall {
      canvas.write(
        "running sum", x: layout.barX, y: area.y, style: theme.style(.dim), limit: layout.barWidth)
    }
    for position in layout.window.visible { draw(position, layout, on: &canvas) }
    drawHidden(layout, on: &canvas)
    if let closing = scene.closing(theme.glyphs) {
      canvas.write(closing, x: area.x, y: layout.closingY, style: theme.style(.bright))
    }
  }

  private func draw(_ position: Int, _ layout: OutputLayout, on canvas: inout Canvas) {
    let part = layout.scene.parts[position]
    let y = layout.y(ofPart: position)
    let isCursor = part.source == state.outputPart
    let surface: Theme.Surface = isCursor ? .selection : .page
    if isCursor {
      canvas[layout.parts.x - 1, y] = Cell(theme.glyphs.cursor, theme.style(.accent))
      canvas.fill(
        Rect(
          x: layout.parts.x, y: y,
          width: layout.end(ofColumn: layout.columnCount - 1) - layout.parts.x, height: 1),
        with: theme.style(.text, on: .selection))
    }
    let name = TextWidth.truncated(
      part.name, to: layout.nameWidth, ellipsis: theme.glyphs.ellipsis)
    canvas.write(name, x: layout.parts.x, y: y, style: theme.style(.text, on: surface))
    for (index, number) in part.numbers.prefix(layout.columnCount).enumerated() {
      guard let number else { continue }
      let text = layout.scene.text(number, layout.scene.columns[index], theme.glyphs)
      canvas.write(
        text, x: layout.end(ofColumn: index) - text.count, y: y,
        style: isCursor ? theme.style(.text, on: .selection) : theme.signedInk(number))
    }
    drawBar(part, layout, y: y, on: &canvas)
  }

  /// From where the last one ended to where this one does; a loss is hatched, and of another hue.
  private func drawBar(
    _ part: OutputScene.Part, _ layout: OutputLayout, y: Int, on canvas: inout Canvas
  ) {
    let extent = layout.scene.extent
    let size = extent.upperBound - extent.lowerBound
    let change = part.end - part.start
    guard size > 0, change != 0, layout.barWidth > 1 else { return }
    func column(_ value: Float) -> Float {
      (value - extent.lowerBound) / size * Float(layout.barWidth)
    }
    let first = min(layout.barWidth - 1, Int(column(min(part.start, part.end))))
    let length = max(0.125, column(abs(change) + extent.lowerBound))
    let whole = max(1, Int(length.rounded()))
    let text =
      change < 0
      ? length < 0.5
        ? String(theme.glyphs.smallLoss) : theme.glyphs.horizontalBar(-1, columns: whole)
      : theme.glyphs.horizontalBar(length / Float(layout.barWidth), columns: layout.barWidth)
    canvas.write(
      text.isEmpty ? String(theme.glyphs.edge(0.1)) : text, x: layout.barX + first, y: y,
      style: theme.signedInk(change), limit: layout.barWidth - first)
  }

  /// The numbers of parts above and below those in sight.
  private func drawHidden(_ layout: OutputLayout, on canvas: inout Canvas) {
    let (visible, count) = (layout.window.visible, layout.scene.parts.count)
    let y = layout.parts.y + 1
    if visible.lowerBound > 0 {
      canvas.write(
        "\(theme.glyphs.up) \(visible.lowerBound) more", x: layout.parts.x, y: y,
        style: theme.style(.dim))
    }
    if visible.upperBound < count {
      canvas.write(
        "\(theme.glyphs.down) \(count - visible.upperBound) more", x: layout.parts.x,
        y: layout.y(ofPart: visible.upperBound - 1) + 1, style: theme.style(.dim))
    }
  }

  // MARK: Lens

  /// The last readings that have room: there it comes to the prediction.
  private func drawLens(_ layout: OutputLayout, on canvas: inout Canvas) {
    let (area, report) = (layout.lens, layout.scene.report)
    guard !report.lens.isEmpty, area.height > 1 else { return }
    canvas.write("each layer would say", x: area.x, y: area.y, style: theme.style(.dim))
    let rankEnd = area.x + 30
    canvas.write("rank", x: rankEnd - 4, y: area.y, style: theme.style(.dim))
    var readings = report.lens[...]
    var hidden = 0
    if readings.count > area.height - 1 {
      hidden = readings.count - (area.height - 2)
      readings = readings.dropFirst(hidden)
      canvas.write(
        "\(theme.glyphs.up) \(hidden) earlier", x: area.x, y: area.y + 1, style: theme.style(.dim))
    }
    for (index, reading) in readings.enumerated() {
      let y = area.y + 1 + index + (hidden > 0 ? 1 : 0)
      write(state.name(of: reading), x: area.x, y: y, columns: 8, .dim, &canvas)
      if let best = reading.best.first {
        let isOutcome = best.token.id != nil && best.token.id == report.outcome?.outcome.ids[0]
        write(
          label(best.token), x: area.x + 9, y: y, columns: 10, isOutcome ? .bright : .text, &canvas)
        write(NumberText.weight(best.probability), x: area.x + 20, y: y, .text, &canvas)
      }
      guard let rank = reading.ranks.first else { continue }
      let text = String(rank + 1)
      write(text, x: rankEnd - text.count, y: y, rank == 0 ? .accent : .dim, &canvas)
      if area.width > 34, let share = reading.probabilities.first {
        bar(share, x: rankEnd + 2, y: y, width: area.maxX - rankEnd - 2, on: &canvas)
      }
    }
  }

  // MARK: Words

  var stateItems: [FrameItem] {
    let report = layout?.scene.report
    var items: [FrameItem] = []
    if let outcome = report?.outcome {
      items.append(.labelled("outcome", state.name(of: outcome, theme.glyphs)))
    } else if report != nil {
      items.append(.labelled("outcome", "how far the last states move"))
    }
    items += state.changeItems + [state.changedPredictionItem].compactMap(\.self)
    if let report {
      let kind: AttentionKind = state.session.isEncoderDecoder ? .decoder : .own
      let tokens = state.session.record.stacks.first { $0.kind == kind }?.queries ?? []
      if report.outcome != nil, tokens.indices.contains(report.query) {
        items.append(.labelled("at \(report.query)", label(tokens[report.query])))
      }
    }
    if let running = state.session.runningText ?? state.inquiryText {
      items.append(.value(running))
    }
    if state.session.isIncomplete, let ran = state.ranLayersText { items.append(.value(ran)) }
    return items + state.noteItems
  }

  var readout: [FrameItem] {
    guard let scene = layout?.scene,
      let part = scene.parts.first(where: { $0.source == state.outputPart })
    else { return [] }
    var items: [FrameItem] = [.value(part.source.name)]
    for (column, number) in zip(scene.columns, part.numbers) {
      guard let number else { continue }
      let title = TextWidth.printable(scene.title(of: column), glyphs: theme.glyphs)
      items.append(.labelled(title, scene.text(number, column, theme.glyphs)))
    }
    guard let effect = part.source.head.flatMap({ scene.effects?.effects[$0] }) else {
      return items
    }
    if let divergence = effect.divergence {
      items.append(.labelled("KL", NumberText.amount(divergence, digits: 3)))
    }
    if let best = effect.best { items.append(.labelled("without it", label(best))) }
    return items
  }

  private func label(_ token: Token) -> String {
    TokenAxis.label(token, isRaw: state.display.showsRawTokens, theme.glyphs)
  }

  private func write(
    _ text: String, x: Int, y: Int, columns: Int = .max, _ ink: Theme.Ink,
    _ canvas: inout Canvas
  ) {
    let text = TextWidth.truncated(text, to: columns, ellipsis: theme.glyphs.ellipsis)
    canvas.write(text, x: x, y: y, style: theme.style(ink))
  }
}
