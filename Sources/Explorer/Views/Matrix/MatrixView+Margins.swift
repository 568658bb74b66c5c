import Attention
import TerminalUI

/// The surroundings of the cells: sentences, headings, queries and the profiles of the cursor's row and column.
extension MatrixView {
  // MARK: Above

  /// A line over the keys of each sentence, with its letter where it begins.
  func drawSentences(on canvas: inout Canvas) {
    guard layout.hasGutter else { return }
    for column in layout.columns {
      let keys = layout.keys(inColumn: column)
      let start = layout.keys.sentenceStart(in: keys)
      let segment = layout.keys.items[start ?? keys.lowerBound].segment
      let x = layout.x(ofColumn: column)
      let y = layout.frame.stripRow
      for offset in 0..<layout.stride {
        canvas[x + offset, y] = Cell(theme.glyphs.horizontal, theme.sentenceGutter(segment))
      }
      if start != nil { canvas[x, y] = theme.sentenceCell(segment, isFirst: true) }
    }
  }

  /// The legend of the colours, at the end of the same row where there is room.
  func drawLegend(on canvas: inout Canvas) {
    // Cells without a colour of their own have numbers only.
    guard !layout.scale.showsNumbers || theme.depth >= .indexed256 else { return }
    let y = layout.frame.stripRow
    let dim = theme.style(.dim)
    let largest = scene.slice.text(scene.unit, theme.glyphs)
    let least = theme.showsSigns ? scene.slice.text(-scene.unit, theme.glyphs) : "0"
    let end = layout.frame.width - 1 - largest.count - 1
    let start = layout.hasGutter ? layout.cellsEnd + 2 : 1
    let width = min(16, end - start - 1 - least.count)
    guard width >= 8 else { return }
    canvas.write(least, x: end - width - 1 - least.count, y: y, style: dim)
    for step in 0..<width {
      let fraction = Float(step) / Float(width - 1)
      canvas[end - width + step, y] = theme.heatCell(theme.showsSigns ? 2 * fraction - 1 : fraction)
    }
    canvas.write(largest, x: end + 1, y: y, style: dim)
    let masked = "masked"
    let maskedStart = end - width - 4 - least.count - masked.count - 2
    guard scene.slice.attention.mask != .bidirectional, start <= maskedStart else { return }
    canvas[maskedStart, y] = theme.maskedCell
    canvas.write(masked, x: maskedStart + 2, y: y, style: dim)
  }

  func drawHeadings(_ cursor: (query: Int, key: Int), on canvas: inout Canvas) {
    if layout.scale.showsNumbers {
      drawKeys(cursor, on: &canvas)
    } else {
      drawCursorKey(cursor, on: &canvas)
      drawTicks(on: &canvas)
    }
  }

  private func drawKeys(_ cursor: (query: Int, key: Int), on canvas: inout Canvas) {
    let width = layout.paintedWidth
    for column in layout.columns {
      let item = layout.keys.items[column]
      let isCursor = column == cursor.key
      let accent = theme.style(.accent).adding(.bold)
      let x = layout.x(ofColumn: column)
      let y = layout.frame.headingRow
      let number = String(item.number)
      canvas.write(
        number, x: x + max(0, width - number.count + 1) / 2, y: y,
        style: isCursor ? accent : theme.style(.dim))
      // In narrow columns a beginning and a blank say more than an ellipsis that touches the next one.
      let label =
        width >= 5
        ? fitted(item.label, width) : TextWidth.clipped(item.label, to: layout.stride - 1)
      canvas.write(
        label, x: x + (width - TextWidth.columns(of: label) + 1) / 2, y: y + 1,
        style: found(
          isCursor ? accent : theme.style(item.isSpecial ? .special : .text),
          hits.keys.contains(column)))
    }
    canvas.write(
      "k \(layout.keys.items[cursor.key].number)", x: layout.profileX, y: layout.cellsY - 1,
      style: theme.style(.accent), limit: layout.limit - layout.profileX)
  }

  /// The cursor's key over its column.
  private func drawCursorKey(_ cursor: (query: Int, key: Int), on canvas: inout Canvas) {
    let item = layout.keys.items[cursor.key]
    let x = layout.x(ofColumn: cursor.key / layout.scale.keysPerBin)
    let text = "\(item.number) \(fitted(item.label, 12))"
    let width = TextWidth.columns(of: text)
    let style = theme.style(.accent).adding(.bold)
    let y = layout.frame.headingRow
    if x + 1 + width <= layout.limit {
      canvas.write("\(theme.glyphs.down)\(text)", x: x, y: y, style: style)
    } else {
      canvas.write("\(text)\(theme.glyphs.down)", x: x - width, y: y, style: style)
    }
  }

