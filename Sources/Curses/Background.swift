import TerminalUI

/// A terminal's background, as far as it is known.
public struct Background: Equatable, Sendable {
  /// Dark or light.
  public var appearance: Theme.Appearance
  /// Whether what is written for a dark page can be read on it as it is; else the page has to be painted.
  public var isDeep: Bool
  /// As `0xRRGGBB`, where the terminal told it.
  var color: UInt32?

  /// As a terminal answers to OSC 11, an X11 colour: `rgb:1d1d/1f1f/2121`, `rgba:…` or `#1d1f21`.
  init?(color: some StringProtocol) {
    guard let rgb = Self.rgb(ofColor: String(color)) else { return nil }
    let luminance = Theme.luminance(rgb)
    // The middle between black and white (L* 48), and a dark grey (L* 29).
    self.init(appearance: luminance > 0.17 ? .light : .dark, isDeep: luminance < 0.06)
    self.color = rgb
  }

  /// As a terminal answers to DSR 996: 1 dark, 2 light.
  init?(scheme: Int) {
    guard (1...2).contains(scheme) else { return nil }
    self.init(appearance: scheme == 1 ? .dark : .light, isDeep: scheme == 1)
  }

  /// As the variable COLORFGBG says it: the numbers of two of the 16 colours, as `0;15`, the background last.
  ///
  /// It may have come from another terminal than the one in front of the user.
  init?(colorFGBG: String) {
    guard let last = colorFGBG.split(separator: ";").last, let number = Int(last),
      (0...15).contains(number)
    else { return nil }
    self.init(appearance: number < 7 || number == 8 ? .dark : .light, isDeep: false)
  }

  private init(appearance: Theme.Appearance, isDeep: Bool) {
    self.appearance = appearance
    self.isDeep = isDeep
  }

  private static func rgb(ofColor color: String) -> UInt32? {
    var channels: [Substring]
    if color.hasPrefix("#") {
      let digits = color.dropFirst()
      let width = digits.count / 3
      guard width * 3 == digits.count else { return nil }
      channels = (0..<3).map { digits.dropFirst($0 * width).prefix(width) }
    } else {
      guard let colon = color.firstIndex(of: ":"), ["rgb", "rgba"].contains(color[..<colon])
      else { return nil }
      channels = color[color.index(after: colon)...].split(
        separator: "/", omittingEmptySubsequences: false)
      guard channels.count == (color.hasPrefix("rgba") ? 4 : 3) else { return nil }
      channels = Array(channels.prefix(3))
    }
    var rgb: UInt32 = 0
    for channel in channels {
      guard (1...4).contains(channel.utf8.count), channel.allSatisfy(\.isHexDigit),
        let value = UInt32(channel, radix: 16)
      else { return nil }
      let most = UInt32(1) << (4 * UInt32(channel.utf8.count)) - 1
      rgb = rgb << 8 | (value * 255 + most / 2) / most
    }
    return rgb
  }
}

extension Background {
  /// The background by this process's environment, where no terminal can be asked.
  public static var ofEnvironment: Background? {
    Terminal.environment["COLORFGBG"].flatMap(Background.init(colorFGBG:))
  }
}
