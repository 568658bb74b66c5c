import Attention
import TerminalUI

/// The lines between the columns: the cursor's in the colours of their heads, all others grey.
///
/// A line to a token that is out of sight ends in the row that stands for it.
extension HeadView {
  func drawLines(cursor: Int, on canvas: inout Canvas) {
    var picture = LineCanvas(
      width: layout.canvasWidth, height: layout.canvasHeight, glyphs: theme.glyphs)
    picture.draw(otherLines(except: cursor) + cursorLines(cursor) + focusedLines(cursor))
    picture.paint(on: &canvas, x: layout.canvasX, y: layout.canvasY)
  }

  private func cursorLines(_ cursor: Int) -> [LineCanvas.Line] {
    var ends = visiblePlaces.map { (place: $0, strength: strengths[order[$0]]) }
    if let hidden = hiddenAbove { ends.append((-1, hidden.strength)) }
    if let hidden = hiddenBelow { ends.append((order.count, hidden.strength)) }
    return ends.compactMap { place, strength in
      let weight = strength.weight / unit(strength.head)
      guard weight >= 0.01 else { return nil }
      // Among others in colour the strong ones have to stand out; those of the focused head among all.
      let leastLevel = state.display.otherLines == .all && weight >= 0.1 ? 5 : 2
      let level = max(leastLevel, Theme.level(of: weight))
      return line(
        near: cursor, place: place, thickness: weight < 0.1 ? 1 : weight < 0.6 ? 2 : 3,
        style: theme.headStyle(
          strength.head, level: isFocusLit ? min(level, 3) : level),
        rank: 10 + weight)
    }
  }

  /// Whether one head of several is to be told from the others.
  private var isFocusLit: Bool { heads.count > 1 && heads.contains(state.selection.head) }

  /// The focused head's lines to what is in sight, over those of all heads together.
  private func focusedLines(_ cursor: Int) -> [LineCanvas.Line] {
    guard isFocusLit else { return [] }
    let head = state.selection.head
    return visiblePlaces.compactMap { place in
      let weight = focusedWeights[order[place]] / unit(head)
      // Faint ones would only cover what others have there.
      guard weight >= 0.1 else { return nil }
      return line(
        near: cursor, place: place, thickness: weight < 0.6 ? 2 : 3,
        style: theme.headStyle(head, level: 5), rank: 20 + weight)
    }
  }

  /// A line from a near item, by its position, to a far one, by its place.
  private func line(
    near: Int, place: Int, thickness: Int, style: Style, rank: Float
  ) -> LineCanvas.Line {
    let start = LineCanvas.dotRow(ofRow: layout.y(ofPlace: near, first: nearFirst) - layout.canvasY)
    let end = LineCanvas.dotRow(ofRow: layout.y(ofPlace: place, first: farFirst) - layout.canvasY)
    return LineCanvas.Line(
      start: layout.isMirrored ? end : start, end: layout.isMirrored ? start : end,
      thickness: thickness, style: style, rank: rank)
  }

  // MARK: Other lines

  /// The strong lines of the visible queries besides the cursor's.
  func otherLines(except cursor: Int) -> [LineCanvas.Line] {
    guard state.display.otherLines != .none else { return [] }
    let isColored = state.display.otherLines == .all
    let isMono = theme.depth == .none
    let count = max(near.count, far.count)
    let threshold: Float = isMono ? 0.25 : count <= 12 ? 0.12 : count <= 24 ? 0.2 : 0.3
    var pairs = strongPairs.filter {
      $0.relative >= threshold && (layout.isMirrored ? $0.key : $0.query) != cursor
    }
    if isMono || !isColored { pairs = heaviest(isMono ? 1 : 2, of: pairs) }
    return pairs.map { pair in
      let level = Theme.level(of: pair.relative)
      var line = line(
        near: layout.isMirrored ? pair.key : pair.query,
        place: places[layout.isMirrored ? pair.query : pair.key],
        thickness: 1,
        style: isColored
          ? theme.headStyle(pair.strength.head, level: min(4, level))
          : theme.otherLine(level: level),
        // Lines of one look run together; of two hues only one can have a cell.
        rank: isColored && heads.count > 1 ? pair.relative : Float(level))
      line.isDotted = isMono && !isColored
      line.isProminent = isColored
      return line
    }
  }

  private var strongPairs: [StrongPairs.Pair] {
    let queries = layout.isMirrored ? visiblePlaces.map { order[$0] } : Array(visibleNear)
    let key = StrongPairs.Key(
      stack: slice.stack, layer: slice.layer, heads: heads, aggregation: state.display.aggregation,
      scale: state.display.scale, queries: queries.map { slice.queries.ranges[$0] },
      keys: slice.keys.ranges)
    return state.caches.strongPairs.value(for: key) {
      StrongPairs(
        slice, heads: heads, by: state.display.aggregation, queries: queries, unit: unit)
    }.pairs
  }

  /// The heaviest pairs of each query: in grey all of them become one texture.
  private func heaviest(_ count: Int, of pairs: [StrongPairs.Pair]) -> [StrongPairs.Pair] {
    var counts: [Int: Int] = [:]
    return pairs.sorted { $0.relative > $1.relative }.filter {
      counts[$0.query, default: 0] += 1
      return counts[$0.query, default: 0] <= count
    }
  }
}
