import Glibc

/// The colours of data: weights, signed values, heads, pattern families.
extension Theme {
  // MARK: Heads and lines

  /// The level 1 … 5 of a weight in a line or square; 0 below what is worth drawing.
  ///
  /// Follows the square root: linear, everything below .3 would vanish.
  public static func level(of weight: Float) -> Int {
    guard weight.isFinite, weight > 0 else { return 0 }
    return max(0, min(5, Int((5 * weight.squareRoot() - 0.35).rounded(.up))))
  }

  /// The colour of a head (or a layer), level 1 … 5; the sixteenth repeats the first.
  public func headColor(_ head: Int, level: Int = 4) -> Color {
    let level = max(1, min(5, level))
    switch depth {
    case .none: return .standard
    case .ansi16: return .indexed(palette.ansi.heads[head % palette.ansi.heads.count])
    case .indexed256: return .indexed(palette.heads[head % palette.heads.count][level - 1])
    case .truecolor:
      let full = palette.heads[head % palette.heads.count][Palette.fullHeadLevel - 1]
      let amount: [Float] = [0.25, 0.45, 0.65, 0.85, 1]
      return .rgb(Color.mix(trueBackground, Color.rgb(ofIndex: full), amount[level - 1]))
    }
  }

  /// A head's colour as far from the page as it comes, so that small text in it can be read.
  private func headInk(_ head: Int) -> Color {
    depth == .ansi16
      ? headColor(head) : color(palette.heads[head % palette.heads.count].last!)
  }

  /// Ink in a head's colour.
  public func headStyle(_ head: Int, level: Int = 4, on surface: Surface = .page) -> Style {
    let base = style(.text, on: surface)
    return Style(
      depth == .none ? base.foreground : headColor(head, level: level), on: base.background,
      base.attributes)
  }

  /// A square with a head's number: filled where the head is on.
  public func headSquare(_ head: Int, isOn: Bool) -> Style {
    if depth == .none { return isOn ? Style([.reverse, .bold]) : Style() }
    let color = headColor(head)
    return isOn
      ? Style(appearance == .light ? white : black, on: color, .bold)
      : Style(headInk(head), on: style(.text, on: .row).background)
  }

  /// Lines of tokens other than the cursor's.
  public func otherLine(level: Int) -> Style {
    let level = max(1, min(5, level))
    switch depth {
    case .none: return Style()
    case .ansi16: return Style(.indexed(8), on: pageColor)
    case .indexed256, .truecolor: return Style(color(palette.otherLines[level - 1]), on: pageColor)
    }
  }

  /// The edge beside the tokens of sentence 0 (A) or 1 (B), and its letter.
  public func sentenceGutter(_ segment: Int) -> Style {
    switch depth {
    case .none: Style()
    case .ansi16: Style(.indexed(segment == 0 ? 12 : 3), on: pageColor)
    case .indexed256, .truecolor:
      Style(color(palette.sentences[min(segment, 1)]), on: pageColor)
    }
  }

  public func sentenceLetter(_ segment: Int) -> Style {
    if depth == .none { return Style([.reverse]) }
    return Style(black, on: sentenceGutter(segment).foreground, .bold)
  }

  /// A cell beside a sentence's token: the letter at its first one, else the edge.
  public func sentenceCell(_ segment: Int, isFirst: Bool) -> Cell {
    isFirst
      ? Cell(segment == 0 ? "A" : "B", sentenceLetter(segment))
      : Cell(glyphs.gutter, sentenceGutter(segment))
  }

  // MARK: Weights

  /// The number of steps of the heat ramp.
  public var heatSteps: Int { heatRamp.colors.count }

  /// The step of a weight on the heat ramp.
  public func heatStep(_ weight: Float) -> Int {
    heatRamp.step(of: showsSigns ? abs(weight) : weight)
  }

  /// The signed level of a weight, small ones raised as on the heat ramp; nil is no number.
  private func heatLevel(_ weight: Float) -> Int? {
    guard weight.isFinite else { return nil }
    return Self.signedLevel(ofFraction: weight < 0 ? -bent(-weight) : bent(weight))
  }

  /// A weight raised as the heat ramp raises it, so that small ones can be told from nothing: 0 … 1.
  public func bent(_ weight: Float) -> Float {
    weight.isFinite && weight > 0 ? pow(min(1, weight), palette.heatGamma) : 0
  }

