import Attention
import TerminalUI

/// The places of the dots of a scatter, in the room of the model view's heads.
struct ScatterLayout {
  struct Dot {
    let place: HeadPlace
    let x: Int
    let y: Int
  }

  /// Where dots can stand: right of the axis that goes up, above the one that goes across.
  let area: Rect
  /// In the order of the model.
  let dots: [Dot]
  /// The values at the ends of the axes, 0 among them or between them.
  let across: ClosedRange<Float>
  let up: ClosedRange<Float>

  /// Columns of the numbers beside the axis.
  private static let numberWidth = 6

  init(_ state: ExplorerState, _ scatter: HeadScatter, in layout: ModelLayout) {
    let frame = layout.frame
    let x = Self.numberWidth + 1
    area = Rect(
      x: x, y: frame.firstBodyRow, width: max(1, layout.gridEnd - x - 1),
      height: max(1, frame.bodyRowCount - 2))
    let heads = state.scattered(scatter)
    across = Self.range(heads.map(\.across))
    up = Self.range(heads.map(\.up))
    let (area, across, up) = (area, across, up)
    dots = heads.map { head in
      Dot(
        place: head.place,
        x: area.x + Self.step(head.across, in: across, count: area.width),
        y: area.maxY - 1 - Self.step(head.up, in: up, count: area.height))
    }
  }

  private static func range(_ values: [Float]) -> ClosedRange<Float> {
    let (low, high) = (min(0, values.min() ?? 0), max(0, values.max() ?? 0))
    return low < high ? low...high : low...low + 1
  }

  /// The place of a value among `count`.
  private static func step(_ value: Float, in range: ClosedRange<Float>, count: Int) -> Int {
    // Halves, so that the difference of two huge numbers is none that is infinite.
    let whole = range.upperBound / 2 - range.lowerBound / 2
    let share = (value / 2 - range.lowerBound / 2) / whole
    return max(0, min(count - 1, Int((share * Float(count - 1)).rounded())))
  }

  /// The column and the row of 0, where that is between the ends.
  var zeroX: Int? {
    across.lowerBound < 0 && across.upperBound > 0
      ? area.x + Self.step(0, in: across, count: area.width) : nil
  }
  var zeroY: Int? {
    up.lowerBound < 0 && up.upperBound > 0
      ? area.maxY - 1 - Self.step(0, in: up, count: area.height) : nil
  }

  /// The head whose dot is nearest, if one is near.
  func place(x: Int, y: Int) -> HeadPlace? {
    // A row is about as high as two columns are wide.
    func distance(_ dot: Dot) -> Int { abs(dot.x - x) + 2 * abs(dot.y - y) }
    let nearest = dots.min { distance($0) < distance($1) }
    return nearest.flatMap { distance($0) <= 3 ? $0.place : nil }
  }
}
