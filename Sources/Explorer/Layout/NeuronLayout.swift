import Attention
import TerminalUI

/// The layout of the neuron view: tokens at the left, strips of neurons beside them, numbers at the right.
struct NeuronLayout {
  typealias Panel = NeuronDisplay.Panel

  let frame: FrameLayout
  let queries: TokenAxis
  let keys: TokenAxis
  /// The query panel lists queries, each with the chosen key; else rows are keys, each with the chosen query.
  let listsQueries: Bool
  /// From the left: one in a narrow window, two in a wide one; none where there are no vectors.
  let panels: [Panel]
  /// The order in which neurons stand.
  let order: [Int]
  /// Places in `order` that fit in a panel.
  let visibleNeurons: Range<Int>
  /// Two neurons share a cell, side by side.
  let neuronsPerCell: Int
  let columnsPerCell: Int

  let hasGutter: Bool
  let hasBias: Bool
  let numberWidth: Int
  let tokenWidth: Int
  /// The visible part of the axis of the rows.
  private let window: ListWindow
  /// The body is longer than the window, so that what is hidden is summed up.
  let isScrolled: Bool

  static let scoreWidth = 7
  static let weightWidth = 3
  private static let gap = 2
  private static let smallestBar = 2
  private static let largestBar = 20
  private static let widestBar = 40
  private static let widestCell = 4

  init(_ state: ExplorerState) {
    frame = state.frame
    queries = state.queryAxis
    keys = state.keyAxis
    hasGutter = state.isPair
    order = state.neuronOrder
    let score = state.layer.score
    hasBias = score?.bias != nil
    let isWide = frame.hasTwoPanels
    let panel = state.display.neuron.panel
    listsQueries = score != nil && panel == .query
    panels =
      score == nil ? [] : !isWide ? [panel] : [listsQueries ? .query : .key, .product]

    let axis = listsQueries ? queries : keys
    numberWidth = String([queries, keys].compactMap(\.items.last?.number).max() ?? 0).count
    tokenWidth = min(isWide ? 12 : 8, max(queries.labelWidth, keys.labelWidth))

    // Neurons are as wide as they can be; with one panel not at the cost of the bar.
    let count = order.count
    let scores = Self.scoreWidth * (hasBias ? 2 : 1)
    let right = Self.gap + scores + 1 + Self.weightWidth + 1 + Self.smallestBar + 1
    let tokens = 1 + (hasGutter ? 1 : 0) + numberWidth + 1 + tokenWidth + 1
    let available = frame.width - tokens - right
    let room = max(2, isWide ? (available - Self.gap) / 2 : available)
    let widest =
      (2...Self.widestCell).last {
        $0 * count + (isWide ? 0 : Self.largestBar - Self.smallestBar) <= room
      }
    let isSingle = count + (isWide ? 0 : 5) <= room
    neuronsPerCell = widest != nil || isSingle ? 1 : 2
    columnsPerCell = widest ?? 1
    visibleNeurons = Self.window(
      around: order.firstIndex(of: state.selection.neuron) ?? 0, count: count,
      room: widest != nil ? count : room * neuronsPerCell)

    let rows = Self.rowCount(frame)
    isScrolled = axis.count > rows
    window = ListWindow(
      from: listsQueries ? state.scroll.queries : state.scroll.keys, count: axis.count, rows: rows)
  }

  /// Rows of the screen for those of the list.
  static func rowCount(_ frame: FrameLayout) -> Int {
    frame.firstBodyRow + frame.bodyRowCount - firstRow(frame)
  }

  /// The part of `count` items that is shown where only `room` fit: it moves on by half a window, so that a walk
  /// does not redraw everything at each step, and begins at an even item, so that cells keep their neurons.
  static func window(around cursor: Int, count: Int, room: Int) -> Range<Int> {
    guard count > room else { return 0..<count }
    let step = max(1, room / 2)
    let wanted = cursor / step * step - step / 2
    let first = max(0, min(wanted, count - room))
    let even = first + first % 2
    let start = even <= cursor ? even : first
    return start..<min(count, start + room)
  }

