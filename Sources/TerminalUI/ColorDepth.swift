/// The number of colours a terminal can show.
public enum ColorDepth: Int, Comparable, Sendable, CaseIterable {
  case none, ansi16, indexed256, truecolor

  public static func < (left: ColorDepth, right: ColorDepth) -> Bool {
    left.rawValue < right.rawValue
  }
}
