import TerminalUI

/// The text of a tour's step, in the last rows; the view has the rest of the window.
struct TourBox {
  private let lines: [String]

  init?(_ state: ExplorerState) {
    guard let step = state.tour?.step else { return nil }
    let text = TextWidth.printable(step.text, glyphs: state.display.glyphs)
    lines = text.wrapped(to: max(1, state.viewport.width - 4))
  }

  /// With the title and the keys.
  var rowCount: Int { lines.count + 2 }

  func draw(_ state: ExplorerState, on canvas: inout Canvas, theme: Theme) {
    guard let progress = state.tour else { return }
    let top = max(0, canvas.height - rowCount)
    canvas.fill(
      Rect(x: 0, y: top, width: canvas.width, height: rowCount),
      with: theme.style(.text, on: .overlay))
    canvas.write(
      [
        FrameItem(
          .init(text: "tour \(progress.index + 1)/\(progress.tour.steps.count)  ", ink: .dim),
          .init(text: progress.step.title, ink: .accent, isBold: true))
      ], x: 2, y: top, limit: canvas.width, gap: 2, theme: theme, on: .overlay)
    for (row, line) in lines.enumerated() {
      canvas.write(line, x: 2, y: top + 1 + row, style: theme.style(.bright, on: .overlay))
    }
    let y = canvas.height - 1
    let next = Key.enter.label(theme.glyphs)
    let items =
      [(next, progress.isLast ? "end" : "next")] + (progress.index > 0 ? [("BSpace", "back")] : [])
      + [("Esc", "leave the tour")]
    let keys = items.map { key, text in
      FrameItem(.init(text: key, ink: .accent), .init(text: " " + text, ink: .dim))
    }
    canvas.write(keys, x: 2, y: y, limit: canvas.width, gap: 2, theme: theme, on: .overlay)
    let x = 2 + keys.width(gap: 2) + 3
    guard let message = state.input.message, x < canvas.width - 10 else { return }
    canvas.write(
      TextWidth.truncated(
        TextWidth.printable(message.text, glyphs: theme.glyphs), to: canvas.width - x - 1,
        ellipsis: theme.glyphs.ellipsis), x: x, y: y,
      style: theme.style(message.isError ? .accent : .text, on: .overlay))
  }
}