  public func heatColor(_ weight: Float) -> Color {
    showsSigns ? signedColor(level: heatLevel(weight) ?? 0) : heatRamp.colors[heatStep(weight)]
  }

  /// Whether a cell can show two weights, one above the other; else it shows the larger of the two.
  public var hasHeatPixels: Bool { depth >= .indexed256 && glyphs.isUnicode }

  /// A cell of two weights, one above the other.
  public func heatCell(top: Float, bottom: Float) -> Cell {
    guard hasHeatPixels else { return heatCell(abs(top) >= abs(bottom) ? top : bottom) }
    return Cell(glyphs.upperHalf, Style(heatColor(top), on: heatColor(bottom)))
  }

  /// A cell of one weight in its upper half, and the page below: the last row of a picture.
  public func heatCell(top: Float) -> Cell {
    guard hasHeatPixels else { return heatCell(top) }
    return Cell(glyphs.upperHalf, Style(heatColor(top), on: pageColor))
  }

  /// A cell of one weight.
  public func heatCell(_ weight: Float) -> Cell {
    if showsSigns { return signedCell(level: heatLevel(weight)) }
    let step = heatStep(weight)
    if hasHeatPixels { return Cell(" ", Style(.standard, on: heatRamp.colors[step])) }
    if depth == .ansi16, glyphs.isUnicode {
      let (shade, color) = palette.ansi.heat[step]
      return Cell(glyphs.shades[shade], Style(.indexed(color), on: pageColor))
    }
    // What is more than nothing is no blank.
    let shade = max(min(step, 1), step * (glyphs.shades.count - 1) / (heatSteps - 1))
    return Cell(glyphs.shades[shade], heatInk(step: step))
  }

  /// A step of the heat ramp as ink, which has to be told from the page: never fainter than a border.
  private func heatInk(step: Int) -> Style {
    guard depth >= .indexed256 else { return style() }
    let ramp = Style(heatRamp.colors[step], on: pageColor)
    let border = style(.border)
    func contrast(_ ink: Style) -> Float {
      abs(Self.luminance(rgb(of: ink.foreground)) - Self.luminance(trueBackground))
    }
    return contrast(ramp) < contrast(border) ? border : ramp
  }

  // MARK: Signed values

  /// The level −6 … 6 of a value: tanh(|v| / 4) in steps, with a dead zone around 0 so that what matters
  /// stands out. Level 1 begins at |v| = .40, 6 at 5.89.
  public static func signedLevel(_ value: Float) -> Int {
    let bounds: [Float] = [0.40, 1.24, 1.94, 2.77, 3.89, 5.89]
    let level = bounds.count { abs(value) >= $0 }
    return value < 0 ? -level : level
  }

  /// The same for a value given as a fraction −1 … 1 of what counts as full.
  public static func signedLevel(ofFraction fraction: Float) -> Int {
    let bounds: [Float] = [0.10, 0.30, 0.45, 0.60, 0.75, 0.90]
    let level = bounds.count { abs(fraction) >= $0 }
    return fraction < 0 ? -level : level
  }

  /// The level of a neuron's value: in three steps and around a wide dead zone, or every other cell would have a colour.
  ///
  /// - Parameter isCalm: Around a wider zone: for products, which spread wider, and for vectors where the darkest colours
  ///   are as saturated as the others.
  public static func neuronLevel(_ value: Float, isCalm: Bool) -> Int {
    neuronLevel(value, bounds: isCalm ? [2, 3.89, 5.89] : [1, 2.77, 5.89])
  }

  /// The same for a value given as a fraction −1 … 1 of what counts as full.
  public static func neuronLevel(ofFraction fraction: Float) -> Int {
    neuronLevel(fraction, bounds: [0.25, 0.6, 0.9])
  }

  private static func neuronLevel(_ value: Float, bounds: [Float]) -> Int {
    let level = [0, 1, 4, 6][bounds.count { abs(value) >= $0 }]
    return value < 0 ? -level : level
  }

