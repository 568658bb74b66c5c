extension Theme {
  /// The look of a token that holds the text searched for, over any other look.
  public func found(_ style: Style) -> Style {
    switch depth {
    case .none: style.adding([.underline, .bold])
    case .ansi16: Style(.indexed(0), on: .indexed(6), style.attributes)
    case .indexed256, .truecolor:
      appearance == .light
        ? Style(black, on: color(222), style.attributes)
        : Style(color(230), on: color(58), style.attributes)
    }
  }
}
