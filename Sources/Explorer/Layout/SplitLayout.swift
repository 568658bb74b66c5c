import TerminalUI

/// The columns of a window in which the head stands beside its matrix.
struct SplitLayout {
  let left: Int
  let right: Int

  /// Two smallest windows, with a rule between.
  static let minimumWidth = 2 * FrameLayout.minimumWidth + 1

  init?(width: Int) {
    guard width >= Self.minimumWidth else { return nil }
    right = (width - 1) / 2
    left = width - 1 - right
  }

  static let views: [ViewKind] = [.head, .matrix]

  func width(of view: ViewKind) -> Int { view == .matrix ? right : left }
  func x(of view: ViewKind) -> Int { view == .matrix ? left + 1 : 0 }
}

extension ExplorerState {
  /// The layout of the split window; nil where it is not split, or too narrow.
  var split: SplitLayout? {
    guard display.isSplit, SplitLayout.views.contains(view), shownPanel == nil,
      viewport.height >= FrameLayout.minimumHeight
    else { return nil }
    return SplitLayout(width: viewport.width)
  }

  /// Draws the head and its matrix side by side.
  func draw(_ split: SplitLayout, on canvas: inout Canvas, theme: Theme) {
    for kind in SplitLayout.views {
      var state = self
      state.view = kind
      if kind != view { state.followInView() }
      var part = Canvas(
        width: split.width(of: kind), height: canvas.height, filledWith: Cell(" ", theme.style()))
      state.makeView(theme: theme).draw(on: &part)
      canvas.copy(frame.stripRow..<frame.readoutRow, of: part, toColumn: split.x(of: kind))
    }
    // The row of the sentence is nobody's.
    for y in frame.headingRow..<frame.firstBodyRow + frame.bodyRowCount {
      canvas[split.left, y] = Cell(theme.glyphs.vertical, theme.style(.border))
    }
  }

  /// The view that a click is in, which takes the keys from then on, and the click as that view has it.
  mutating func enter(_ mouse: MouseEvent) -> MouseEvent {
    guard let split, (frame.stripRow..<frame.readoutRow).contains(mouse.y) else { return mouse }
    view = mouse.x > split.left ? .matrix : .head
    return MouseEvent(mouse.action, x: mouse.x - split.x(of: view), y: mouse.y)
  }

  mutating func toggleSplit() {
    display.isSplit.toggle()
    guard display.isSplit else { return }
    if !SplitLayout.views.contains(view) { view = .head }
    if SplitLayout(width: viewport.width) == nil {
      say(
        "the head and its matrix stand side by side from \(SplitLayout.minimumWidth) columns on: "
          + "here are \(viewport.width)")
    }
  }
}
