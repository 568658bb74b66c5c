import Attention
import TerminalUI

/// The index: one small cell a head, hue by the label's family, brightness by its score.
extension ModelView {
  func drawIndexCell(_ place: HeadPlace, x: Int, y: Int, on canvas: inout Canvas) {
    let patterns = scene.summary(place).patterns
    let isSelected = place == selected
    let width = layout.insideWidth
    let isAblated = state.isAblated(place)
    let fill =
      isSelected
      ? theme.style(.text, on: .selection) : isAblated ? theme.style(.dim) : style(patterns[0])
    // A second line is for a second label, the last one for the gap.
    let fillHeight = max(1, layout.cellHeight - 2)
    if rankScore(place) == nil {
      canvas.fill(Rect(x: x, y: y, width: width, height: fillHeight), with: fill)
    }
    let mark = state.mark(of: place)
    let scoreStyle = theme.style(isSelected ? .accent : .dim)
    if let score = rankScore(place) {
      let title = state.title(of: place)
      let hasLabel = width >= title.count + 4
      let label = hasLabel ? " " + patterns[0].marked(patterns[0].label.shortName) : ""
      canvas.write((title + label).leftAligned(width), x: x, y: y, style: fill)
      canvas.write(
        score, x: x, y: y + 1, style: rankStyle(place, else: scoreStyle), limit: width)
    } else if let number = scene.meaning(place, columns: width) {
      drawMeaning(number, of: place, label: fill, x: x, y: y, on: &canvas)
    } else if width >= 8 {
      // The two best labels, each with its score.
      canvas.write(
        (mark + indexLine(patterns[0])).leftAligned(width), x: x, y: y, style: fill, limit: width)
      if layout.cellHeight > 1, patterns.count > 1 {
        canvas.write(indexLine(patterns[1]), x: x, y: y + fillHeight, style: scoreStyle)
      }
    } else {
      let name = indexName(patterns[0].label)
      canvas.write(
        (mark + (hasSinkEdges ? name : patterns[0].marked(name))).leftAligned(width), x: x, y: y,
        style: fill, limit: mark.isEmpty ? .max : width)
      if hasSinkEdges, patterns[0].isBesidesSinks {
        canvas[x + width, y] = Cell(sinkEdge(place), theme.style(.dim))
      }
      if layout.cellHeight > 1, let score = patterns[0].scoreText {
        canvas.write(score, x: x, y: y + fillHeight, style: scoreStyle, limit: width)
      }
    }
  }

  /// The label as a name only, and the number that lines mean below it; where a cell has one line, the number alone.
  private func drawMeaning(
    _ number: String, of place: HeadPlace, label fill: Style, x: Int, y: Int,
    on canvas: inout Canvas
  ) {
    let width = layout.insideWidth
    let mark = state.mark(of: place)
    let style = rankStyle(place, else: theme.style(.text))
    guard layout.cellHeight > 1 else {
      canvas.fill(Rect(x: x, y: y, width: width, height: 1), with: theme.style())
      canvas.write(
        (mark + number).rightAligned(width), x: x, y: y,
        style: place == selected ? theme.style(.text, on: .selection) : style,
        limit: layout.cellWidth)
      return
    }
    let name = indexName(scene.summary(place).patterns[0].label)
    canvas.write((mark + name).leftAligned(width), x: x, y: y, style: fill, limit: width)
    canvas.write(
      number, x: x, y: y + max(1, layout.cellHeight - 2), style: style, limit: layout.cellWidth)
  }

  /// Labels fill their cells, so that a mark would run into the next one: an edge in the gap stands for it.
  var hasSinkEdges: Bool { layout.zoom == .index && layout.insideWidth == 3 }

  /// As thick as what rests on the sinks.
  private func sinkEdge(_ place: HeadPlace) -> Unicode.Scalar {
    theme.glyphs.edge(state.summary(place).spread?.sinks ?? 1)
  }

  private func style(_ pattern: HeadSummary.Pattern) -> Style {
    theme.family(pattern.label.family.rawValue, score: pattern.score)
  }

  private func indexLine(_ pattern: HeadSummary.Pattern) -> String {
    [pattern.marked(indexName(pattern.label)), pattern.scoreText].compactMap { $0 }
      .joined(separator: " ")
  }

  private func indexName(_ label: PatternLabel) -> String {
    switch layout.insideWidth {
    case 12...: label.rawValue
    case 3...: label.shortName
    default: label.letter(theme.glyphs)
    }
  }

  /// The legend of the colours, in the last lines of the grid if they are free.
  func drawLegend(on canvas: inout Canvas) {
    let free = layout.freeLines
    let limit = layout.gridEnd - layout.gridX
    var lines: [[PatternLabel.Family]] = [[]]
    var used = 0
    for family in PatternLabel.Family.allCases {
      let width = legendWidth(family) + 2
      if used + width - 2 > limit, used > 0 {
        lines.append([])
        used = 0
      }
      lines[lines.count - 1].append(family)
      used += width
    }
    guard lines.count <= free.count else { return }
    for (index, families) in lines.enumerated() {
      var x = layout.gridX
      let y = free.upperBound - lines.count + index
      for family in families {
        if hasSwatches {
          canvas.write("  ", x: x, y: y, style: theme.familySwatch(family.rawValue))
        }
        canvas.write(
          legendText(family), x: x + swatchWidth, y: y, style: theme.style(.dim))
        x += legendWidth(family) + 2
      }
    }
  }

  private var hasSwatches: Bool { theme.depth != .none }
  private var swatchWidth: Int { hasSwatches ? 3 : 0 }

  private func legendWidth(_ family: PatternLabel.Family) -> Int {
    swatchWidth + TextWidth.columns(of: legendText(family))
  }

  /// Letters need the word of their family beside them.
  private func legendText(_ family: PatternLabel.Family) -> String {
    let labels = family.labels.map(indexName).joined(separator: " ")
    return layout.insideWidth < 3 ? "\(family.title) \(labels)" : labels
  }
}
