/// Sentencepiece's table of replacements: which texts are rewritten, and as what.
///
/// Format: the size of a trie in bytes, the trie, and the new texts, each closed by a zero byte. The trie is a
/// double array of 32-bit units over UTF-8 bytes (Yata's darts-clone), its values are places in the new texts.
/// All numbers are little-endian. Nothing in it is trusted: what leads out of the table matches nothing.
struct Charsmap: Sendable {
  private let units: [UInt32]
  private let newTexts: [UInt8]
  /// Longer texts, in bytes, are in no table that means well.
  private static let maximumLength = 256

  /// Nil where the bytes are no such table.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 4 else { return nil }
    func unit(at offset: Int) -> UInt32 {
      UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
    let trieSize = Int(unit(at: 0)) / 4 * 4
    guard trieSize > 0, trieSize <= bytes.count - 4 else { return nil }
    units = stride(from: 4, to: 4 + trieSize, by: 4).map(unit)
    newTexts = Array(bytes[(4 + trieSize)...])
    guard String(validating: newTexts, as: UTF8.self) != nil else { return nil }
  }

  /// A text that the table rewrites: where it ends, and what it becomes.
  struct Match {
    var end: Int
    fileprivate var value: Int
  }

  /// The texts of the table that begin `scalars`, from the shortest to the longest.
  ///
  /// - Parameter body: False to look no further.
  func forEachMatch(in scalars: ArraySlice<Unicode.Scalar>, _ body: (Match) -> Bool) {
    var node = units[0].offset
    var length = 0
    for (index, scalar) in zip(scalars.indices, scalars) {
      var value: Int?
      for byte in scalar.utf8 {
        length += 1
        node ^= Int(byte)
        guard byte != 0, length <= Self.maximumLength, node < units.count,
          units[node].label == UInt32(byte)
        else { return }
        let unit = units[node]
        node ^= unit.offset
        value = unit.hasValue && node < units.count ? Int(units[node] & 0x7FFF_FFFF) : nil
      }
      if let value, value <= newTexts.count, !body(Match(end: index + 1, value: value)) { return }
    }
  }

  func shortestMatch(in scalars: ArraySlice<Unicode.Scalar>) -> Match? {
    var result: Match?
    forEachMatch(in: scalars) { match in
      result = match
      return false
    }
    return result
  }

  func longestMatch(in scalars: ArraySlice<Unicode.Scalar>) -> Match? {
    var result: Match?
    forEachMatch(in: scalars) { match in
      result = match
      return true
    }
    return result
  }

  /// The replacement of a text of the table.
  func replacement(_ match: Match) -> String.UnicodeScalarView {
    String(decoding: newTexts[match.value...].prefix { $0 != 0 }, as: UTF8.self).unicodeScalars
  }
}

/// A unit of the double array.
extension UInt32 {
  fileprivate var hasValue: Bool { self >> 8 & 1 == 1 }
  fileprivate var label: UInt32 { self & 0x8000_00FF }
  fileprivate var offset: Int { Int(self >> 10) << (self & 1 << 9 == 0 ? 0 : 8) }
}
