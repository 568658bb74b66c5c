/// How many colours a terminal shows, from none to any.
public enum ColorDepth: Int, Comparable, Sendable, CaseIterable {
  /// Bold, underline and reverse only.
  case none
  /// The eight colours of the palette and their bright forms.
  case ansi16
  /// The palette, a 6×6×6 cube and 24 greys.
  case indexed256
  /// Red, green and blue with eight bits each.
  case truecolor

  public static func < (left: ColorDepth, right: ColorDepth) -> Bool {
    left.rawValue < right.rawValue
  }
}
