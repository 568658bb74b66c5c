import TerminalUI

/// The sizes that the model view's heads can have, for each zoom: as large as the window lets them, in whole steps.
struct ModelSpace {
  let frame: FrameLayout
  let layerCount: Int
  let headCount: Int
  let queryCount: Int
  let keyCount: Int
  /// Half a line can be left free.
  let showsPixels: Bool

  /// Pixels from which on a pattern can be told, unless there are fewer tokens.
  private static let leastPixels = 8

  /// Whether thumbnails of all heads show what these do.
  var fitsThumbnails: Bool {
    shows(
      picture(
        columns: gridWidth(.thumbnails) / headCount - 1,
        pixelRows: 2 * (frame.bodyRowCount / layerCount) - gap))
  }

  typealias Picture = LabelledHeat.Size

  /// The size of a head's cell, from one to the next, in columns and rows of the window.
  struct Cell {
    var width: Int
    var height: Int
    /// Of a thumbnail.
    var picture = Picture(columns: 0, pixelRows: 0)
    /// A line below a thumbnail says what the head does.
    var hasLabel = false
  }

  /// Rows of pixels between a picture and what is below it.
  private var gap: Int { showsPixels ? 1 : 2 }

  private func shows(_ picture: Picture) -> Bool {
    picture.columns >= min(Self.leastPixels, keyCount)
      && picture.pixelRows >= min(Self.leastPixels, queryCount)
  }

  /// The least columns of the pane; it takes what the heads leave.
  func paneWidth(_ zoom: ModelZoom) -> Int {
    switch frame.width {
    case ..<76: 0
    case ..<100: zoom == .index ? 26 : 0
    case ..<140: 34
    default: 42
    }
  }

  /// Beyond, its lines would be harder to follow.
  static let widestPane = 72

  func gridWidth(_ zoom: ModelZoom) -> Int {
    let pane = paneWidth(zoom)
    return frame.width - 4 - (pane > 0 ? pane + 1 : 0)
  }

  private func picture(columns: Int, pixelRows: Int) -> Picture {
    Picture(columns: columns, pixelRows: pixelRows)
      .picture(queryCount: queryCount, keyCount: keyCount)
  }

  /// A cell of the grid of layers and heads.
  func cell(_ zoom: ModelZoom) -> Cell {
    let columns = gridWidth(zoom)
    let rows = frame.bodyRowCount
    switch zoom {
    case .index:
      let width = [20, 13, 9, 6, 4, 3].first { headCount * $0 <= columns } ?? 2
      guard width >= 4 else { return Cell(width: width, height: 1) }
      // Two rows for what the colours mean are worth more than a gap.
      let height = [5, 4, 3].first { layerCount * $0 + 2 <= rows }
      return Cell(width: width, height: height ?? (layerCount * 2 <= rows ? 2 : 1))
    case .thumbnails:
      let room = rows / layerCount
      let labelled = picture(columns: columns / headCount - 1, pixelRows: 2 * (room - 1))
      if labelled.columns >= Self.leastLabel, shows(labelled) {
        let height = (labelled.pixelRows + 1) / 2 + 1
        return Cell(
          width: labelled.columns + 1, height: min(room, height + 1), picture: labelled,
          hasLabel: true)
      }
      let plain = picture(
        columns: max(4, columns / headCount - 1), pixelRows: max(4, 2 * room - gap))
      return Cell(
        width: max(5, plain.columns + 1), height: max(3, (plain.pixelRows + 2) / 2),
        picture: plain)
    case .large:
      return largeCell(across: headCount, down: layerCount)
    }
  }

  /// `s-x* .92`
  private static let leastLabel = 8

  /// Heads so large that lines and tokens have room, as many as there are or as fit.
  private func largeCell(across headCount: Int, down layerCount: Int) -> Cell {
    let columns = gridWidth(.large)
    let across = max(1, min(columns / 34, headCount))
    // A row for each token, a title and a blank, or where that is too much enough for a picture.
    let tokens = max(queryCount, keyCount) + 2
    let wanted = tokens < frame.bodyRowCount ? max(12, tokens) : 14
    let down = max(1, min((frame.bodyRowCount - 1) / wanted, layerCount))
    let isWhole = down == layerCount
    return Cell(
      width: min(columns / across, 80),
      height: max(8, (frame.bodyRowCount - (isWhole ? 0 : 1)) / down))
  }

  /// A cell of the ranking, where every head has a title with its score.
  ///
  /// - Parameter titleWidth: Columns of the widest title, without the score.
  func rankedCell(_ zoom: ModelZoom, count: Int, titleWidth: Int) -> Cell {
    let columns = gridWidth(zoom)
    let rows = frame.bodyRowCount
    switch zoom {
    case .index:
      // With the label beside the title if all heads fit so.
      let wide = titleWidth + 6
      return Cell(
        width: count <= columns / wide * (rows / 2) ? wide : titleWidth + 1, height: 2)
    case .thumbnails:
      if let cell = largestRankedCell(count: count, least: titleWidth + 5) { return cell }
      // Eight or more beside each other and three below, about square.
      let picture = picture(
        columns: max(titleWidth + 5, min(16, columns / 8 - 1)),
        pixelRows: max(4, 2 * ((rows - 1) / 3 - 1) - gap))
      return rankedCell(picture, least: titleWidth + 5)
    case .large:
      let across = max(1, min(columns / 34, count))
      return largeCell(across: across, down: (count + across - 1) / across)
    }
  }

  private func rankedCell(_ picture: Picture, least: Int) -> Cell {
    Cell(
      width: max(least, picture.columns) + 1, height: 1 + (picture.pixelRows + 2) / 2,
      picture: picture)
  }

  /// The cell with the largest thumbnails of which all fit; nil where they would show nothing.
  func largestRankedCell(count: Int, least: Int) -> Cell? {
    let columns = gridWidth(.thumbnails)
    var best: (size: Int, picture: Picture)?
    for across in 1...max(1, min(count, columns / (least + 1))) {
      let down = (count + across - 1) / across
      let picture = picture(
        columns: columns / across - 1, pixelRows: 2 * (frame.bodyRowCount / max(1, down) - 1) - gap)
      guard shows(picture) else { continue }
      let size = min(picture.columns, picture.pixelRows)
      if size >= best?.size ?? 0 { best = (size, picture) }
    }
    return best.map { rankedCell($0.picture, least: least) }
  }
}
