import Attention
import TerminalUI

/// A head as a heat map with its queries at the left and its keys below, as large as it can be.
struct LabelledHeat {
  let picture: HeadWeights
  /// The weight at full brightness.
  let unit: Float
  let queries: TokenAxis
  let keys: TokenAxis
  let theme: Theme
  /// The position of the query to be marked.
  var cursor: Int?

  /// The pixels of a picture, two of them one above the other in a cell.
  struct Size {
    var columns: Int
    var pixelRows: Int
  }

  private static let widestLabel = 8

  /// Draws it in `area` and tells how many rows it took.
  @discardableResult
  func draw(in area: Rect, on canvas: inout Canvas) -> Int {
    let labelWidth = min(queries.labelWidth, Self.widestLabel)
    let x = area.x + labelWidth + 1
    let room = Size(columns: area.width - labelWidth - 1, pixelRows: 2 * (area.height - 1))
    guard room.columns > 0, room.pixelRows > 0, queries.count > 0, keys.count > 0 else { return 0 }
    var size = room.picture(queryCount: queries.count, keyCount: keys.count)
    // A token that can have rows of its own has whole ones, or where a cell shows one weight only.
    let pixels = size.pixelRows / queries.count
    if pixels > 1 { size.pixelRows -= pixels % 2 * queries.count }
    let rowCount = draw(size, x: x, y: area.y, on: &canvas)
    drawQueries(rowCount, labelWidth: labelWidth, x: area.x, y: area.y, on: &canvas)
    drawKeys(columns: size.columns, x: x, y: area.y + rowCount, on: &canvas)
    return rowCount + 1
  }

  /// Draws the pixels alone and tells how many rows they took.
  func draw(_ size: Size, x: Int, y: Int, on canvas: inout Canvas) -> Int {
    let height =
      !theme.hasHeatPixels && 2 * queries.count <= size.pixelRows
      ? size.pixelRows / (2 * queries.count) * 2 * queries.count : size.pixelRows
    let pooled = picture.signed { $0.maxPooled(rows: height, columns: size.columns) }
    let share = 1 / unit
    for top in stride(from: 0, to: height, by: 2) {
      for column in 0..<size.columns {
        let upper = pooled[top, column] * share
        canvas[x + column, y + top / 2] =
          top + 1 < height
          ? theme.heatCell(top: upper, bottom: pooled[top + 1, column] * share)
          : theme.heatCell(top: upper)
      }
    }
    return (height + 1) / 2
  }

  private func drawQueries(
    _ rowCount: Int, labelWidth: Int, x: Int, y: Int, on canvas: inout Canvas
  ) {
    var last: Int?
    for row in 0..<rowCount {
      // Of several in a row the first, or the marked one; one of several rows once.
      let positions = row * queries.count / rowCount..<(row + 1) * queries.count / rowCount
      let isMarked = cursor.map(positions.contains) ?? false
      let position = isMarked ? cursor ?? 0 : positions.lowerBound
      if position == last { continue }
      last = position
      let item = queries.items[position]
      let ink: Theme.Ink = isMarked ? .accent : item.isSpecial ? .special : .dim
      let label = TextWidth.truncated(
        item.label, to: labelWidth, ellipsis: theme.glyphs.ellipsis)
      canvas.write(label.rightAligned(labelWidth), x: x, y: y + row, style: theme.style(ink))
    }
  }

  /// The keys' tokens, or where they have no room some of their numbers.
  private func drawKeys(columns: Int, x: Int, y: Int, on canvas: inout Canvas) {
    let stride = columns / keys.count
    let digits = String(keys.items.last?.number ?? 0).count
    let step =
      stride >= 4 ? 1 : MatrixView.tickStep { $0 * columns >= (digits + 1) * keys.count }
    for position in Swift.stride(from: 0, to: keys.count, by: step) {
      let item = keys.items[position]
      let column = position * columns / keys.count
      let text =
        stride >= 4 ? TextWidth.clipped(item.label, to: stride - 1) : String(item.number)
      canvas.write(
        text, x: x + column, y: y,
        style: theme.style(stride >= 4 && item.isSpecial ? .special : .dim),
        limit: columns - column)
    }
  }
}

extension LabelledHeat.Size {
  /// The pixels of a picture in so much room: a whole number for each token, or as many as there are; at most twice as
  /// many one way as the other.
  func picture(queryCount: Int, keyCount: Int) -> Self {
    var across = max(0, columns) / max(1, keyCount)
    var down = max(0, pixelRows) / max(1, queryCount)
    guard across > 0, down > 0 else {
      let width = across > 0 ? across * keyCount : max(0, columns)
      let height = down > 0 ? down * queryCount : max(0, pixelRows)
      return Self(
        columns: across > 0 ? width : min(width, 2 * height),
        pixelRows: down > 0 ? height : min(height, 2 * width))
    }
    across = min(across, 2 * down)
    down = min(down, 2 * across)
    return Self(columns: across * keyCount, pixelRows: down * queryCount)
  }
}
