import CTerminal
import Files
import TerminalUI

/// kitty's graphics protocol, as far as it is used: pictures over cells that are left free for them, or in cells that stand
/// for their parts.
///
/// Commands are application strings, `ESC _ G keys ; contents ESC \`, several where the contents are long; none of those
/// that show something is answered.
enum KittyGraphics {
  /// The number of the picture that is only asked about.
  private static let asked: UInt32 = 31

  /// The question whether a picture such as those that are sent could be shown.
  static let question = commands(
    "a=q,f=100,i=\(asked)", IndexedPNG.bytes(LineRaster([], rows: 1, width: 1, height: 1))
  ).flatMap(\.self)

  /// Whether the contents of an application string say so.
  static func isAgreement(_ string: String) -> Bool { string == "Gi=\(asked);OK" }

  /// Shows a picture from where the cursor stands, which stays there.
  ///
  /// - Parameters:
  ///   - size: In cells.
  ///   - height: The higher, the nearer. Over the text, of which there is none: kitty mixes colours otherwise when something
  ///     is behind it.
  static func show(
    _ png: [UInt8], number: UInt32, size: (width: Int, height: Int), height: Int
  ) -> [[UInt8]] {
    commands("a=T,f=100,i=\(number),c=\(size.width),r=\(size.height),z=\(height),C=1,q=2", png)
  }

  /// Keeps a picture for the cells that are its placeholders: those of `number` as their colour.
  static func keep(
    _ png: [UInt8], number: UInt32, size: (width: Int, height: Int)
  ) -> [[UInt8]] {
    commands("a=T,U=1,f=100,i=\(number),c=\(size.width),r=\(size.height),q=2", png)
  }

  /// The placeholder of a cell of a picture; nil for one so far from its corner that it has none.
  static func placeholder(x: Int, y: Int, number: UInt8, on background: Color) -> Cell? {
    guard marks.indices.contains(x), marks.indices.contains(y),
      let character = Unicode.Scalar(UInt32(CTPlaceholder))
    else { return nil }
    var cell = Cell(character, Style(.indexed(number), on: background))
    cell.marks = [marks[y], marks[x]]
    return cell
  }

  /// Removes a picture and what the terminal keeps of it.
  static func remove(_ number: UInt32) -> [UInt8] {
    commands("a=d,d=I,i=\(number),q=2", []).flatMap(\.self)
  }

  /// Removes all pictures that are on the screen.
  static let removeAll = commands("a=d,d=A,q=2", []).flatMap(\.self)

  /// In pieces of no more base64 than a terminal has to take in one.
  private static func commands(_ keys: String, _ contents: [UInt8]) -> [[UInt8]] {
    let limit = 4096
    let text = Array(Base64.text(contents).utf8)
    let starts = text.isEmpty ? [0] : Array(stride(from: 0, to: text.count, by: limit))
    return starts.map { start in
      let piece = text[start..<min(text.count, start + limit)]
      let isLast = start == starts.last
      let more = starts.count == 1 ? "" : (start == 0 ? "," : "q=2,") + "m=\(isLast ? 0 : 1)"
      return Array("\u{1B}_G\(start == 0 ? keys : "")\(more)\(text.isEmpty ? "" : ";")".utf8)
        + piece
        + Array("\u{1B}\\".utf8)
    }
  }

  /// The combining marks that stand for rows and columns from 0 on.
  private static let marks: [UInt32] = [
    0x0305...0x0305, 0x030D...0x030E, 0x0310...0x0310, 0x0312...0x0312, 0x033D...0x033F,
    0x0346...0x0346, 0x034A...0x034C, 0x0350...0x0352, 0x0357...0x0357, 0x035B...0x035B,
    0x0363...0x036F, 0x0483...0x0487, 0x0592...0x0595, 0x0597...0x0599, 0x059C...0x05A1,
    0x05A8...0x05A9, 0x05AB...0x05AC, 0x05AF...0x05AF, 0x05C4...0x05C4, 0x0610...0x0617,
    0x0657...0x065B, 0x065D...0x065E, 0x06D6...0x06DC, 0x06DF...0x06E2, 0x06E4...0x06E4,
    0x06E7...0x06E8, 0x06EB...0x06EC, 0x0730...0x0730, 0x0732...0x0733, 0x0735...0x0736,
    0x073A...0x073A, 0x073D...0x073D, 0x073F...0x0741, 0x0743...0x0743, 0x0745...0x0745,
    0x0747...0x0747, 0x0749...0x074A, 0x07EB...0x07F1, 0x07F3...0x07F3, 0x0816...0x0819,
    0x081B...0x0823, 0x0825...0x0827, 0x0829...0x082D, 0x0951...0x0951, 0x0953...0x0954,
    0x0F82...0x0F83, 0x0F86...0x0F87, 0x135D...0x135F, 0x17DD...0x17DD, 0x193A...0x193A,
    0x1A17...0x1A17, 0x1A75...0x1A7C, 0x1B6B...0x1B6B, 0x1B6D...0x1B73, 0x1CD0...0x1CD2,
    0x1CDA...0x1CDB, 0x1CE0...0x1CE0, 0x1DC0...0x1DC1, 0x1DC3...0x1DC9, 0x1DCB...0x1DCC,
    0x1DD1...0x1DE6, 0x1DFE...0x1DFE, 0x20D0...0x20D1, 0x20D4...0x20D7, 0x20DB...0x20DC,
    0x20E1...0x20E1, 0x20E7...0x20E7, 0x20E9...0x20E9, 0x20F0...0x20F0, 0x2CEF...0x2CF1,
  ].flatMap { (range: ClosedRange<UInt32>) in Array(range) }
}
