/// Turns a text that is cut into pieces of a vocabulary into tokens.
struct PieceSpeller: Sendable {
  let vocabulary: Vocabulary
  /// Stands for what is no piece.
  let unknownID: Int32?
  /// By byte: the tokens that spell what is no piece; nil where not every byte has one.
  private let byteIDs: [Int32]?

  init(vocabulary: Vocabulary, unknownID: Int32?, fallsBackToBytes: Bool) {
    self.vocabulary = vocabulary
    self.unknownID = unknownID
    let ids = fallsBackToBytes ? ByteToken.texts.compactMap(vocabulary.id(of:)) : []
    byteIDs = ids.count == 256 ? ids : nil
  }

  /// The piece of a text from where the one before ends.
  struct Segment: Equatable {
    /// In bytes.
    var end: Int
    /// It is no piece of the vocabulary, or the piece that stands for those.
    var isUnknown = false
  }

  /// - Parameter text: The UTF-8 bytes of `source`.
  func append(
    _ segments: [Segment], of text: [UInt8], from source: AlignedText,
    to tokens: inout [SourceToken]
  ) throws(TokenizerError) {
    var start = 0
    var scalar = source.indices.lowerBound
    for (index, segment) in segments.enumerated() {
      // A run of unknown pieces is one.
      if segment.isUnknown, index + 1 < segments.count, segments[index + 1].isUnknown { continue }
      let bytes = text[start..<segment.end]
      let scalarEnd = scalar + bytes.count { $0 & 0xC0 != 0x80 }
      let span = source.source(of: scalar..<scalarEnd)
      var continues = start > 0 && !bytes.starts(with: Self.spaceMark)
      for id in try ids(of: bytes) {
        tokens.append(SourceToken(id: id, source: span, continuesWord: continues))
        continues = true
      }
      start = segment.end
      scalar = scalarEnd
    }
  }

  private func ids(of bytes: ArraySlice<UInt8>) throws(TokenizerError) -> [Int32] {
    if let id = bytes.withUnsafeBufferPointer(vocabulary.id(of:)) { return [id] }
    if let byteIDs { return bytes.map { byteIDs[Int($0)] } }
    guard let unknownID else { throw .noUnknownPiece }
    return [unknownID]
  }

  private static let spaceMark = Array(Unicode.Scalar.spaceMark.utf8)
}
