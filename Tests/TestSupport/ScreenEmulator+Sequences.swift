import TerminalUI

extension ScreenEmulator {
  /// Where in a sequence of bytes the terminal stands.
  enum Parser: Sendable {
    case ground
    case character([UInt8], length: Int)
    case escape
    /// After `ESC (` or `ESC )`, of which one more byte belongs to the sequence.
    case charset(isMain: Bool)
    case control([UInt8])
    /// An OSC, DCS or similar string, up to BEL or `ESC \`.
    case string([UInt8])
  }

  public mutating func feed(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { feed(byte) }
  }

  private mutating func feed(_ byte: UInt8) {
    switch parser {
    case .ground:
      begin(byte)

    case .character(let bytes, let length):
      let bytes = bytes + [byte]
      parser = bytes.count < length ? .character(bytes, length: length) : .ground
      if bytes.count == length {
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars { write(scalar) }
      }

    case .escape:
      parser = .ground
      escape(byte)

    case .charset(let isMain):
      parser = .ground
      // ncurses resets the main set to ASCII together with the attributes. The other one is not in
      // use before the control character shift out.
      if isMain, byte != UInt8(ascii: "B") { unknownSequences.append("ESC ( \(byte)") }

    case .control(let bytes):
      if byte == 0x1B {
        // The rest of the sequence was lost.
        parser = .escape
      } else if byte >= 0x40 {
        parser = .ground
        control(ControlSequence(bytes, final: byte))
      } else {
        parser = .control(bytes + [byte])
      }

    case .string(var bytes):
      parser = .ground
      bytes.append(byte)
      let isEnded = byte == 0x07 && bytes.first == UInt8(ascii: "]")
      // An escape inside tmux's passthrough is doubled.
      let escapes = bytes.dropLast().reversed().prefix { $0 == 0x1B }.count
      if isEnded || byte == UInt8(ascii: "\\") && escapes % 2 == 1 {
        let string = String(decoding: bytes.dropLast(isEnded ? 1 : 2), as: UTF8.self)
        if string.hasPrefix("_G") {
          if !isTmux { takeGraphics(String(string.dropFirst(2))) }
        } else if isTmux, string.hasPrefix("Ptmux;"), passOn(string.dropFirst(6)) {
          // The terminal behind has it.
        } else if showsSixels, string.hasPrefix("P0;1;0q") {
          sixels.append(Sixels(x: cursor.x, y: cursor.y, text: string))
        } else if string != "]11;?" {
          strings.append(string)
        } else if let background, answers {
          reply += Array("\u{1B}]11;\(background)\u{1B}\\".utf8)
        }
      } else {
        parser = .string(bytes)
      }
    }
  }

  private mutating func begin(_ byte: UInt8) {
    switch byte {
    case 0x1B: parser = .escape
    case 0x0D: move(x: 0, y: cursor.y)
    case 0x0A...0x0C: lineFeed()
    case 0x08: move(x: cursor.x - 1, y: cursor.y)
    case 0x0E: unknownSequences.append("shift out")
    case 0x09: move(x: (cursor.x / 8 + 1) * 8, y: cursor.y)
    case 0x20...0x7E: write(Unicode.Scalar(byte))
    case 0xC0...0xDF: parser = .character([byte], length: 2)
    case 0xE0...0xEF: parser = .character([byte], length: 3)
    case 0xF0...0xF7: parser = .character([byte], length: 4)
    case 0x80...0xFF: write("\u{FFFD}")
    default: break
    }
  }

  private mutating func escape(_ byte: UInt8) {
    switch Character(Unicode.Scalar(byte)) {
    case "[": parser = .control([])
    case "]", "P", "X", "^", "_": parser = .string([byte])
    case "(": parser = .charset(isMain: true)
    case ")": parser = .charset(isMain: false)
    case "7": savedCursor = (cursor.x, cursor.y, pen)
    case "8":
      if let saved = savedCursor {
        move(x: saved.x, y: saved.y)
        pen = saved.pen
      }
    case "D": lineFeed()
    case "E":
      cursor.x = 0
      lineFeed()
    case "M": reverseLineFeed()
    // The end of a string that has not begun.
    case "\\": break
    case "=": isKeypadApplication = true
    case ">": isKeypadApplication = false
    default: unknownSequences.append("ESC \(Unicode.Scalar(byte))")
    }
  }

