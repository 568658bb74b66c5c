import Cfreetype

extension FontFace {
  /// Areas between closed lines.
  struct Outline {
    struct Point {
      var x: Double
      var y: Double
    }

    enum Step {
      case move(Point)
      case line(Point)
      case curve(Point, Point, Point)
    }

    private(set) var steps: [Step] = []

    init() {}

    /// The outline for a letter that no font has: a box of lines, at size 1 and with y upwards.
    init(boxOfWidth width: Double) {
      for (inset, isReversed) in [(0.06, false), (0.12, true)] {
        var corners = [
          (inset, inset - 0.06), (width - inset, inset - 0.06), (width - inset, 0.75 - inset),
          (inset, 0.75 - inset),
        ]
        if isReversed { corners.reverse() }
        move(corners[0].0, corners[0].1)
        for corner in corners.dropFirst() { line(corner.0, corner.1) }
      }
    }

    mutating func move(_ x: Double, _ y: Double) { steps.append(.move(Point(x: x, y: y))) }
    mutating func line(_ x: Double, _ y: Double) { steps.append(.line(Point(x: x, y: y))) }

    mutating func curve(
      _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ x: Double, _ y: Double
    ) {
      steps.append(.curve(Point(x: x1, y: y1), Point(x: x2, y: y2), Point(x: x, y: y)))
    }

    func transformed(_ change: (Double, Double) -> (Double, Double)) -> Outline {
      func moved(_ point: Point) -> Point {
        let (x, y) = change(point.x, point.y)
        return Point(x: x, y: y)
      }
      var new = Outline()
      new.steps = steps.map { step in
        switch step {
        case .move(let to): .move(moved(to))
        case .line(let to): .line(moved(to))
        case .curve(let first, let second, let to):
          .curve(moved(first), moved(second), moved(to))
        }
      }
      return new
    }
  }

  /// A letter's outline at size 1, with y upwards from the base line; nil where the font has none.
  func outline(_ scalar: UInt32) -> Outline? {
    if let known = outlines[scalar] { return known }
    let outline = loadOutline(scalar)
    outlines[scalar] = .some(outline)
    return outline
  }

  private func loadOutline(_ scalar: UInt32) -> Outline? {
    guard let slot = load(scalar, flags: 1 << 1 | 1 << 3) else { return nil }
    guard slot.pointee.format == FT_GLYPH_FORMAT_OUTLINE else { return nil }
    let walk = Walk(unit: 64 * Double(pixelSize))
    var steps = FT_Outline_Funcs(
      move_to: { to, walk in
        FontFace.walk(walk) { $0.move(to) }
        return 0
      },
      line_to: { to, walk in
        FontFace.walk(walk) { $0.line(to) }
        return 0
      },
      conic_to: { control, to, walk in
        FontFace.walk(walk) { $0.conic(control, to) }
        return 0
      },
      cubic_to: { first, second, to, walk in
        FontFace.walk(walk) { $0.cubic(first, second, to) }
        return 0
      }, shift: 0, delta: 0)
    let isWalked = withExtendedLifetime(walk) {
      FT_Outline_Decompose(
        &slot.pointee.outline, &steps, Unmanaged.passUnretained(walk).toOpaque()) == 0
    }
    return isWalked ? walk.outline : nil
  }

  private static func walk(
    _ pointer: UnsafeMutableRawPointer?, _ step: (Walk) -> Void
  ) {
    if let pointer { step(Unmanaged<Walk>.fromOpaque(pointer).takeUnretainedValue()) }
  }

  /// A walk along an outline, as FreeType decomposes it.
  private final class Walk {
    let unit: Double
    var outline = Outline()
    private var last = (x: 0.0, y: 0.0)

    init(unit: Double) { self.unit = unit }

    private func place(_ vector: UnsafePointer<FT_Vector>?) -> (x: Double, y: Double) {
      guard let vector = vector?.pointee else { return last }
      return (Double(vector.x) / unit, Double(vector.y) / unit)
    }

    func move(_ to: UnsafePointer<FT_Vector>?) {
      last = place(to)
      outline.move(last.x, last.y)
    }

    func line(_ to: UnsafePointer<FT_Vector>?) {
      last = place(to)
      outline.line(last.x, last.y)
    }

    /// A parabola as a cubic curve.
    func conic(_ control: UnsafePointer<FT_Vector>?, _ to: UnsafePointer<FT_Vector>?) {
      let (control, end) = (place(control), place(to))
      outline.curve(
        last.x + 2 / 3 * (control.x - last.x), last.y + 2 / 3 * (control.y - last.y),
        end.x + 2 / 3 * (control.x - end.x), end.y + 2 / 3 * (control.y - end.y), end.x, end.y)
      last = end
    }

    func cubic(
      _ first: UnsafePointer<FT_Vector>?, _ second: UnsafePointer<FT_Vector>?,
      _ to: UnsafePointer<FT_Vector>?
    ) {
      let (first, second, end) = (place(first), place(second), place(to))
      outline.curve(first.x, first.y, second.x, second.y, end.x, end.y)
      last = end
    }
  }
}
