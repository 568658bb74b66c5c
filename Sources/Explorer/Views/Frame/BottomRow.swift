import TerminalUI

/// The last row: the keys that work here, a message, or a prompt with what completes it above the readout.
extension ExplorerState {
  func drawBottomRow(on canvas: inout Canvas, theme: Theme) {
    if case .prompt(let prompt) = input.overlay {
      drawPrompt(prompt, on: &canvas, theme: theme)
    } else if case .replacing(let path) = input.overlay {
      drawQuestion(about: path, on: &canvas, theme: theme)
    } else if let message = input.message {
      draw(
        message, endingAt: frame.keyRow, ink: message.isError ? .accent : .bright, on: &canvas,
        theme: theme)
    } else if case .start = input.overlay {
      canvas.write(
        StartView.items(theme.glyphs), x: 1, y: frame.keyRow, limit: viewport.width, gap: 2,
        theme: theme)
    } else {
      drawKeys(on: &canvas, theme: theme)
    }
  }

  /// As many rows as the message needs, down to row `last`; one that fits into the row of keys has no
  /// background of its own.
  private func draw(
    _ message: Input.Message, endingAt last: Int, ink: Theme.Ink, on canvas: inout Canvas,
    theme: Theme
  ) {
    let lines = TextWidth.printable(message.text, glyphs: theme.glyphs).wrapped(
      to: viewport.width - 2
    )
    .prefix(frame.bodyRowCount)
    let surface: Theme.Surface = last == frame.keyRow && lines.count == 1 ? .page : .overlay
    for (index, line) in lines.enumerated() {
      let y = last + 1 - lines.count + index
      canvas.fill(
        Rect(x: 0, y: y, width: viewport.width, height: 1), with: theme.style(.text, on: surface))
      canvas.write(line, x: 1, y: y, style: theme.style(ink, on: surface))
    }
  }

  // MARK: Keys

  private func drawKeys(on canvas: inout Canvas, theme: Theme) {
    func items(_ entries: [KeyMap.Entry]) -> [FrameItem] {
      entries.compactMap { entry in
        entry.footer.map {
          FrameItem(
            .init(text: entry.label(theme.glyphs), ink: .accent), .init(text: " " + $0, ink: .dim))
        }
      }
    }
    let entries = keyMap.entries(in: self)
    let pinned = items(entries.filter(\.isPinned))
    let others = items(entries.filter { !$0.isPinned })
    let pinnedStart = viewport.width - 1 - pinned.width(gap: 2)
    canvas.write(
      pinned, x: pinnedStart, y: frame.keyRow, limit: viewport.width, gap: 2, theme: theme)
    canvas.write(others, x: 1, y: frame.keyRow, limit: pinnedStart - 2, gap: 2, theme: theme)
  }

  // MARK: Prompts

  private func drawPrompt(_ prompt: Prompt, on canvas: inout Canvas, theme: Theme) {
    let label =
      switch prompt.purpose {
      case .text: " text: "
      case .second: session.isEncoderDecoder ? " target: " : " second: "
      case .compared: " compare with: "
      case .search: " /"
      case .command: " :"
      case .export: " save as: "
      }
    let y = frame.keyRow
    let start = canvas.write(label, x: 0, y: y, style: theme.style(.accent))
    let end = draw(prompt.editor, x: start, y: y, on: &canvas, theme: theme)
    if prompt.purpose == .search, let hitCountText {
      canvas.write(
        hitCountText, x: max(end + 2, start + 20), y: y, style: theme.style(.dim),
        limit: max(0, viewport.width - max(end + 2, start + 20)))
    }
    if let message = input.message {
      // What is wrong with the line, above the readout, as the line stays to be corrected.
      draw(message, endingAt: frame.readoutRow - 1, ink: .accent, on: &canvas, theme: theme)
    }
    guard prompt.purpose == .command else { return }
    let completions = CommandText(prompt.stem).completions(in: self)
    if let ghost = prompt.ghost(of: completions.first), let next = ghost.unicodeScalars.first {
      let isSelected = theme.style(.text, on: .selection)
      // The cursor stands on the first character of what would be added.
      canvas.write(
        TextWidth.printable(String(next), glyphs: theme.glyphs), x: end - 1, y: y, style: isSelected
      )
      canvas.write(
        TextWidth.printable(String(ghost.unicodeScalars.dropFirst()), glyphs: theme.glyphs), x: end,
        y: y,
        style: theme.style(.faint))
    }
    if input.message == nil {
      draw(completions, chosen: prompt.choice?.index, on: &canvas, theme: theme)
    }
  }

