import Attention
import TerminalUI

/// All heads at once, in a grid of layers and heads or ranked; the selected one in a pane beside them.
struct ModelView: ExplorerView {
  let state: ExplorerState
  let theme: Theme
  let layout: ModelLayout
  let scene: ModelScene

  init(_ state: ExplorerState, theme: Theme) {
    self.state = state
    var theme = theme
    theme.isCoarse = true
    self.theme = theme
    layout = ModelLayout(state)
    scene = ModelScene(state)
  }

  var selected: HeadPlace { state.place }

  /// The number that a head is ranked by, with its label's mark; nil where heads are not ranked.
  func rankScore(_ place: HeadPlace) -> String? {
    guard state.display.ranking.shown != nil else { return nil }
    guard let text = scene.rankScore(place) else { return String(theme.glyphs.dash) }
    return scene.shownPattern(place)?.marked(text) ?? text
  }

  /// The style of that number, or of what lines mean: gains and losses have theirs.
  func rankStyle(_ place: HeadPlace, else style: Style) -> Style {
    scene.rankGain(place).map { theme.signedInk($0) } ?? style
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas) {
    if layout.paneWidth > 0 { drawPane(on: &canvas) }
    if let scatter = ScatterScene(state) {
      drawScatter(scatter, on: &canvas)
      return
    }
    drawHeadings(on: &canvas)
    drawRowNumbers(on: &canvas)
    if let reason = emptyReason {
      canvas.write(
        reason, x: layout.gridX, y: layout.frame.firstBodyRow, style: theme.style(.dim),
        limit: layout.gridEnd - layout.gridX)
      return
    }
    for row in layout.rows {
      for column in layout.columns {
        guard let place = layout.place(row: row, column: column) else { continue }
        let x = layout.x(ofColumn: column)
        let y = layout.y(ofRow: row)
        switch layout.zoom {
        case .index: drawIndexCell(place, x: x, y: y, on: &canvas)
        case .thumbnails: drawThumbnail(place, x: x, y: y, on: &canvas)
        case .large: drawLarge(place, x: x, y: y, on: &canvas)
        }
      }
    }
    if layout.zoom == .index { drawLegend(on: &canvas) } else { drawSelection(on: &canvas) }
  }

  /// The reason why there is nothing to draw.
  private var emptyReason: String? {
    if layout.rowCount == 0 { return state.objection(to: state.display.ranking) }
    return scene.isEmpty && layout.zoom != .index ? "no tokens are left" : nil
  }

  private func drawHeadings(on canvas: inout Canvas) {
    let y = layout.frame.headingRow
    let dim = theme.style(.dim)
    let accent = theme.style(.accent).adding(.bold)
    let above = layout.countAbove
    // Heads that are chosen and not ranked are only counted.
    let title =
      layout.isGrid ? "lay" : state.display.ranking.order == nil ? "no." : "rank"
    canvas.write(
      above > 0 ? "\(theme.glyphs.up)\(above)" : title, x: 0, y: y, style: above > 0 ? accent : dim)
    guard layout.isGrid, let selected = layout.cell(of: selected).flatMap({ heading($0.column) })
    else { return }
    for column in layout.columns where column % headingStep == 0 {
      guard let (x, text) = heading(column) else { continue }
      let isClear = x + text.count < selected.x || x > selected.x + selected.text.count
      if isClear { canvas.write(text, x: x, y: y, style: dim) }
    }
    canvas.write(selected.text, x: selected.x, y: y, style: accent)
    if layout.columns.lowerBound > 0 {
      canvas[layout.gridX - 1, y] = Cell(theme.glyphs.focus, accent)
    }
    if layout.columns.upperBound < layout.columnCount {
      let x = min(layout.x(ofColumn: layout.columns.upperBound), layout.gridEnd - 1)
      canvas[x, y] = Cell(theme.glyphs.more, accent)
    }
    drawActiveHeads(on: &canvas)
  }

  /// Numbers stand over every head, or over every second one and so on where they would touch.
  private var headingStep: Int {
    let digits = heading(layout.columnCount - 1)?.text.count ?? 1
    return digits / layout.cellWidth + 1
  }

  /// A head's number over its column: in the middle of pictures, else where the cell begins.
  private func heading(_ column: Int) -> (x: Int, text: String)? {
    guard let text = layout.head(ofColumn: column).map(String.init) else { return nil }
    let isCentred = layout.zoom != .large && layout.cellWidth > 3
    // A blank between the number and the mark of the heads before it.
    let besideMark = layout.zoom == .large && layout.columns.lowerBound > 0 ? 1 : 0
    let indent = isCentred ? max(0, (layout.insideWidth - text.count) / 2) : besideMark
    return (layout.x(ofColumn: column) + indent, text)
  }

  /// A tab over the number of each head that is on, unless all are.
  private func drawActiveHeads(on canvas: inout Canvas) {
    guard state.activeHeads.count < state.keptHeads.count else { return }
    let y = layout.frame.stripRow
    let width = min(3, layout.insideWidth)
    let tab = String(repeating: String(theme.glyphs.lowerHalf), count: width)
    let isOn = Set(state.activeHeads)
    for column in layout.columns {
      guard let head = layout.head(ofColumn: column), isOn.contains(head) else { continue }
      let indent = layout.zoom == .large ? 0 : (layout.insideWidth - width) / 2
      canvas.write(
        tab, x: layout.x(ofColumn: column) + indent, y: y, style: theme.headStyle(head))
    }
  }

  /// The layer, or the rank of the first head.
  private func drawRowNumbers(on canvas: inout Canvas) {
    let selectedRow = layout.cell(of: selected)?.row
    for row in layout.rows {
      guard let first = layout.place(row: row, column: 0) else { continue }
      let number = layout.isGrid ? scene.number(ofLayer: first.layer) : row * layout.columnCount + 1
      canvas.write(
        String(number).rightAligned(layout.gridX - 1), x: 0, y: layout.numberY(ofRow: row),
        style: row == selectedRow ? theme.style(.accent).adding(.bold) : theme.style(.dim))
    }
    let below = layout.countBelow
    if below > 0 {
      canvas.write(
        "\(theme.glyphs.down)\(below)", x: 1, y: layout.moreY,
        style: theme.style(.accent).adding(.bold))
    }
  }

  /// Bars in the gaps at both sides of the selected picture, as high as it.
  private func drawSelection(on canvas: inout Canvas) {
    guard let (row, column) = layout.cell(of: selected), layout.rows.contains(row),
      layout.columns.contains(column)
    else { return }
    let x = layout.x(ofColumn: column)
    let y = layout.y(ofRow: row)
    let titleHeight = layout.zoom == .large || state.display.ranking.shown != nil ? 1 : 0
    let pixelRows =
      layout.zoom == .large ? 2 * (layout.cellHeight - 2) : layout.thumbnail.pixelRows
    let height = titleHeight + (pixelRows + 1) / 2 + (layout.hasLabels ? 1 : 0)
    for line in y..<y + height {
      let isHalf =
        line == y + height - 1 && pixelRows % 2 == 1 && theme.hasHeatPixels && !layout.hasLabels
      canvas[x - 1, line] = Cell(
        isHalf ? theme.glyphs.rightCorner : theme.glyphs.rightHalf, theme.style(.accent))
      canvas[x + layout.insideWidth, line] = Cell(
        isHalf ? theme.glyphs.leftCorner : theme.glyphs.leftHalf, theme.style(.accent))
    }
  }
}