  private func signedColor(level: Int) -> Color {
    let step = abs(level) - 1
    switch depth {
    case .none: return .standard
    case .ansi16:
      guard level != 0 else { return pageColor }
      return .indexed((level > 0 ? palette.ansi.positive : palette.ansi.negative)[step])
    case .indexed256, .truecolor:
      guard level != 0 else { return color(palette.zero) }
      if depth == .truecolor {
        let amount: [Float] = [0.3, 0.45, 0.6, 0.75, 0.9, 1]
        let full = level > 0 ? palette.truePositive : palette.trueNegative
        return .rgb(Color.mix(Color.rgb(ofIndex: palette.zero), full, amount[step]))
      }
      return color((level > 0 ? palette.positive : palette.negative)[step])
    }
  }

  /// A cell of one signed level; nil is no number.
  public func signedCell(level: Int?) -> Cell {
    guard let level else { return Cell("?", style(.accent)) }
    if depth >= .ansi16, glyphs.isUnicode {
      return Cell(" ", Style(.standard, on: signedColor(level: level)))
    }
    let shades = level < 0 ? glyphs.negativeShades : glyphs.positiveShades
    let step = (abs(level) * (shades.count - 1) + 5) / 6
    return Cell(shades[step], signedInk(Float(level)))
  }

  /// Whether a cell can show two signed values side by side; else it shows the larger by amount.
  public var hasSignedHalves: Bool { depth >= .ansi16 && glyphs.isUnicode }

  /// A cell of two signed levels side by side; nil is no number.
  public func signedCell(left: Int?, right: Int?) -> Cell {
    guard let left, let right else { return signedCell(level: nil) }
    guard hasSignedHalves else {
      return signedCell(level: abs(left) >= abs(right) ? left : right)
    }
    return Cell(glyphs.leftHalf, Style(signedColor(level: left), on: signedColor(level: right)))
  }

  /// Ink for a signed number.
  public func signedInk(_ value: Float, on surface: Surface = .page) -> Style {
    let base = style(.text, on: surface)
    guard depth != .none, value != 0, !value.isNaN else { return base }
    let ink: Color =
      depth == .ansi16
      ? .indexed(value < 0 ? palette.ansi.negativeInk : palette.ansi.positiveInk)
      : color(value < 0 ? palette.negativeInk : palette.positiveInk)
    return Style(ink, on: base.background)
  }

  // MARK: Pattern families

  /// A cell of the head index: family 0 … 4 (position, sinks, content, broad, mixed), by score.
  public func family(_ family: Int, score: Float) -> Style {
    let level = max(0, min(4, Int(((score - 0.3) / 0.14).rounded(.down))))
    switch depth {
    case .none: return score >= 0.6 ? Style([.bold]) : Style()
    case .ansi16:
      return level == 4
        ? Style(.indexed(0), on: .indexed(Palette.Ansi.familyFills[family]))
        : Style(.indexed(palette.ansi.familyLetters[family]), on: pageColor)
    case .indexed256, .truecolor:
      return familyFill(family, level: level)
    }
  }

  /// The family's colour as such, for a legend.
  public func familySwatch(_ family: Int) -> Style {
    self.family(family, score: 1)
  }

  /// In true colour one hue, with lightness for the score: the family's own, mixed with the page.
  private func familyFill(_ family: Int, level: Int) -> Style {
    let fills = palette.families[family]
    let shares: [Float] = [0.15, 0.3, 0.5, 0.75, 1]
    let fill =
      depth == .truecolor
      ? Color.rgb(
        Color.mix(trueBackground, Color.rgb(ofIndex: fills[fills.count - 1]), shares[level]))
      : color(fills[level])
    let isLight = Self.luminance(fill.rgb ?? Color.rgb(ofIndex: fills[level])) > 0.17
    return Style(color(isLight ? 16 : palette.familyText[family]), on: fill)
  }

  /// Relative luminance, 0 … 1 (WCAG 2): .17 is L* 48, the middle between black and white text.
  package static func luminance(_ rgb: UInt32) -> Float {
    func light(_ shift: UInt32) -> Float { linearLight[Int(rgb >> shift & 255)] }
    return 0.2126 * light(16) + 0.7152 * light(8) + 0.0722 * light(0)
  }

  /// The light of each value of sRGB.
  private static let linearLight: [Float] = (0...255).map {
    let value = Float($0) / 255
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }
}