  private mutating func control(_ sequence: ControlSequence) {
    let count = max(1, sequence[0])
    let (x, y) = cursor
    switch sequence.name {
    case "H", "f": move(x: max(1, sequence[1]) - 1, y: count - 1)
    case "A": move(x: x, y: max(y - count, y >= scrollTop ? scrollTop : 0))
    case "B": move(x: x, y: min(y + count, y <= scrollBottom ? scrollBottom : height - 1))
    case "C": move(x: x + count, y: y)
    case "D": move(x: x - count, y: y)
    case "G", "`": move(x: count - 1, y: y)
    case "d": move(x: x, y: count - 1)
    case "I": for _ in 0..<count { move(x: (cursor.x / 8 + 1) * 8, y: y) }
    case "Z": for _ in 0..<count { move(x: (cursor.x - 1) / 8 * 8, y: y) }
    case "J":
      if sequence[0] == 0 { erase(columns: x..<width, y: y) }
      if sequence[0] == 1 { erase(columns: 0..<x + 1, y: y) }
      if sequence[0] == 2 {
        pictures = pictures.filter { $1.isInCells }
        sixels = []
      }
      let lines = [0: y + 1..<height, 1: 0..<y, 2: 0..<height][sequence[0]] ?? 0..<0
      for line in lines { erase(columns: 0..<width, y: line) }
    case "K":
      erase(columns: [0: x..<width, 1: 0..<x + 1][sequence[0]] ?? 0..<width, y: y)
    case "X": erase(columns: x..<min(x + count, width), y: y)
    case "@": shiftCells(by: -count)
    case "P": shiftCells(by: count)
    case "L": if scrollTop...scrollBottom ~= y { shiftLines(from: y, by: -count) }
    case "M": if scrollTop...scrollBottom ~= y { shiftLines(from: y, by: count) }
    case "S": shiftLines(from: scrollTop, by: count)
    case "T": shiftLines(from: scrollTop, by: -count)
    case "b": for _ in 0..<min(count, width * height) { write(lastCharacter) }
    case "r":
      scrollTop = count - 1
      scrollBottom = sequence[1] > 0 ? min(sequence[1], height) - 1 : height - 1
      move(x: 0, y: 0)
    case "m": pen.apply(sequence.numbers)
    case "c": if answers { reply += Array("\u{1B}[?62;\(showsSixels ? "4;" : "")22c".utf8) }
    case "?S": if answers, showsSixels { reply += Array("\u{1B}[?1;0;256S".utf8) }
    case ">q":
      if let version, answers { reply += Array("\u{1B}P>|\(version)\u{1B}\\".utf8) }
    // Dark or light: not known.
    case "?n" where sequence[0] == 996: break
    case "?h": for mode in sequence.numbers { setMode(mode, true) }
    case "?l": for mode in sequence.numbers { setMode(mode, false) }
    // Insert mode off; a cursor of ordinary looks; titles pushed and popped; a soft reset.
    case "l" where sequence[0] == 4 || sequence[0] == 34, "h" where sequence[0] == 34, "t": break
    case "!p":
      pen = Style()
      modes.insert(25)
    default: unknownSequences.append("CSI \(sequence.numbers) \(sequence.name)")
    }
  }
}

/// `ESC [`, parameters, a final byte.
struct ControlSequence {
  /// Private marker, intermediate bytes and final byte.
  let name: String
  let numbers: [Int]

  init(_ bytes: [UInt8], final: UInt8) {
    let parameters = bytes.filter { (0x30...0x3B).contains($0) }
    let marks = bytes.filter { !(0x30...0x3B).contains($0) } + [final]
    name = String(decoding: marks, as: UTF8.self)
    numbers = parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
      .map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
  }

  subscript(index: Int) -> Int { index < numbers.count ? numbers[index] : 0 }
}

extension Style {
  /// Select Graphic Rendition.
  fileprivate mutating func apply(_ numbers: [Int]) {
    var rest = numbers[...]
    while let number = rest.popFirst() {
      switch number {
      case 0: self = Style()
      case 1: attributes.insert(.bold)
      case 2: attributes.insert(.faint)
      case 3: attributes.insert(.italic)
      case 4: attributes.insert(.underline)
      case 7: attributes.insert(.reverse)
      case 22: attributes.subtract([.bold, .faint])
      case 23: attributes.remove(.italic)
      case 24: attributes.remove(.underline)
      case 27: attributes.remove(.reverse)
      case 30...37: foreground = .indexed(UInt8(number - 30))
      case 38: foreground = Self.color(&rest)
      case 39: foreground = .standard
      case 40...47: background = .indexed(UInt8(number - 40))
      case 48: background = Self.color(&rest)
      case 49: background = .standard
      case 90...97: foreground = .indexed(UInt8(number - 82))
      case 100...107: background = .indexed(UInt8(number - 92))
      default: break
      }
    }
  }

  private static func color(_ rest: inout ArraySlice<Int>) -> Color {
    switch rest.popFirst() {
    case 5: return .indexed(UInt8(truncatingIfNeeded: rest.popFirst() ?? 0))
    case 2:
      let parts = (0..<3).map { _ in UInt32(truncatingIfNeeded: rest.popFirst() ?? 0) & 0xFF }
      return .rgb(parts[0] << 16 | parts[1] << 8 | parts[2])
    default: return .standard
    }
  }
}
