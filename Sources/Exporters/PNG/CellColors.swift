import TerminalUI

/// The colours of cells as a picture shows them, as `0xRRGGBB`.
struct CellColors {
  /// A terminal's own colours.
  let page: UInt32
  let ink: UInt32

  init(_ appearance: Theme.Appearance) {
    // Without colour, a picture is for paper.
    (page, ink) = appearance == .dark ? (0x000000, 0xd0d0d0) : (0xffffff, 0x000000)
  }

  func colors(of style: Style) -> (foreground: UInt32, background: UInt32) {
    let foreground = rgb(style.foreground, else: ink)
    let background = rgb(style.background, else: page)
    return style.attributes.contains(.reverse)
      ? (background, foreground) : (foreground, background)
  }

  private func rgb(_ color: Color, else standard: UInt32) -> UInt32 {
    if let rgb = color.rgb { return rgb }
    guard let index = UInt8(exactly: color.code) else { return standard }
    return index < 16 ? Self.ordinary[Int(index)] : Color.rgb(ofIndex: index)
  }

  /// The sixteen that people can choose in their terminals, as xterm has them.
  private static let ordinary: [UInt32] = [
    0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
    0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
  ]
}
