import Files

/// Sentencepiece's replacements, as the `tokenizers` library applies them: to a short grapheme as a whole if the
/// table has how it begins, else to each of its scalars.
struct PrecompiledNormalizer: Normalizer {
  var charsmap: Charsmap
  /// Longer graphemes, in bytes, are taken scalar by scalar.
  private static let maximumGraphemeLength = 5

  init(charsmap: Charsmap) {
    self.charsmap = charsmap
  }

  init(_ setting: Setting) throws(TokenizerError) {
    let encoded = setting["precompiled_charsmap"]
    let bytes = Base64.bytes(try encoded.string().utf8)
    guard let charsmap = bytes?.withUnsafeBytes(Charsmap.init) else {
      throw encoded.wrong(expected: "a table of replacements in base64")
    }
    self.init(charsmap: charsmap)
  }

  func normalize(_ text: inout AlignedText) throws(TokenizerError) {
    let limit = text.growthLimit
    var count = 0
    text = text.rebuilt { [text] add in
      /// The text as graphemes, whose scalars are those from `start` on.
      let graphemes = String(String.UnicodeScalarView(text.scalars))
      var grapheme = graphemes.startIndex
      var start = text.indices.lowerBound
      func replace(_ range: Range<Int>) -> Bool {
        guard let match = charsmap.shortestMatch(in: text.scalars[range]) else { return false }
        for scalar in charsmap.replacement(match) where count <= limit {
          add(scalar, range.lowerBound)
          count += 1
        }
        return true
      }
      while grapheme < graphemes.endIndex, count <= limit {
        let next = graphemes.index(after: grapheme)
        let scalars = graphemes.unicodeScalars[grapheme..<next]
        let end = start + scalars.count
        let isShort = graphemes.utf8[grapheme..<next].count <= Self.maximumGraphemeLength
        if end - start == 1 || !isShort || !replace(start..<end) {
          for index in start..<end where !replace(index..<index + 1) {
            add(text.scalars[index], index)
            count += 1
          }
        }
        grapheme = next
        start = end
      }
    }
    guard count <= limit else { throw .textGrowsTooLong }
  }
}
