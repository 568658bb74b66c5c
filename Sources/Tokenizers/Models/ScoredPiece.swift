/// A piece of text of a sentencepiece vocabulary.
struct ScoredPiece {
  var text: String
  /// The greater, the sooner it is chosen.
  var score: Double
}

extension Vocabulary {
  /// The tokens with their places as ids.
  init(_ tokens: [String]) {
    self = withUTF8(of: tokens) { texts in
      Vocabulary(count: texts.count) { (texts[$0], Int32($0)) }
    }
  }
}

/// The result of `body` on the UTF-8 bytes of the texts.
func withUTF8<Result, Failure>(
  of texts: [String], _ body: ([Vocabulary.Bytes]) throws(Failure) -> Result
) throws(Failure) -> Result {
  var bytes: [UInt8] = []
  var ends: [Int] = []
  for text in texts {
    bytes.append(contentsOf: text.utf8)
    ends.append(bytes.count)
  }
  return try bytes.withUnsafeBufferPointer { bytes throws(Failure) in
    try body(zip([0] + ends, ends).map { Vocabulary.Bytes(rebasing: bytes[$0..<$1]) })
  }
}