  private func drawQuestion(about path: String, on canvas: inout Canvas, theme: Theme) {
    let question = "exists: replace it? "
    let name = TextWidth.truncated(
      TextWidth.printable(path), to: viewport.width - 2 - question.count - 13,
      ellipsis: theme.glyphs.ellipsis)
    canvas.write(
      [
        FrameItem(.init(text: name, ink: .bright), .init(text: " " + question, ink: .text)),
        FrameItem(.init(text: "y", ink: .accent), .init(text: " yes", ink: .dim)),
        FrameItem(.init(text: "n", ink: .accent), .init(text: " no", ink: .dim)),
      ], x: 1, y: frame.keyRow, limit: viewport.width, gap: 2, theme: theme)
  }

  /// The part of a line around the cursor, with a mark where it goes on; returns the column behind it.
  private func draw(
    _ editor: LineEditor, x start: Int, y: Int, on canvas: inout Canvas, theme: Theme
  ) -> Int {
    let room = viewport.width - start - 1
    var first = editor.cursor
    var used = 0
    while first > 0 {
      let columns = abs(TextWidth.columns(of: editor.scalars[first - 1]))
      if used + columns >= room { break }
      used += columns
      first -= 1
    }
    var x = start
    var last = first
    for index in first...editor.scalars.count where x < viewport.width - 1 {
      let scalar = index < editor.scalars.count ? editor.scalars[index] : " "
      let style =
        index == editor.cursor ? theme.style(.text, on: .selection) : theme.style(.bright)
      x += canvas.write(
        TextWidth.printable(String(scalar), glyphs: theme.glyphs), x: x, y: y, style: style,
        limit: viewport.width - x)
      last = index
    }
    let mark = Cell(theme.glyphs.ellipsis, theme.style(.dim))
    if first > 0 { canvas[start, y] = mark }
    if last < editor.scalars.count - 1 { canvas[viewport.width - 1, y] = mark }
    return x
  }

  private static let completionRowCount = 8
  private static let completionWidth = 78

  /// As many completions as there is room for, around the chosen one.
  private func draw(
    _ completions: [CommandText.Completion], chosen: Int?, on canvas: inout Canvas, theme: Theme
  ) {
    let rows = min(completions.count, Self.completionRowCount)
    let best = chosen ?? 0
    let first = Viewport.follow(best, from: 0, count: completions.count, rows: rows)
    let area = Rect(
      x: 1, y: frame.readoutRow - rows,
      width: min(Self.completionWidth, viewport.width - 2), height: rows)
    canvas.fill(area, with: theme.style(.text, on: .overlay))
    let noteX = area.x + 23
    let hidden = completions.count - rows
    let more = hidden > 0 ? " \(theme.glyphs.down)\(hidden)" : ""
    for row in 0..<rows {
      let completion = completions[first + row]
      let y = area.y + row
      let isBest = first + row == best
      let surface: Theme.Surface = isBest && chosen != nil ? .selection : .overlay
      if surface == .selection {
        canvas.fill(
          Rect(x: area.x, y: y, width: area.width, height: 1),
          with: theme.style(.text, on: .selection))
      }
      let style = theme.style(isBest ? .bright : .text, on: surface)
      let written = canvas.write(
        TextWidth.printable(completion.text, glyphs: theme.glyphs), x: area.x + 1, y: y,
        style: isBest ? style.adding(.bold) : style, limit: area.width - 2)
      let x = max(noteX, area.x + 1 + written + 1)
      // Whole words only.
      let note = TextWidth.printable(completion.note, glyphs: theme.glyphs)
      let room = area.maxX - x - more.count
      let lines = note.wrapped(to: max(1, room - 2))
      canvas.write(
        TextWidth.columns(of: note) <= room
          ? note : (lines.first ?? "") + " \(theme.glyphs.ellipsis)",
        x: x, y: y, style: theme.style(.dim, on: surface), limit: room)
    }
    canvas.write(
      more, x: area.maxX - more.count, y: area.maxY - 1, style: theme.style(.dim, on: .overlay))
  }
}
