/// Lines as a terminal with graphics shows them: as curves, in cells that are left free for them.
public struct LinePicture: Equatable, Sendable {
  /// The kind of picture.
  public var ink: LineInk
  /// In cells.
  public var area: Rect
  /// From the back to the front; the lines of each from the weakest to the strongest.
  public var layers: [[LineCanvas.Line]]

  public init(_ ink: LineInk, area: Rect, layers: [[LineCanvas.Line]]) {
    self.ink = ink
    self.area = area
    self.layers = layers
  }
}
