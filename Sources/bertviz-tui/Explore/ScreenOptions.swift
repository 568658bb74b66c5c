import ArgumentParser

/// Options of the explorer on a screen.
struct ScreenOptions: ParsableArguments {
  @Flag(
    inversion: .prefixedNo,
    help: "Select by mouse (default); without, the terminal's own selection works.")
  var mouse: Bool?

  @OptionGroup var settings: SettingsOptions
}
