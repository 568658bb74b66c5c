import Attention
import TerminalUI

/// The layout of the head view.
///
/// The near side holds the cursor's column, the far side the other tokens with their weights; with the cursor
/// among the queries near is left, among the keys the picture is mirrored.
struct HeadLayout {
  let frame: FrameLayout
  let queries: TokenAxis
  let keys: TokenAxis
  /// The names of the two columns.
  let names: (queries: String, keys: String)
  let cursorSide: Selection.Side
  let activeCount: Int
  /// Rows from one token to the next.
  let spacing: Int
  /// The body is longer than the window, so that hidden tokens are summed up and the minimap is shown.
  let isScrolled: Bool
  /// The rows of the lines: those of the tokens, and of what is hidden above and below.
  let canvasHeight: Int
  /// Columns at the outer edge of the weights: the minimap and its mark, or a blank.
  let margin: Int

  let numberWidth: Int
  let nearTokenWidth: Int
  let farTokenWidth: Int
  let hasGutter: Bool
  let canvasWidth: Int
  /// Columns of one head's bar; 0 where there are none.
  let sliceWidth: Int
  let weightWidth: Int
  /// Columns of the bar of all heads together; 0 where there is none.
  let totalWidth: Int

  init(_ state: ExplorerState) {
    frame = state.frame
    queries = state.queryAxis
    keys = state.keyAxis
    names = state.stack.kind.sideNames
    cursorSide = state.selection.side
    activeCount = state.activeHeads.count
    let count = max(queries.count, keys.count, 1)
    let rows = frame.bodyRowCount
    isScrolled = count > rows
    spacing = isScrolled ? 1 : Self.spacing(count: count, rows: rows, frame: frame, activeCount)
    canvasHeight = min(rows, count * spacing)
    margin = isScrolled ? 2 : cursorSide == .key ? 1 : 0

    hasGutter = state.isPair
    numberWidth = max(
      queries.numberWidth(hasGutter: hasGutter), keys.numberWidth(hasGutter: hasGutter))
    let near = cursorSide == .query ? queries : keys
    let far = cursorSide == .query ? keys : queries
    let limit = frame.isBig ? 16 : 10
    let farName = cursorSide == .query ? names.keys : names.queries
    var tokens = (
      min(limit, near.labelWidth), min(limit, max(far.labelWidth, farName.count))
    )
    var slice = activeCount > 1 ? max(1, (frame.isBig ? 24 : 12) / activeCount) : 0
    var total = activeCount > 1 ? (frame.isBig ? 12 : 6) : (frame.isBig ? 20 : 10)
    weightWidth = (frame.isBig ? 5 : 4) + (state.shownNumbers.quantity.isSigned ? 1 : 0)

    // What is left for the lines; if too little, the rest gives way, the numbers last.
    let numbers = numberWidth
    let gutter = hasGutter
    let weight = weightWidth
    let active = activeCount
    let margin = margin
    let width = frame.width
    func room() -> Int {
      let left = 1 + (gutter ? 1 : 0) + numbers + 1 + tokens.0 + 1
      let bars = slice > 0 ? active * slice + 1 : 0
      let right = 1 + numbers + 1 + tokens.1 + 1 + bars + weight + 1 + total + margin
      return width - left - right
    }
    let least = Self.leastCanvas
    if room() < least { total = 0 }
    if room() < least { slice = 0 }
    if room() < least { tokens = (min(6, near.labelWidth), min(6, far.labelWidth)) }
    // What the lines can spare goes to tokens that are cut.
    let spare = max(0, room() - least)
    let missing = (
      min(Self.widestToken, near.labelWidth) - tokens.0,
      min(Self.widestToken, far.labelWidth) - tokens.1
    )
    let nearSpare = min(max(0, missing.0), max(spare / 2, spare - max(0, missing.1)))
    tokens.0 += nearSpare
    tokens.1 += min(max(0, missing.1), spare - nearSpare)
    let available = max(0, room())
    canvasWidth = available > 64 ? 64 + (available - 64) / 2 : available
    nearTokenWidth = tokens.0
    farTokenWidth = tokens.1
    sliceWidth = slice
    // The bars grow with what the lines leave.
    totalWidth = total > 0 ? total + min(available - canvasWidth, Self.widestBar - total) : 0
  }

