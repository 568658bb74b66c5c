/// Replaces one text by another wherever it stands.
struct ReplaceNormalizer: Normalizer {
  private var pattern: [Unicode.Scalar]
  private var content: [Unicode.Scalar]

  init(_ setting: Setting) throws(TokenizerError) {
    if setting["pattern"]["Regex"].ifPresent != nil {
      throw .unsupported(file: setting.file, stage: "normalizer", type: "Replace with a Regex")
    }
    pattern = Array(try setting["pattern"]["String"].string().unicodeScalars)
    content = Array(try setting["content"].string().unicodeScalars)
    if pattern.isEmpty { throw setting["pattern"]["String"].wrong(expected: "a text to replace") }
  }

  func normalize(_ text: inout AlignedText) {
    guard text.scalars.contains(pattern[0]) else { return }
    text = text.rebuilt { [text] add in
      var index = text.indices.lowerBound
      while index < text.indices.upperBound {
        if text.scalars[index...].starts(with: pattern) {
          // The new text comes from where the last scalar of the old does.
          index += pattern.count
          for scalar in content { add(scalar, index - 1) }
        } else {
          add(text.scalars[index], index)
          index += 1
        }
      }
    }
  }
}
