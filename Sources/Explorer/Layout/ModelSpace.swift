import TerminalUI

/// How large the model view's heads can be, for each zoom.
struct ModelSpace {
  let frame: FrameLayout
  let layerCount: Int
  let headCount: Int
  let queryCount: Int
  let keyCount: Int

  /// Least rows and columns of a thumbnail with its gap where the zoom is not asked for; below, no pattern
  /// can be told.
  var fitsThumbnails: Bool {
    gridWidth(.thumbnails) / headCount >= 6 && frame.bodyRowCount / layerCount >= 3
  }

  func paneWidth(_ zoom: ModelZoom) -> Int {
    switch frame.width {
    case ..<76: 0
    case ..<100: zoom == .index ? 26 : 0
    case ..<140: 34
    default: 42
    }
  }

  func gridWidth(_ zoom: ModelZoom) -> Int {
    let pane = paneWidth(zoom)
    return frame.width - 4 - (pane > 0 ? pane + 1 : 0)
  }

  /// A cell of the grid of layers and heads.
  func cell(_ zoom: ModelZoom) -> (width: Int, height: Int) {
    let columns = gridWidth(zoom)
    let rows = frame.bodyRowCount
    switch zoom {
    case .index:
      let width = [13, 9, 4, 3].first { headCount * $0 <= columns } ?? 2
      let heights = width >= 9 ? [3, 2] : width == 4 ? [2] : []
      return (width, heights.first { layerCount * $0 <= rows } ?? 1)
    case .thumbnails:
      let pixels = ModelLayout.pixelCount(for: keyCount, room: min(columns / headCount, 17) - 1)
      let pixelRows = ModelLayout.pixelCount(
        for: queryCount, room: 2 * min(rows / layerCount, 9) - 1)
      return (max(5, pixels + 1), max(3, (pixelRows + 2) / 2))
    case .large:
      let across = max(1, min(columns / 34, headCount))
      let down = max(1, (rows - 1) / 14)
      return (min(columns / across, 68), max(8, (rows - 1) / down))
    }
  }

  /// A cell of the ranking, where every head has a title with its score.
  ///
  /// - Parameter titleWidth: Columns of the widest title, without the score.
  func rankedCell(_ zoom: ModelZoom, count: Int, titleWidth: Int) -> (width: Int, height: Int) {
    let columns = gridWidth(zoom)
    let rows = frame.bodyRowCount
    switch zoom {
    case .index:
      // With the label beside the title if all heads fit so.
      let wide = titleWidth + 6
      return (count <= columns / wide * (rows / 2) ? wide : titleWidth + 1, 2)
    case .thumbnails:
      // Eight or more beside each other and three below, about square.
      let least = titleWidth + 5
      let width = max(
        least, ModelLayout.pixelCount(for: keyCount, room: min(16, columns / 8 - 1)))
      let pixelRows = ModelLayout.pixelCount(
        for: queryCount, room: max(4, min(width, 2 * ((rows - 1) / 3 - 1) - 1)))
      return (width + 1, 1 + (pixelRows + 2) / 2)
    case .large:
      return cell(.large)
    }
  }
}
