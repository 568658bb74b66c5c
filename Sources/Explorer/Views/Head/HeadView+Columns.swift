import Attention
import TerminalUI

/// The tokens on both sides, and the weights beside those of the far side.
extension HeadView {
  func drawNear(cursor: Int, on canvas: inout Canvas) {
    let columns = layout.nearColumns
    for position in visibleNear {
      let y = layout.y(ofPlace: position, in: nearWindow)
      let item = scene.near.items[position]
      let isCursor = position == cursor
      let surface: Theme.Surface = isCursor ? .selection : .page
      if isCursor {
        let start = min(columns.number, columns.token)
        canvas.fill(
          Rect(x: start, y: y, width: layout.numberWidth + 1 + layout.nearTokenWidth, height: 1),
          with: theme.style(.text, on: .selection))
        let mark = layout.isMirrored ? theme.glyphs.focus : theme.glyphs.cursor
        canvas[columns.mark, y] = Cell(mark, theme.style(.accent))
      }
      if layout.hasGutter {
        let isLast = position + 1 == visibleNear.upperBound
        drawGutter(
          item, below: position > visibleNear.lowerBound ? scene.near.items[position - 1] : nil,
          above: isLast ? nil : scene.near.items[position + 1], x: columns.gutter, y: y,
          on: &canvas)
      }
      canvas.write(
        String(item.number).rightAligned(layout.numberWidth), x: columns.number, y: y,
        style: theme.style(.dim, on: surface))
      let label = fitted(item.label, layout.nearTokenWidth)
      canvas.write(
        layout.isMirrored ? label : label.rightAligned(layout.nearTokenWidth), x: columns.token,
        y: y, style: theme.style(item.isSpecial ? .special : .text, on: surface))
      if nearHits.contains(position), !isCursor {
        let width = TextWidth.columns(of: label)
        let x = columns.token + (layout.isMirrored ? 0 : layout.nearTokenWidth - width)
        canvas.restyle(Rect(x: x, y: y, width: width, height: 1), theme.found)
      }
      if item.isContinuation {
        let x =
          columns.token
          + (layout.isMirrored ? 0 : layout.nearTokenWidth - TextWidth.columns(of: label))
        canvas[x, y] = Cell(theme.glyphs.dot, theme.style(.dim, on: surface))
      }
    }
  }

  func drawFar(on canvas: inout Canvas) {
    let columns = layout.farColumns
    for place in visiblePlaces {
      let position = scene.order[place]
      let y = layout.y(ofPlace: place, in: farWindow)
      let item = scene.far.items[position]
      let strength = scene.strengths[position]
      let isFocus = position == scene.focus
      if layout.hasGutter {
        let isLast = place + 1 == visiblePlaces.upperBound
        drawGutter(
          item,
          below: place > visiblePlaces.lowerBound
            ? scene.far.items[scene.order[place - 1]] : nil,
          above: isLast ? nil : scene.far.items[scene.order[place + 1]], x: columns.gutter, y: y,
          on: &canvas)
      }
      canvas.write(
        String(item.number).rightAligned(layout.numberWidth), x: columns.number, y: y,
        style: theme.style(.dim))
      let label = fitted(item.label, layout.farTokenWidth)
      let labelX =
        layout.isMirrored
        ? columns.token + layout.farTokenWidth - TextWidth.columns(of: label) : columns.token
      let style = farStyle(item, strength, isFocus: isFocus)
      canvas.write(
        label, x: labelX, y: y, style: farHits.contains(position) ? theme.found(style) : style)
      if item.isContinuation {
        canvas[labelX, y] = Cell(theme.glyphs.dot, theme.style(.dim))
      }
      if isFocus {
        let x = layout.isMirrored ? labelX - 1 : labelX + TextWidth.columns(of: label)
        canvas[x, y] = Cell(
          layout.isMirrored ? theme.glyphs.focusBefore : theme.glyphs.focus, theme.style(.accent))
      }
      if layout.sliceWidth > 0 {
        for (index, head) in scene.heads.enumerated() {
          drawSlice(
            scene.relative(scene.weights[index][position], head: head), head: head,
            x: layout.slicesX + index * layout.sliceWidth, y: y, on: &canvas)
        }
      }
      drawWeight(strength, y: y, on: &canvas)
    }
  }

  /// The sentence's letter where another one stands above, or none, else its edge; which goes on to the next
  /// token of the sentence.
  private func drawGutter(
    _ item: TokenAxis.Item, below upper: TokenAxis.Item?, above lower: TokenAxis.Item?, x: Int,
    y: Int, on canvas: inout Canvas
  ) {
    canvas[x, y] = theme.sentenceCell(item.segment, isFirst: item.segment != upper?.segment)
    guard item.segment == lower?.segment else { return }
    for row in y + 1..<y + layout.spacing {
      canvas[x, row] = theme.sentenceCell(item.segment, isFirst: false)
    }
  }

  private func farStyle(
    _ item: TokenAxis.Item, _ strength: AttentionSlice.Strength, isFocus: Bool
  ) -> Style {
    let prominence = scene.slice.prominence(strength)
    var style = theme.style(Emphasis.ink(of: item, weight: prominence))
    if Emphasis(of: prominence).isBold { style = style.adding(.bold) }
    return isFocus ? style.adding(.underline) : style
  }

  /// A small bar of one head's weight.
  private func drawSlice(_ level: Float, head: Int, x: Int, y: Int, on canvas: inout Canvas) {
    let style =
      theme.showsSigns
      ? theme.signedInk(level, on: .emptyBar)
      : theme.headStyle(head, level: Theme.level(of: level), on: .emptyBar)
    // The gap to the next one in the same style: it takes most of the bytes of a row if the colours change there.
    canvas.fill(Rect(x: x, y: y, width: layout.sliceWidth, height: 1), with: style)
    if layout.sliceWidth < 3 {
      canvas[x, y] = Cell(theme.glyphs.verticalBar(level), style)
    } else {
      let columns = layout.sliceWidth - 1
      canvas.write(theme.glyphs.horizontalBar(level, columns: columns), x: x, y: y, style: style)
    }
  }

  private func drawWeight(_ strength: AttentionSlice.Strength, y: Int, on canvas: inout Canvas) {
    let weight = strength.weight
    let digits = layout.frame.isBig ? 3 : 2
    canvas.write(
      theme.listed(scene.slice.text(weight, digits: digits, theme.glyphs)), x: layout.weightX, y: y,
      style: theme.number(scene.slice.prominence(strength)))
    guard layout.totalWidth > 0 else { return }
    canvas.write(
      theme.glyphs.horizontalBar(
        scene.relative(strength), columns: layout.totalWidth - (layout.isMirrored ? 1 : 0)),
      x: layout.totalX, y: y, style: theme.line(strength))
  }

  func fitted(_ label: String, _ columns: Int) -> String {
    TextWidth.truncated(label, to: columns, ellipsis: theme.glyphs.ellipsis)
  }
}
