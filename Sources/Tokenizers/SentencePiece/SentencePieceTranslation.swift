/// The translation models whose vocabulary is a file of its own: sentencepiece itself cuts the text, and its pieces
/// have the ids of vocab.json.
extension Pipeline {
  /// - Parameter added: The tokens that are looked for in the text itself.
  init(
    sentencePiece file: SentencePieceFile, vocabulary: Setting, added: [AddedToken],
    specials: [SpecialToken: String], isMarian: Bool
  ) throws(TokenizerError) {
    let vocabularyFile = vocabulary.file
    let vocabulary = try Vocabulary(vocabulary)
    func id(_ token: String) throws(TokenizerError) -> Int32 {
      guard let id = vocabulary.id(of: token) else {
        throw .tokenNotInVocabulary(file: vocabularyFile, token: token)
      }
      return id
    }
    let unknownToken = specials[.unknown] ?? "<unk>"
    let unknownID = try id(unknownToken)
    let end = specials[.end] ?? "</s>"
    let normalizer = SentencePieceNormalizer(file)
    let model = try file.model(vocabulary: vocabulary, unknownToken: unknownToken)
    self.init(
      normalizer: isMarian ? nil : normalizer,
      addedTokens: try AddedTokens(added, model: vocabulary, normalizer: nil),
      preTokenizer: nil,
      model: isMarian
        ? MarianModel(normalizer: normalizer, text: model, unknownID: unknownID) : model,
      postProcessor: try PostProcessor(single: "$A \(end)", pair: "$A $B \(end)", id: id),
      decoder: MetaspaceDecoder())
  }
}

extension SentencePieceFile {
  /// The model that cuts texts exactly as sentencepiece does.
  func model(
    vocabulary: Vocabulary, unknownToken: String
  ) throws(TokenizerError) -> any TokenModel {
    let worst = pieces.filter { $0.kind == .normal }.map(\.score).min() ?? 0
    let scored = pieces.filter { $0.kind == .normal || $0.kind == .userDefined }.map { piece in
      // Logarithms of probabilities are below zero: better than any others that spell as much.
      let bonus = Float(0.1) * Float(piece.text.utf8.count - 1)
      return ScoredPiece(
        text: piece.text, score: Double(piece.kind == .userDefined ? bonus : piece.score))
    }
    switch algorithm {
    case .unigram:
      return Unigram(
        pieces: scored, unknownScore: Double(worst - Float(Unigram.unknownPenalty)),
        speller: PieceSpeller(
          vocabulary: vocabulary, unknownID: vocabulary.id(of: unknownToken),
          fallsBackToBytes: fallsBackToBytes),
        addsInSinglePrecision: true)
    case .bpe:
      return BPE(
        vocabulary: vocabulary,
        merges: try MergeTable.joining(scored, vocabulary: vocabulary, file: path),
        unknownToken: unknownToken, fusesUnknown: true, fallsBackToBytes: fallsBackToBytes)
    case .word: throw unsupported("word")
    case .character: throw unsupported("char")
    }
  }
}
