/// The rows of a window that belong to the views.
struct FrameLayout {
  let width: Int
  let height: Int

  static let minimumWidth = 60
  static let minimumHeight = 16

  var isTooSmall: Bool { width < Self.minimumWidth || height < Self.minimumHeight }
  /// A wide window has room for more digits and wider columns.
  var isBig: Bool { width >= 110 }
  var isTall: Bool { height >= 30 }

  let titleRow = 0
  let stateRow = 1
  /// Head squares, panel tabs or titles.
  let stripRow = 2
  let headingRow = 3
  let firstBodyRow = 4
  /// In a tall window a blank row stands above the readout.
  var bodyRowCount: Int { max(0, height - (isTall ? 7 : 6)) }
  var readoutRow: Int { height - 2 }
  var keyRow: Int { height - 1 }
}

extension ExplorerState {
  /// Of the window or, where it is split, of the part that the view has.
  var frame: FrameLayout {
    FrameLayout(
      width: split?.width(of: view) ?? viewport.width, height: viewport.height - tourRowCount)
  }

  /// The rows that a tour takes from the views: all of its own but one, which stands for that of the keys.
  private var tourRowCount: Int {
    guard let box = TourBox(self) else { return 0 }
    return max(0, min(box.rowCount - 1, viewport.height - FrameLayout.minimumHeight))
  }
}
