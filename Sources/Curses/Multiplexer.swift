/// Programs that stand between this one and the terminal, and what they pass on of what is sent to them.
struct Multiplexer: OptionSet {
  let rawValue: Int
  static let tmux = Multiplexer(rawValue: 1)
  static let screen = Multiplexer(rawValue: 2)

  init(rawValue: Int) { self.rawValue = rawValue }

  init(environment: [String: String]) {
    self = []
    if environment["TMUX"]?.isEmpty == false { insert(.tmux) }
    // Inside both, which of them is the inner one cannot be told.
    if environment["STY"]?.isEmpty == false { insert(.screen) }
  }

  /// `sequence` in the form in which GNU screen passes it on unread: a string in pieces (DCS … ST) of no more bytes
  /// than it takes in one.
  static func throughScreen(_ sequence: [UInt8]) -> [UInt8] {
    stride(from: 0, to: sequence.count, by: screenLimit).flatMap { start in
      let piece = sequence[start..<min(start + screenLimit, sequence.count)]
      return Array("\u{1B}P".utf8) + piece + Array("\u{1B}\\".utf8)
    }
  }

  private static let screenLimit = 756

  /// `sequence` in the form that tmux passes on if its `allow-passthrough` is on.
  static func throughTmux(_ sequence: [UInt8]) -> [UInt8] {
    Array("\u{1B}Ptmux;".utf8) + sequence.flatMap { $0 == 0x1B ? [$0, $0] : [$0] }
      + Array("\u{1B}\\".utf8)
  }
}
