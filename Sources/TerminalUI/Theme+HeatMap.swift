/// One weight of a heat map with a crosshair.
public struct HeatPixel: Equatable, Sendable {
  public enum Mark: Int, Comparable, Sendable {
    case none
    /// In the cursor's row or column.
    case cross
    /// Under the cursor.
    case focus

    public static func < (left: Mark, right: Mark) -> Bool { left.rawValue < right.rawValue }
  }

  /// Relative to the scale; nil where there can be none.
  public var weight: Float?
  public var mark: Mark

  public init(_ weight: Float?, mark: Mark = .none) {
    self.weight = weight
    self.mark = mark
  }

  public static let empty = HeatPixel(nil)
}

extension Theme {
  /// Whether the crosshair may cover a pixel: only where it would be nearly dark, so that it hides no data.
  private func isCovered(_ pixel: HeatPixel) -> Bool {
    pixel.mark == .cross && heatStep(pixel.weight ?? 0) < (heatSteps + 1) / 4
  }

  /// The colour of a pixel; nil where the page shows through.
  private func color(of pixel: HeatPixel) -> Color? {
    if pixel.mark == .focus { return color(palette.selection) }
    if isCovered(pixel) { return color(palette.cross) }
    // No `map`: a method as a value takes a copy of the theme along.
    guard let weight = pixel.weight else { return nil }
    return heatColor(weight)
  }

  /// A cell of two pixels, one above the other; of the larger one where a cell cannot show two.
  public func heatCell(top: HeatPixel, bottom: HeatPixel) -> Cell {
    guard hasHeatPixels else { return heatCell(merging: top, bottom) }
    switch (color(of: top), color(of: bottom)) {
    case (nil, nil): return maskedCell
    case (let top?, nil): return Cell(glyphs.upperHalf, Style(top, on: pageColor))
    case (nil, let bottom?): return Cell(glyphs.lowerHalf, Style(bottom, on: pageColor))
    case (let top?, let bottom?): return Cell(glyphs.upperHalf, Style(top, on: bottom))
    }
  }

  /// The look of masked cells, which is not that of a weight of zero.
  public var maskedCell: Cell { Cell(glyphs.masked, style(.faint)) }

  private func heatCell(merging top: HeatPixel, _ bottom: HeatPixel) -> Cell {
    let weight = [top.weight, bottom.weight].compactMap { $0 }.max { abs($0) < abs($1) }
    let pixel = HeatPixel(weight, mark: max(top.mark, bottom.mark))
    var cell = weight.map { heatCell($0) } ?? maskedCell
    switch pixel.mark {
    case .none: break
    case .focus: cell.style = style(.text, on: .selection)
    case .cross where !isCovered(pixel): break
    case .cross where depth >= .indexed256: cell.style.background = color(palette.cross)
    case .cross: cell = Cell(glyphs.cross, style(.border))
    }
    return cell
  }

  /// The look of a pixel's number, on the pixel's colour where there are enough colours.
  ///
  /// - Parameter isFaint: For what stands for a number too small to print.
  public func heatNumber(_ pixel: HeatPixel, isFaint: Bool) -> Style {
    if pixel.mark == .focus { return style(.text, on: .selection) }
    guard depth >= .indexed256 else {
      if isCovered(pixel) { return style(.accent) }
      let isStrong = heatStep(pixel.weight ?? 0) * 2 >= heatSteps
      return isStrong ? style(.bright).adding(.bold) : style(isFaint ? .dim : .text)
    }
    guard let background = color(of: pixel) else { return maskedCell.style }
    let isLight = Self.luminance(rgb(of: background)) > 0.17
    let ink =
      isFaint && isLight == (appearance == .light)
      ? palette.dim : isLight ? 16 : appearance == .light ? 231 : palette.text
    return Style(color(ink), on: background)
  }

  /// Red, green and blue of a colour of the data.
  func rgb(of color: Color) -> UInt32 {
    color.rgb ?? UInt8(exactly: color.code).map(Color.rgb(ofIndex:)) ?? trueBackground
  }
}