  /// Numbers of keys at even distances.
  private func drawTicks(on canvas: inout Canvas) {
    let scale = layout.scale
    let step = Self.tickStep { $0 * layout.stride >= 6 * scale.keysPerBin }
    for column in layout.columns {
      let keys = layout.keys(inColumn: column)
      guard let position = keys.first(where: { $0.isMultiple(of: step) }) else { continue }
      let x = layout.x(ofColumn: column)
      canvas.write(
        String(layout.keys.items[position].number), x: x, y: layout.cellsY - 1,
        style: theme.style(.dim), limit: layout.limit - x)
    }
    // Where keys have no room for their names, the columns are marked that hold what is searched for.
    for column in layout.columns
    where layout.keys(inColumn: column).contains(where: hits.keys.contains) {
      let mark = Cell(theme.glyphs.down, theme.found(theme.style()))
      canvas[layout.x(ofColumn: column), layout.cellsY - 1] = mark
    }
  }

  func found(_ style: Style, _ isHit: Bool) -> Style {
    isHit ? theme.found(style) : style
  }

  /// The first of 1, 2, 5, 10, 20, 25, 50, 100, 200 … that is wide enough.
  static func tickStep(_ isWideEnough: (Int) -> Bool) -> Int {
    var step = 100
    while !isWideEnough(step) { step *= 2 }
    return [1, 2, 5, 10, 20, 25, 50].first(where: isWideEnough) ?? step
  }

  // MARK: Left

  func drawQueries(_ cursor: (query: Int, key: Int), on canvas: inout Canvas) {
    for row in layout.rows {
      let queries = layout.queries(inRow: row)
      let isCursor = queries.contains(cursor.query)
      let item = layout.queries.items[isCursor ? cursor.query : queries.lowerBound]
      let y = layout.y(ofRow: row)
      let surface: Theme.Surface = isCursor ? .selection : .page
      if isCursor {
        canvas.fill(
          Rect(
            x: layout.numberX, y: y, width: layout.numberWidth + 1 + layout.tokenWidth, height: 1),
          with: theme.style(.text, on: .selection))
        canvas[0, y] = Cell(theme.glyphs.cursor, theme.style(.accent))
      }
      if layout.hasGutter {
        let start = layout.queries.sentenceStart(in: queries)
        let segment = layout.queries.items[start ?? queries.lowerBound].segment
        for line in layout.lines(ofRow: row) {
          canvas[1, line] = theme.sentenceCell(segment, isFirst: false)
        }
        if start != nil { canvas[1, y] = theme.sentenceCell(segment, isFirst: true) }
      }
      canvas.write(
        String(item.number).rightAligned(layout.numberWidth), x: layout.numberX, y: y,
        style: theme.style(.dim, on: surface))
      canvas.write(
        fitted(item.label, layout.tokenWidth).rightAligned(layout.tokenWidth), x: layout.tokenX,
        y: y,
        style: found(
          theme.style(item.isSpecial ? .special : .text, on: surface),
          !isCursor && queries.contains(where: hits.queries.contains)))
      if item.isContinuation {
        let label = fitted(item.label, layout.tokenWidth)
        canvas[layout.tokenX + layout.tokenWidth - TextWidth.columns(of: label), y] =
          Cell(theme.glyphs.dot, theme.style(.dim, on: surface))
      }
    }
  }

  // MARK: Profiles

  /// The cursor's row as columns below the cells, its column as bars beside them.
  func drawProfiles(
    _ cursor: (query: Int, key: Int), column: [Float?]?, on canvas: inout Canvas
  ) {
    let plain = theme.style(.accent)
    func style(_ height: Float) -> Style { theme.showsSigns ? theme.signedInk(height) : plain }
    let label = "row \(layout.queries.items[cursor.query].number)"
    canvas.write(
      label.rightAligned(layout.cellsX - 1), x: 0, y: layout.profileY, style: plain)
    for bin in layout.columns {
      let height = height(of: scene.row[layout.keys(inColumn: bin)])
      let bar = Cell(theme.glyphs.verticalBar(height), style(height))
      for offset in 0..<layout.paintedWidth {
        canvas[layout.x(ofColumn: bin) + offset, layout.profileY] = bar
      }
    }
    guard let column else { return }
    for row in layout.rows {
      let height = height(of: column[layout.queries(inRow: row)])
      canvas.write(
        theme.glyphs.horizontalBar(height, columns: MatrixLayout.profileWidth),
        x: layout.profileX, y: layout.y(ofRow: row), style: style(height),
        limit: layout.limit - layout.profileX)
    }
  }

  /// The height of a bar for the largest of some weights, 0 … 1; bent where the picture is pooled, as its
  /// colours are, so that small weights do not vanish.
  private func height(of weights: ArraySlice<Float?>) -> Float {
    let largest = (weights.compactMap { $0 }.max { abs($0) < abs($1) } ?? 0) / scene.unit
    guard layout.scale.isPooled else { return largest }
    return largest < 0 ? -theme.bent(-largest) : theme.bent(largest)
  }

  func fitted(_ label: String, _ columns: Int) -> String {
    TextWidth.truncated(label, to: columns, ellipsis: theme.glyphs.ellipsis)
  }
}

extension TokenAxis {
  /// The first of some items that begins a sentence.
  fileprivate func sentenceStart(in positions: Range<Int>) -> Int? {
    positions.first(where: startsSentence(at:))
  }
}
