/// A colour of the terminal: its default, one of its 256, or red, green and blue.
public struct Color: Hashable, Sendable {
  /// −1 the terminal's default, 0 … 255 an index, from 2²⁴ on red, green and blue in the low 24 bits.
  public let code: Int32

  private init(code: Int32) { self.code = code }

  public static let standard = Color(code: -1)

  public static func indexed(_ index: UInt8) -> Color { Color(code: Int32(index)) }

  public static func rgb(_ hex: UInt32) -> Color { Color(code: Int32(1 << 24 | hex & 0xFF_FFFF)) }

  /// Red, green and blue as `0xRRGGBB`, for a colour made by `rgb`.
  public var rgb: UInt32? { code >= 1 << 24 ? UInt32(code) & 0xFF_FFFF : nil }
}

/// The look of a cell besides its character.
public struct Style: Hashable, Sendable {
  public struct Attributes: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let bold = Attributes(rawValue: 1)
    public static let underline = Attributes(rawValue: 2)
    public static let reverse = Attributes(rawValue: 4)
    public static let faint = Attributes(rawValue: 8)
    public static let italic = Attributes(rawValue: 16)
    /// Left free for a `LinePicture`.
    public static let picture = Attributes(rawValue: 32)
  }

  public var foreground: Color
  public var background: Color
  public var attributes: Attributes

  public init(
    _ foreground: Color = .standard, on background: Color = .standard, _ attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  public func adding(_ attributes: Attributes) -> Style {
    Style(foreground, on: background, self.attributes.union(attributes))
  }
}
