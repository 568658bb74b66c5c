import TerminalUI

/// The places of the output view's lists: predictions, parts and lens side by side in a wide window, else the lens
/// below the predictions.
struct OutputLayout {
  let frame: FrameLayout
  let scene: OutputScene
  /// Each with a row for its heading.
  let predictions: Rect
  let parts: Rect
  let lens: Rect
  /// The notes below the lists.
  let notes: [String]
  /// The parts in sight.
  let window: ListWindow
  let nameWidth: Int
  /// The number of the scene's columns that have room.
  let columnCount: Int

  static let numberWidth = 9
  private static let leftWidth = 30
  private static let lensWidth = 42
  private static let leastBarWidth = 12

  init?(_ state: ExplorerState) {
    guard let scene = OutputScene(state) else { return nil }
    self.scene = scene
    frame = state.frame
    let glyphs = state.display.glyphs
    var notes: [String] = []
    for note in scene.notes(glyphs) {
      let lines = note.wrapped(to: state.width - 2)
      // Half a note would be another one.
      if notes.count + lines.count > (frame.isTall ? 5 : 4) { break }
      notes += lines
    }
    self.notes = notes
    let top = frame.stripRow
    // In a tall window blank rows stand around what is said.
    let height = frame.readoutRow - top - notes.count - (frame.isTall ? 2 : 0)
    // What predicts nothing has parts alone.
    let leftWidth = scene.report.outcome == nil ? -1 : Self.leftWidth
    let partsX = leftWidth + 3
    if frame.isBig {
      let lensWidth = scene.report.lens.isEmpty ? 0 : Self.lensWidth
      predictions = Rect(x: 1, y: top, width: leftWidth, height: height)
      lens = Rect(x: state.width - lensWidth, y: top, width: lensWidth - 1, height: height)
      parts = Rect(x: partsX, y: top, width: lens.x - partsX - 2, height: height)
    } else {
      let count = min(scene.report.predictions.count, frame.isTall ? 10 : 5) + 1
      predictions = Rect(x: 1, y: top, width: leftWidth, height: min(count, height))
      lens = Rect(
        x: 1, y: top + count + 1, width: leftWidth, height: max(0, height - count - 1))
      parts = Rect(x: partsX, y: top, width: state.width - partsX - 1, height: height)
    }
    let longest = scene.parts.map { TextWidth.columns(of: $0.name) }.max() ?? 0
    // The heading of the column, and a blank before the next one.
    nameWidth = max(4, min(longest, frame.isBig ? 17 : 9))
    let room = (parts.width - nameWidth - Self.leastBarWidth - 2) / Self.numberWidth
    columnCount = max(1, min(scene.columns.count, room))
    let rows = max(3, height - 1 - (scene.isWaterfall ? 1 : 0))
    let cursor = scene.parts.firstIndex { $0.source == state.outputPart } ?? 0
    window = ListWindow(
      around: cursor, from: state.viewport.scroll.parts, count: scene.parts.count, rows: rows)
  }

  func y(ofPart position: Int) -> Int { parts.y + 1 + window.row(of: position) }

  /// The row of the sum: below the last part, or at the end of those that are in sight.
  var closingY: Int {
    window.visible.upperBound < scene.parts.count
      ? parts.maxY - 1 : min(parts.maxY - 1, y(ofPart: scene.parts.count - 1) + 1)
  }

  /// The position of the part at a place of the screen.
  func part(atX x: Int, y: Int) -> Int? {
    guard (parts.x..<parts.maxX).contains(x) else { return nil }
    return window.visible.first { self.y(ofPart: $0) == y }
  }

  /// The place where the numbers of a column end.
  func end(ofColumn column: Int) -> Int {
    parts.x + nameWidth + (column + 1) * Self.numberWidth
  }

  var barX: Int { end(ofColumn: columnCount - 1) + 2 }
  var barWidth: Int { max(0, parts.maxX - barX) }
}
