import Attention
import TerminalUI

/// Draws a list over the lower part of a view.
struct PanelView {
  let state: ExplorerState
  let panel: Panel
  let theme: Theme
  /// The place of the panel, its title included.
  let area: Rect

  init?(_ state: ExplorerState, theme: Theme) {
    guard let panel = state.shownPanel else { return nil }
    self.state = state
    self.panel = panel
    self.theme = theme
    let frame = state.frame
    let rows: Int
    if panel == .card {
      rows = frame.bodyRowCount + 1
    } else if let refusal = state.refusal(of: panel) {
      rows = refusal.wrapped(to: frame.width - 4 - state.panelClosing.count).count
    } else if panel == .writers {
      rows = max(10, frame.bodyRowCount / 2)
    } else {
      rows = 10
    }
    let end = frame.firstBodyRow + frame.bodyRowCount
    area = Rect(x: 0, y: end - rows, width: frame.width, height: rows)
  }

  func draw(on canvas: inout Canvas) {
    canvas.fill(area, with: theme.style(.text, on: .overlay))
    write(closing, x: area.width - 1 - closing.count, row: 0, .dim, on: &canvas)
    if let refusal = state.refusal(of: panel) {
      explain(refusal, on: &canvas)
      return
    }
    if panel == .card {
      drawCard(on: &canvas)
      return
    }
    guard let question = state.panelQuestions.first else { return }
    switch state.session.findings[question] {
    case .words(let words): draw(words, on: &canvas)
    case .origins(let origins): draw(origins, on: &canvas)
    default: explain(state.absence(of: question), on: &canvas)
    }
  }

  private var closing: String { state.panelClosing }

  /// Says why there is nothing to list, beside what closes the list.
  private func explain(_ text: String, on canvas: inout Canvas) {
    for (row, line) in text.wrapped(to: area.width - 4 - closing.count).enumerated() {
      write(line, x: 1, row: row, .text, on: &canvas)
    }
  }

  // MARK: Words that a head writes

  private func draw(_ words: WrittenWords, on canvas: inout Canvas) {
    let place = state.title(of: state.place)
    write("words that head \(place) writes, \(pairText)", x: 1, row: 0, .bright, on: &canvas)
    var size =
      "size \(plain(words.size)) beside \(plain(words.streamSize)) of the state it is added to"
    if let weight = words.weight { size += ", at weight 1; here \(NumberText.weight(weight))" }
    write(size, x: 1, row: 1, .dim, on: &canvas)
    for (x, title, list) in [(1, "raised", words.raised), (31, "lowered", words.lowered)] {
      write(title, x: x, row: 2, .dim, on: &canvas)
      for (index, word) in list.enumerated() {
        draw(label(word.token), word.score, x: x, row: 3 + index, columns: 18, on: &canvas)
      }
    }
  }

  private var pairText: String {
    let arrow = theme.glyphs.right
    let query = "q \(text(state.selection.query, of: state.queryAxis))"
    if panel == .written(isOfRow: true) { return "\(query), all keys" }
    return "\(query) \(arrow) k \(text(state.selection.key, of: state.keyAxis))"
  }

  private func text(_ token: Int, of axis: TokenAxis) -> String {
    guard let position = axis.position(of: token) else { return String(token) }
    return "\(token) \"\(axis.items[position].label)\""
  }

  // MARK: Writers of query and key

  private func draw(_ origins: ScoreOrigins, on canvas: inout Canvas) {
    write(
      "who wrote \(pairText): score \(signed(origins.score)), "
        + "\(theme.glyphs.sum) \(signed(origins.sum))", x: 1, row: 0, .bright, on: &canvas)
    let columns = [("query by", origins.query), ("key by", origins.key)]
    for (index, (title, writers)) in columns.enumerated() {
      let x = 1 + index * 40
      write(title.leftAligned(14) + "part".rightAligned(9), x: x, row: 1, .dim, on: &canvas)
      write("beyond mean".rightAligned(13), x: x + 23, row: 1, .dim, on: &canvas)
      let sorted = writers.sorted { abs($0.contrast) > abs($1.contrast) }
      let room = area.height - 2
      let shown = sorted.prefix(sorted.count > room ? room - 1 : room)
      for (row, writer) in shown.enumerated() {
        draw(name(of: writer), writer.part, x: x, row: 2 + row, columns: 14, on: &canvas)
        draw(writer.contrast, end: x + 36, row: 2 + row, on: &canvas)
      }
      let others = sorted.dropFirst(shown.count)
      if others.isEmpty { continue }
      // So that the column sums to the score on the screen.
      let row = 2 + shown.count
      draw(
        "\(others.count) more", others.reduce(0) { $0 + $1.part }, x: x, row: row, columns: 14,
        on: &canvas)
      draw(others.reduce(0) { $0 + $1.contrast }, end: x + 36, row: row, on: &canvas)
    }
  }

  /// `mlp 0`, `attn bias 0`, `attn norm 1`, the kind first as in the output view; heads and embeddings stay what they are.
  private func name(of writer: ScoreOrigins.Writer) -> String {
    let parts = writer.name.split(separator: ".")
    guard parts.count > 1, Int(parts[1]) == nil else { return writer.name }
    switch parts[1] {
    case "b_O": return "attn bias \(parts[0])"
    case "norm_bias":
      let names = ["attention": "attn", "output": "mlp", "branch": "sum", "input": "in"]
      let place = parts[2...].joined().split(separator: "_").map { names[String($0)] ?? String($0) }
      return (place.prefix(1) + ["norm", String(parts[0])] + place.dropFirst())
        .joined(separator: " ")
    default: return "\(parts[1]) \(parts[0])"
    }
  }

  // MARK: Text

  func label(_ token: Token) -> String {
    TokenAxis.label(token, isRaw: state.display.showsRawTokens, theme.glyphs)
  }

  func plain(_ value: Float) -> String {
    NumberText.plain(value, digits: 3, glyphs: theme.glyphs)
  }

  private func signed(_ value: Float) -> String {
    NumberText.signed(value, digits: 3, glyphs: theme.glyphs)
  }

  /// A name, and its number.
  private func draw(
    _ name: String, _ value: Float, x: Int, row: Int, columns: Int, on canvas: inout Canvas
  ) {
    let name = TextWidth.truncated(name, to: columns, ellipsis: theme.glyphs.ellipsis)
    write(name, x: x, row: row, .text, on: &canvas)
    draw(value, end: x + columns + 9, row: row, on: &canvas)
  }

  private func draw(_ value: Float, end: Int, row: Int, on canvas: inout Canvas) {
    guard row < area.height else { return }
    let text = signed(value)
    canvas.write(
      text, x: end - text.count, y: area.y + row, style: theme.signedInk(value, on: .overlay))
  }

  func write(
    _ text: String, x: Int, row: Int, _ ink: Theme.Ink, on canvas: inout Canvas
  ) {
    guard row < area.height else { return }
    canvas.write(
      TextWidth.printable(text, glyphs: theme.glyphs), x: x, y: area.y + row,
      style: theme.style(ink, on: .overlay), limit: area.width - x)
  }
}
