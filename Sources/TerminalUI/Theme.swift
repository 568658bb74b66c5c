/// Turns what a view means into how it looks, for one appearance, colour depth and set of glyphs.
public struct Theme: Sendable {
  public enum Appearance: String, CaseIterable, Sendable {
    case dark, light, mono
  }

  public let appearance: Appearance
  public let depth: ColorDepth
  public let glyphs: Glyphs
  /// Whether the page is painted, since the terminal's own may not suit: a light one always is.
  let paintsPage: Bool
  /// Whether the weights of heat maps have signs: gains and losses then differ by hue, and without colour by shape.
  public var showsSigns = false
  /// Whether heat maps have few steps, all of the 256 colours: for pictures of so many cells that more would be noise to
  /// look at, and a burden to a slow connection.
  public var isCoarse = false {
    didSet {
      heatRamp = HeatRamp(palette, depth: depth, glyphs: glyphs, isCoarse: isCoarse)
    }
  }
  let palette: Palette
  private(set) var heatRamp: HeatRamp

  public init(
    _ appearance: Appearance, depth: ColorDepth, glyphs: Glyphs, paintsPage: Bool = false
  ) {
    self.appearance = appearance
    self.depth = appearance == .mono ? .none : depth
    // The colours of a picture are those of the larger tables.
    self.glyphs = self.depth < .indexed256 ? glyphs.withoutPictures : glyphs
    self.paintsPage = paintsPage || appearance == .light
    palette = appearance == .light ? .light : .dark
    heatRamp = HeatRamp(palette, depth: self.depth, glyphs: glyphs, isCoarse: isCoarse)
  }

  /// Elements of text.
  public enum Ink: Sendable {
    case text
    /// Values and chosen tokens.
    case bright
    /// Labels and indexes.
    case dim
    /// Masked or behind something.
    case faint
    /// Keys, cursor marks, the weight.
    case accent
    /// Tokens that the tokenizer added.
    case special
    case border
  }

  /// Elements of background.
  public enum Surface: Sendable {
    case page
    /// The title and the readout.
    case bar
    /// The token, tab or cell under the cursor.
    case selection
    /// The selection, on a bar.
    case barSelection
    case row
    /// The empty part of a bar chart.
    case emptyBar
    case overlay
  }

  public func style(_ ink: Ink = .text, on surface: Surface = .page) -> Style {
    switch depth {
    case .none: monochrome(ink, surface)
    case .ansi16: sixteen(ink, surface)
    case .indexed256, .truecolor: full(ink, surface)
    }
  }

  private func monochrome(_ ink: Ink, _ surface: Surface) -> Style {
    var attributes: Style.Attributes =
      switch ink {
      case .bright, .accent: .bold
      case .faint: .faint
      case .special: .italic
      case .text, .dim, .border: []
      }
    switch surface {
    case .bar: attributes.insert(.reverse)
    case .selection: attributes = [.reverse, .bold]
    case .barSelection: attributes = .bold
    case .page, .row, .emptyBar, .overlay: break
    }
    return Style(attributes)
  }

  private func sixteen(_ ink: Ink, _ surface: Surface) -> Style {
    switch surface {
    case .selection, .barSelection: return Style(.indexed(0), on: .indexed(11), .bold)
    case .bar:
      // The dim grey cannot be read on the bar's blue.
      let color: UInt8 = ink == .accent ? 11 : ink == .bright ? 15 : 7
      return Style(.indexed(color), on: .indexed(4))
    case .page, .row, .emptyBar, .overlay:
      let color: UInt8 =
        switch ink {
        case .text: appearance == .light ? 0 : 7
        case .bright: appearance == .light ? 0 : 15
        case .dim, .faint, .border: 8
        case .accent: appearance == .light ? 4 : 11
        case .special: 6
        }
      return Style(.indexed(color), on: pageColor)
    }
  }

  private func full(_ ink: Ink, _ surface: Surface) -> Style {
    if surface == .selection || surface == .barSelection {
      return Style(color(palette.selectionText), on: color(palette.selection), .bold)
    }
    let isBar = surface == .bar
    let foreground =
      switch ink {
      case .text: isBar ? palette.barText : palette.text
      case .bright: palette.bright
      case .dim: isBar ? palette.barDim : palette.dim
      case .faint: palette.faint
      case .accent: palette.accent
      case .special: palette.special
      case .border: palette.border
      }
    let background =
      switch surface {
      case .bar: color(palette.bar)
      case .row: color(palette.row)
      case .emptyBar: color(palette.emptyBar)
      case .overlay: color(palette.overlay)
      default: pageColor
      }
    return Style(color(foreground), on: background)
  }

  /// The background of everything: the terminal's own, or what the palette was made for.
  var pageColor: Color {
    guard paintsPage, depth != .none else { return .standard }
    return appearance == .light ? white : black
  }

  var black: Color { depth == .ansi16 ? .indexed(0) : color(16) }
  var white: Color { depth == .ansi16 ? .indexed(15) : color(231) }

  /// A number of the 256-colour table at this depth.
  func color(_ index: UInt8) -> Color {
    depth == .truecolor ? .rgb(Color.rgb(ofIndex: index)) : .indexed(index)
  }

  /// The background as red, green and blue, to mix colours with.
  var trueBackground: UInt32 { appearance == .light ? 0xffffff : 0x000000 }
}

extension Style {
  init(_ attributes: Attributes) { self.init(.standard, on: .standard, attributes) }
}
