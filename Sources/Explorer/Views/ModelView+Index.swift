import Attention
import TerminalUI

/// The index: one small cell a head, hue by the label's family, brightness by its score.
extension ModelView {
  func drawIndexCell(_ layer: Int, _ head: Int, on canvas: inout Canvas) {
    let best = summary(layer, head).patterns[0]
    let x = layout.x(ofHead: head)
    let y = layout.y(ofLayer: layer)
    let style =
      isSelected(layer, head)
      ? theme.style(.text, on: .selection)
      : theme.family(best.label.family.rawValue, score: best.score)
    canvas.write(
      indexText(best.label).leftAligned(layout.insideWidth), x: x, y: y, style: style)
    if layout.cellHeight > 1 {
      canvas.write(
        NumberText.weight(best.score), x: x, y: y + 1,
        style: theme.style(isSelected(layer, head) ? .accent : .dim), limit: layout.insideWidth)
    }
  }

  private func indexText(_ label: PatternLabel) -> String {
    switch layout.insideWidth {
    case 7...: label.rawValue
    case 3...: label.shortName
    default: label.letter(theme.glyphs)
    }
  }

  /// What the colours mean, in the last rows of the grid if they are free.
  func drawLegend(on canvas: inout Canvas) {
    let rows = layout.freeRows
    let limit = layout.gridEnd - ModelLayout.gridX
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
    guard lines.count <= rows.count else { return }
    for (index, families) in lines.enumerated() {
      var x = ModelLayout.gridX
      let y = rows.upperBound - lines.count + index
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
    let labels = family.labels.map(indexText).joined(separator: " ")
    return layout.insideWidth < 3 ? "\(family.title) \(labels)" : labels
  }
}