  // MARK: Columns

  /// The tokens of the rows.
  var axis: TokenAxis { listsQueries ? queries : keys }

  let gutterX = 1
  var numberX: Int { hasGutter ? 2 : 1 }
  var tokenX: Int { numberX + numberWidth + 1 }
  /// The first column of the first panel.
  var panelsX: Int { tokenX + tokenWidth + 1 }

  /// Cells in a panel's row.
  var cellCount: Int { (visibleNeurons.count + neuronsPerCell - 1) / neuronsPerCell }
  var panelWidth: Int { cellCount * columnsPerCell }
  func panelX(_ index: Int) -> Int { panelsX + index * (panelWidth + Self.gap) }

  /// The first column of a neuron's cell, counted from its panel.
  func column(ofPlace place: Int) -> Int {
    (place - visibleNeurons.lowerBound) / neuronsPerCell * columnsPerCell
  }

  private var panelsEnd: Int { panels.isEmpty ? panelsX : panelX(panels.count - 1) + panelWidth }
  /// The first column after the scores, which end there.
  var scoreEnd: Int { panels.isEmpty ? panelsEnd : panelsEnd + Self.gap + Self.scoreWidth }
  var biasEnd: Int { scoreEnd + (hasBias ? Self.scoreWidth : 0) }
  var weightX: Int { panels.isEmpty ? panelsX : biasEnd + 1 }
  var barX: Int { weightX + Self.weightWidth + 1 }
  var barWidth: Int { max(0, min(Self.widestBar, frame.width - barX - 1)) }

  // MARK: Rows

  private static func firstRow(_ frame: FrameLayout) -> Int { frame.firstBodyRow + 1 }

  /// The chosen query, over the rows.
  var queryY: Int { frame.headingRow }
  /// The neuron cursor and the headings.
  var headingY: Int { frame.firstBodyRow }
  /// Positions on the axis of the rows.
  var visibleRows: Range<Int> { window.visible }
  var rowsY: Int { Self.firstRow(frame) + (window.hasAbove ? 1 : 0) }
  var rowsEnd: Int { rowsY + visibleRows.count }
  /// The first row that does not belong to the view.
  var endY: Int { frame.firstBodyRow + frame.bodyRowCount }
  /// The lower end of the neuron cursor, if there is a row for it.
  var cursorEndY: Int? { !isScrolled && rowsEnd < endY ? rowsEnd : nil }
  /// The first of the rows left over.
  var belowY: Int { rowsEnd + 2 }
  var belowRowCount: Int { isScrolled ? 0 : max(0, endY - belowY) }

  func y(ofRow position: Int) -> Int { rowsY + position - visibleRows.lowerBound }

  // MARK: Hits

  /// The row at `y`, as a position on `axis`.
  func row(atY y: Int) -> Int? {
    let position = visibleRows.lowerBound + y - rowsY
    return visibleRows.contains(position) ? position : nil
  }

  /// The neurons in the cell at column `x`; none beside the panels.
  func neurons(atX x: Int) -> ArraySlice<Int> {
    for index in panels.indices {
      let column = x - panelX(index)
      guard (0..<panelWidth).contains(column) else { continue }
      let place = visibleNeurons.lowerBound + column / columnsPerCell * neuronsPerCell
      return order[place..<min(place + neuronsPerCell, visibleNeurons.upperBound)]
    }
    return []
  }

  /// The columns of each panel's tab in a narrow window.
  var tabs: [(panel: Panel, columns: Range<Int>)] {
    guard !panels.isEmpty, !frame.hasTwoPanels else { return [] }
    var x = panelsX
    return Panel.allCases.map { panel in
      let start = x
      x += panel.rawValue.count + 2
      return (panel, start..<x)
    }
  }
}

extension FrameLayout {
  /// Room for keys and products side by side.
  var hasTwoPanels: Bool { width >= 120 }
}
