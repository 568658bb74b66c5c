import Attention
import TerminalUI

/// The lines between the columns: the cursor's in the colours of their heads, all others grey.
///
/// A line to a token that is out of sight ends in the row that stands for it.
extension HeadView {
  func drawLines(cursor: Int, on canvas: inout Canvas) {
    var picture = LineCanvas(
      width: layout.canvasWidth, height: layout.canvasHeight, glyphs: theme.glyphs)
    // These stay when the cursor moves.
    picture.draw(otherLines)
    picture.draw(cursorLines(cursor) + focusedLines(cursor))
    picture.paint(on: &canvas, x: layout.canvasX, y: layout.canvasY)
  }

  private func cursorLines(_ cursor: Int) -> [LineCanvas.Line] {
    var lines = visiblePlaces.map { scene.cursorLine(toPlace: $0) }
    if let hidden = hiddenAbove { lines.append(scene.cursorLine(toPlace: -1, hidden.strength)) }
    if let hidden = hiddenBelow {
      lines.append(scene.cursorLine(toPlace: scene.order.count, hidden.strength))
    }
    return lines.compactMap(\.self).map { line in
      // Among others in colour the strong ones have to stand out; those of the focused head among all.
      let standsOut = state.display.otherLines == .all && line.thickness > 1
      let level = standsOut ? 5 : line.level
      return self.line(
        near: cursor, place: line.place, thickness: line.thickness, width: width(line.strength),
        line.strength,
        style: theme.line(line.strength, level: scene.isFocusLit ? min(level, 3) : level),
        rank: 10 + abs(line.relative))
    }
  }

  /// The focused head's lines to what is in sight, over those of all heads together.
  private func focusedLines(_ cursor: Int) -> [LineCanvas.Line] {
    guard scene.isFocusLit else { return [] }
    return visiblePlaces.compactMap { scene.focusedLine(toPlace: $0) }.map { line in
      self.line(
        near: cursor, place: line.place, thickness: line.thickness, width: width(line.strength),
        line.strength, style: theme.line(line.strength, level: line.level),
        rank: 20 + abs(line.relative))
    }
  }

  /// The width of a line of the cursor in a picture, which follows the weight: a fifth of a row for all of it.
  private func width(_ strength: AttentionSlice.Strength) -> Float {
    0.04 + 0.16 * min(1, abs(scene.slice.prominence(strength)))
  }

  /// A line from a near item, by its position, to a far one, by its place; one that stands for a loss is dotted.
  private func line(
    near: Int, place: Int, thickness: Int, width: Float = 0.06, _ strength: AttentionSlice.Strength,
    style: Style,
    rank: Float
  ) -> LineCanvas.Line {
    let start = LineCanvas.middle(ofRow: layout.y(ofPlace: near, in: nearWindow) - layout.canvasY)
    let end = LineCanvas.middle(ofRow: layout.y(ofPlace: place, in: farWindow) - layout.canvasY)
    var line = LineCanvas.Line(
      start: layout.isMirrored ? end : start, end: layout.isMirrored ? start : end,
      thickness: thickness, style: style, rank: rank)
    line.width = width
    line.isDotted = theme.showsSigns && strength.weight < 0
    line.isProminent = !line.isDotted
    return line
  }

  // MARK: Other lines

  /// The strong lines of the visible queries besides the cursor's; in a picture with them, which are under its bright ones.
  var otherLines: [LineCanvas.Line] {
    guard state.display.otherLines != .none else { return [] }
    let isColored = state.display.otherLines == .all
    let isMono = theme.depth == .none
    // What no colour tells from the cursor's lines is left out between its ends.
    let isCut = !isColored && (isMono || !theme.glyphs.isUnicode)
    var lines = scene.otherLines(
      ofQueries: layout.isMirrored ? visiblePlaces.map { scene.order[$0] } : Array(visibleNear),
      from: isMono ? Threshold.colorlessLine : nil,
      includesCursor: theme.glyphs.lineInk.isPicture)
    // Of many queries one each is enough of a texture.
    let isMany = layout.queries.count > 24
    if isMono || !isColored { lines = heaviest(isMono || isMany ? 1 : 2, of: lines) }
    return lines.map { pair in
      var line = line(
        near: layout.isMirrored ? pair.key : pair.query,
        place: scene.places[layout.isMirrored ? pair.query : pair.key],
        thickness: 1, pair.strength,
        style: isColored
          ? theme.line(pair.strength, level: min(4, pair.level))
          // In three steps: one of many lines is not looked at closely.
          : theme.otherLine(level: (pair.level + 1) / 2 * 2 - 1),
        // Lines of one look run together; of two hues only one can have a cell.
        rank: isColored && scene.heads.count > 1 ? abs(pair.relative) : Float(pair.level))
      line.isCut = isCut
      line.isProminent = line.isProminent && isColored
      return line
    }
  }

  /// The heaviest lines of each query: in grey all of them become one texture.
  private func heaviest(_ count: Int, of lines: [PairLine]) -> [PairLine] {
    var counts: [Int: Int] = [:]
    return lines.sorted { abs($0.relative) > abs($1.relative) }.filter {
      counts[$0.query, default: 0] += 1
      return counts[$0.query, default: 0] <= count
    }
  }
}
