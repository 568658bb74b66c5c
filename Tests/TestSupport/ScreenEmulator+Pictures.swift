import Files
import TerminalUI

extension ScreenEmulator {
  /// A picture that lies over the text.
  public struct Picture: Equatable, Sendable {
    /// The cell in which it begins, and the cells that it fills.
    public let x, y, columns, rows: Int
    /// The higher, the nearer; below 0 behind the text.
    public let height: Int
    /// A PNG file.
    public let file: [UInt8]
    /// Shown in cells that stand for its parts, and nowhere else.
    public let isInCells: Bool
  }

  /// A picture in sixels, and the cell in which it begins.
  public struct Sixels: Equatable, Sendable {
    public let x, y: Int
    /// The device string.
    public let text: String
  }

  /// What tmux passes on of a string to the terminal behind it; false for what has no meaning here.
  mutating func passOn(_ string: some StringProtocol) -> Bool {
    let inner = String(string).replacing("\u{1B}\u{1B}", with: "\u{1B}")
    if inner == "\u{1B}[>0q" {
      if let version, answers { reply += Array("\u{1B}P>|\(version)\u{1B}\\".utf8) }
      return true
    }
    guard inner.hasPrefix("\u{1B}_G"), inner.hasSuffix("\u{1B}\\") else { return false }
    takeGraphics(String(inner.dropFirst(3).dropLast(2)))
    return true
  }

  /// A terminal's part of kitty's graphics protocol: takes what is asked and shown here, and nothing else.
  mutating func takeGraphics(_ command: String) {
    let parts = command.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
    var keys: [String: String] = [:]
    for key in parts[0].split(separator: ",") {
      let sides = key.split(separator: "=", maxSplits: 1)
      if sides.count == 2 { keys[String(sides[0])] = String(sides[1]) }
    }
    let contents = parts.count > 1 ? parts[1] : ""
    if contents.utf8.count > 4096 { unknownSequences.append("APC of \(contents.utf8.count)") }
    graphicsContents += contents
    if let first = graphicsKeys {
      // A further piece.
      if keys["m"] == nil { unknownSequences.append("APC \(parts[0])") }
      keys = first.merging(keys) { $1 }
    }
    if keys["m"] == "1" {
      graphicsKeys = keys
      return
    }
    let file = Base64.bytes(Array(graphicsContents.utf8)) ?? []
    (graphicsKeys, graphicsContents) = (nil, "")
    show(keys, file)
  }

  private mutating func show(_ keys: [String: String], _ file: [UInt8]) {
    func number(_ name: String) -> Int { keys[name].flatMap { Int($0) } ?? 0 }
    let isPNG = file.starts(with: [0x89, 0x50, 0x4E, 0x47]) && keys["f"] == "100"
    switch keys["a"] {
    case "q" where showsPictures && answers:
      reply += Array("\u{1B}_Gi=\(number("i"));\(isPNG ? "OK" : "EBADPNG")\u{1B}\\".utf8)
    case "q": break
    case "T" where showsPictures && isPNG && keys["q"] == "2" && keys["C"] == "1":
      pictures[number("i")] = Picture(
        x: cursor.x, y: cursor.y, columns: number("c"), rows: number("r"), height: number("z"),
        file: file, isInCells: false)
    case "T" where showsPictures && isPNG && keys["q"] == "2" && keys["U"] == "1":
      pictures[number("i")] = Picture(
        x: 0, y: 0, columns: number("c"), rows: number("r"), height: 0, file: file, isInCells: true)
    case "d" where keys["d"] == "I": pictures[number("i")] = nil
    case "d" where keys["d"] == "A": pictures = [:]
    default: unknownSequences.append("APC \(keys)")
    }
  }
}