  private static let widestBar = 60

  /// Columns that lines have before anything else gives way or gets more than its usual ones, and the most that a
  /// token gets.
  private static let leastCanvas = 16
  private static let widestToken = 40

  /// Never uneven; a tall window keeps room below for a list of the heads, or the head's matrix.
  private static func spacing(count: Int, rows: Int, frame: FrameLayout, _ activeCount: Int) -> Int
  {
    // A row of the matrix for two tokens, its title, its keys and a blank.
    let matrix = (count + 1) / 2 + 3
    if frame.isTall, activeCount == 1,
      let spacing = [3, 2].first(where: { count * $0 + matrix <= rows })
    {
      return spacing
    }
    let below = frame.isTall ? (activeCount > 1 ? activeCount + 2 : 8) : 0
    if let spacing = [3, 2, 1].first(where: { count * $0 + below <= rows }) { return spacing }
    return max(1, min(2, rows / count))
  }

  // MARK: Columns

  var isMirrored: Bool { cursorSide == .key }
  var farSide: Selection.Side { isMirrored ? .query : .key }

  /// Columns from the near edge to the lines, and from the lines to the end of the far side.
  private var nearWidth: Int { 1 + (hasGutter ? 1 : 0) + numberWidth + 1 + nearTokenWidth + 1 }
  private var farTokensEnd: Int { 1 + numberWidth + 1 + farTokenWidth + 1 }
  private var barsWidth: Int { sliceWidth > 0 ? activeCount * sliceWidth + 1 : 0 }

  private var farWidth: Int { farTokensEnd + barsWidth + weightWidth + 1 + totalWidth }

  /// The first column of the lines.
  var canvasX: Int { isMirrored ? margin + farWidth : nearWidth }

  struct Columns {
    /// The mark of the cursor.
    var mark: Int
    var gutter: Int
    var number: Int
    var token: Int
  }

  var nearColumns: Columns {
    guard isMirrored else {
      let number = 1 + (hasGutter ? 1 : 0)
      return Columns(mark: 0, gutter: 1, number: number, token: number + numberWidth + 1)
    }
    let start = canvasX + canvasWidth
    let token = start + 1 + numberWidth + 1
    return Columns(mark: token + nearTokenWidth, gutter: start, number: start + 1, token: token)
  }

  var farColumns: Columns {
    guard isMirrored else {
      let start = canvasX + canvasWidth
      let token = start + 1 + numberWidth + 1
      return Columns(mark: token + farTokenWidth, gutter: start, number: start + 1, token: token)
    }
    let token = canvasX - 1 - farTokenWidth
    let number = token - 1 - numberWidth
    return Columns(mark: token - 1, gutter: number - 1, number: number, token: token)
  }

  /// The bars of the heads.
  var slicesX: Int { isMirrored ? totalX + totalWidth : farColumns.mark + 1 }
  /// Without bars the mark of the focus stands right before the numbers, so that these leave a blank.
  var weightX: Int {
    isMirrored ? margin : slicesX + (barsWidth > 0 ? barsWidth : 1)
  }
  var totalX: Int { (isMirrored ? margin : slicesX + barsWidth) + weightWidth + 1 }

  /// The minimap at the outer edge, and the mark of what is visible.
  var minimapX: Int { isMirrored ? 0 : frame.width - 1 }
  var visibleMarkX: Int { isMirrored ? 1 : frame.width - 2 }

  // MARK: Rows

  var canvasY: Int { frame.firstBodyRow }
  /// Items of a side that are in sight wherever it is scrolled to.
  var pageSize: Int { isScrolled ? max(1, canvasHeight - 2) : max(queries.count, keys.count) }
  /// The first row below the tokens that is free for other things.
  var belowY: Int { canvasY + canvasHeight + 1 }

  /// The row of the screen where item `place` stands; a hidden one is in the row that sums up its kind.
  func y(ofPlace place: Int, in window: ListWindow) -> Int {
    canvasY + window.row(of: place) * spacing
  }
}
