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
  let scene: ScatterScene

  /// Columns of the numbers beside the axis.
  private static let numberWidth = 6

  init(_ scene: ScatterScene, in layout: ModelLayout) {
    let frame = layout.frame
    let x = Self.numberWidth + 1
    let area = Rect(
      x: x, y: frame.firstBodyRow, width: max(1, layout.gridEnd - x - 1),
      height: max(1, frame.bodyRowCount - 2))
    self.area = area
    self.scene = scene
    dots = scene.dots.map { dot in
      Dot(
        place: dot.place, x: area.x + Self.step(dot.across, count: area.width),
        y: area.maxY - 1 - Self.step(dot.up, count: area.height))
    }
  }

  /// The place of a share of an axis among `count`.
  private static func step(_ share: Float, count: Int) -> Int {
    Int((share * Float(count - 1)).rounded())
  }

  /// The column and the row of 0, where that is between the ends.
  var zeroX: Int? { scene.across.zero.map { area.x + Self.step($0, count: area.width) } }
  var zeroY: Int? { scene.up.zero.map { area.maxY - 1 - Self.step($0, count: area.height) } }

  /// The head whose dot is nearest, if one is near.
  func place(x: Int, y: Int) -> HeadPlace? {
    // A row is about as high as two columns are wide.
    func distance(_ dot: Dot) -> Int { abs(dot.x - x) + 2 * abs(dot.y - y) }
    let nearest = dots.min { distance($0) < distance($1) }
    return nearest.flatMap { distance($0) <= 3 ? $0.place : nil }
  }
}
