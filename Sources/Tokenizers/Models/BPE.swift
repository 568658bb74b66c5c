/// Byte-pair encoding: the characters of a word are joined pair by pair, those first whose merge was learned first.
///
/// Source: Sennrich et al. 2016, arXiv:1508.07909, as the `tokenizers` library does it.
struct BPE: TokenModel {
  let vocabulary: Vocabulary
  private let merges: MergeTable
  private var unknown = UnknownCharacters()
  /// Put before a character that does not begin its word, to look it up.
  private var continuationPrefix = ""
  /// Put behind the last character of a word.
  private var endSuffix = ""
  /// A word that is an entry as a whole is not spelled.
  private var ignoresMerges = false

  /// The treatment of a character that is no entry.
  private struct UnknownCharacters {
    /// By byte: the entries that spell it, -1 where there is none; nil to use none.
    var byteEntries: [Int32]?
    /// Stands for it; without one it is left out.
    var token: String?
    var tokenEntry: Int32?
    /// Neighbours are one token.
    var areFused = false
  }

  /// - Parameter unknownToken: Nil where every character is an entry, as in GPT-2 and its kin.
  init(
    vocabulary: Vocabulary, merges: MergeTable, unknownToken: String? = nil,
    fusesUnknown: Bool = false, fallsBackToBytes: Bool = false, ignoresMerges: Bool = false
  ) {
    self.ignoresMerges = ignoresMerges
    self.vocabulary = vocabulary
    self.merges = merges
    unknown.token = unknownToken
    unknown.tokenEntry = unknownToken.flatMap(vocabulary.entry(of:))
    unknown.areFused = fusesUnknown
    if fallsBackToBytes {
      unknown.byteEntries = ByteToken.texts.map { vocabulary.entry(of: $0) ?? -1 }
    }
  }

  init(_ setting: Setting) throws(TokenizerError) {
    if let dropout = setting["dropout"].ifPresent, try dropout.number() != 0 {
      throw dropout.wrong(expected: "no dropout, which makes tokens a matter of chance")
    }
    vocabulary = try Vocabulary(setting["vocab"])
    continuationPrefix = try setting["continuing_subword_prefix"].ifPresent?.string() ?? ""
    endSuffix = try setting["end_of_word_suffix"].ifPresent?.string() ?? ""
    ignoresMerges = try setting["ignore_merges"].ifPresent?.bool() ?? false
    if try setting["byte_fallback"].ifPresent?.bool() ?? false {
      unknown.byteEntries = ByteToken.texts.map { [vocabulary] in vocabulary.entry(of: $0) ?? -1 }
    }
    unknown.token = try setting["unk_token"].ifPresent?.string()
    unknown.tokenEntry = unknown.token.flatMap(vocabulary.entry(of:))
    unknown.areFused = try setting["fuse_unk"].ifPresent?.bool() ?? false
    merges = try MergeTable(
      setting["merges"], vocabulary: vocabulary, continuationPrefix: continuationPrefix)
  }

  func tokenize(_ pieces: [AlignedText], into tokens: inout [SourceToken]) throws(TokenizerError) {
    var word = MergingWord()
    for piece in pieces where !piece.isEmpty {
      if ignoresMerges, let id = piece.utf8.withUnsafeBufferPointer(vocabulary.id(of:)) {
        tokens.append(SourceToken(id: id, source: piece.source(of: piece.indices)))
        continue
      }
      try spell(piece, into: &word)
      word.merge(by: merges)
      for part in word.remainingParts {
        let start = part.range.lowerBound
        let begins = start == piece.indices.lowerBound || piece.scalars[start].isSpaceMark
        tokens.append(
          SourceToken(
            id: vocabulary.id(ofEntry: part.entry), source: piece.source(of: part.range),
            continuesWord: !begins))
      }
    }
  }

  /// The entries of the word's characters.
  private func spell(_ piece: AlignedText, into word: inout MergingWord) throws(TokenizerError) {
    word.removeAll()
    /// Unknown characters that wait for those after them.
    var waiting: (entry: Int32, range: Range<Int>)?
    func addWaiting() {
      if let (entry, range) = waiting { word.append(entry, range) }
      waiting = nil
    }
    var spelling: [UInt8] = []
    for (index, scalar) in zip(piece.indices, piece.scalars) {
      let range = index..<index + 1
      spelling.removeAll(keepingCapacity: true)
      if index > piece.indices.lowerBound { spelling.append(contentsOf: continuationPrefix.utf8) }
      spelling.append(contentsOf: scalar.utf8)
      if range.upperBound == piece.indices.upperBound {
        spelling.append(contentsOf: endSuffix.utf8)
      }
      if let entry = spelling.withUnsafeBufferPointer(vocabulary.entry(of:)) {
        addWaiting()
        word.append(entry, range)
      } else if let entries = bytes(of: spelling) {
        // The library leaves unknown characters waiting here, and they come out after these.
        for entry in entries { word.append(entry, range) }
      } else if let token = unknown.token {
        guard let entry = unknown.tokenEntry else { throw .noUnknownToken(token: token) }
        if let start = waiting?.range.lowerBound, unknown.areFused {
          waiting = (entry, start..<range.upperBound)
        } else {
          addWaiting()
          waiting = (entry, range)
        }
      }
    }
    addWaiting()
  }

  /// The entries of single bytes; nil if they are not all there.
  private func bytes(of spelling: [UInt8]) -> [Int32]? {
    guard let byteEntries = unknown.byteEntries else { return nil }
    let entries = spelling.map { byteEntries[Int($0)] }
    return entries.allSatisfy { $0 >= 0 } ? entries : nil
  }
}

extension Unicode.Scalar {
  /// A space as byte-level vocabularies and sentencepiece's write it.
  fileprivate var isSpaceMark: Bool { self == "Ġ" || self == .spaceMark }
}
