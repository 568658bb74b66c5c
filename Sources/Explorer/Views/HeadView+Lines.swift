import Attention
import TerminalUI

/// The lines between the columns: the cursor's in the colours of their heads, all others grey.
extension HeadView {
  func drawLines(cursor: Int, on canvas: inout Canvas) {
    var lines = otherLines(except: cursor)
    for (position, strength) in strengths.enumerated() where strength.weight >= 0.01 {
      lines.append(cursorLine(cursor, position, strength))
    }
    var picture = LineCanvas(
      width: layout.canvasWidth, height: layout.bodyRows, glyphs: theme.glyphs)
    picture.draw(lines)
    picture.paint(on: &canvas, x: layout.canvasX, y: layout.bodyY)
  }

  private func cursorLine(
    _ cursor: Int, _ position: Int, _ strength: AttentionSlice.Strength
  ) -> LineCanvas.Line {
    let level = Theme.level(of: strength.weight / unit(strength.head))
    return line(
      near: cursor, far: position,
      thickness: strength.weight < 0.1 ? 1 : strength.weight < 0.6 ? 2 : 3,
      style: theme.headStyle(strength.head, level: max(2, level)), rank: 10 + strength.weight)
  }

  /// A line from a near item to a far one, each by its position.
  private func line(
    near: Int, far: Int, thickness: Int, style: Style, rank: Float
  ) -> LineCanvas.Line {
    let start = LineCanvas.dotRow(ofRow: layout.row(near, first: nearFirst))
    let end = LineCanvas.dotRow(ofRow: layout.row(places[far], first: farFirst))
    return LineCanvas.Line(
      start: layout.isMirrored ? end : start, end: layout.isMirrored ? start : end,
      thickness: thickness, style: style, rank: rank)
  }

  /// The strong lines of the visible tokens besides the cursor's.
  private func otherLines(except cursor: Int) -> [LineCanvas.Line] {
    guard state.display.otherLines != .none else { return [] }
    let isColored = state.display.otherLines == .all
    let count = max(near.count, far.count)
    let threshold: Float = count <= 12 ? 0.12 : count <= 24 ? 0.2 : 0.3
    let isMono = theme.depth == .none
    var lines: [LineCanvas.Line] = []
    for query in visibleQueries where layout.isMirrored || query != cursor {
      let row = slice.row(heads: heads, query: query, by: state.display.aggregation)
      let strongest = isMono ? row.rankedPositions.first : nil
      for (key, strength) in row.enumerated() {
        let relative = strength.weight / unit(strength.head)
        if layout.isMirrored, key == cursor { continue }
        // Without colour, only each token's strongest line, or they all become one texture.
        guard relative >= (isMono ? 0.25 : threshold), !isMono || key == strongest else { continue }
        let level = Theme.level(of: relative)
        var line = line(
          near: layout.isMirrored ? key : query, far: layout.isMirrored ? query : key,
          thickness: isColored && level == 5 ? 2 : 1,
          style: isColored
            ? theme.headStyle(strength.head, level: level) : theme.otherLine(level: level),
          rank: strength.weight)
        line.isDotted = isMono && !isColored
        line.isProminent = isColored
        lines.append(line)
      }
    }
    return lines
  }

  private var visibleQueries: [Int] {
    layout.isMirrored ? visiblePlaces.map { order[$0] } : Array(visibleNear)
  }
}
