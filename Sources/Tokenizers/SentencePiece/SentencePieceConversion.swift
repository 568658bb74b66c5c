/// A sentencepiece model on its way to the pipeline that `transformers` converts it to.
struct SentencePieceConversion {
  let family: SentencePieceFamily
  let file: SentencePieceFile
  /// tokenizer_config.json.
  let configuration: Setting?
  let specials: [SpecialToken: String]

  /// - Parameter specials: Those that the files name.
  init(
    _ file: SentencePieceFile, family: SentencePieceFamily, configuration: Setting?,
    specials: [SpecialToken: String]
  ) {
    self.family = family
    self.file = file
    self.configuration = configuration
    self.specials = family.usualSpecials.merging(specials) { $1 }
  }

  /// - Parameter listed: The tokens that the configuration adds.
  func pipeline(listed: ListedTokens) throws(TokenizerError) -> Pipeline {
    let (pieces, unknownID) = try pieces()
    let vocabulary = Vocabulary(pieces.map(\.text))
    let normalizer = try normalizer()
    var pipeline = Pipeline(
      normalizer: normalizer,
      addedTokens: try AddedTokens(
        listed.joined(with: familyTokens, usual: usualTokens), model: vocabulary,
        normalizer: normalizer),
      preTokenizer: try preTokenizer(),
      model: try model(pieces: pieces, vocabulary: vocabulary, unknownID: unknownID),
      postProcessor: PostProcessor(),
      decoder: TokenDecoderSequence([MetaspaceDecoder(), ByteFallbackDecoder()]))
    let (single, pair) = try templates()
    pipeline.postProcessor = try PostProcessor(single: single, pair: pair) {
      [pipeline, file] token throws(TokenizerError) in
      guard let id = pipeline.id(of: token) else {
        throw .tokenNotInVocabulary(file: file.path, token: token)
      }
      return id
    }
    return pipeline
  }

  private func model(
    pieces: [ScoredPiece], vocabulary: Vocabulary, unknownID: Int32
  ) throws(TokenizerError) -> any TokenModel {
    switch file.algorithm {
    case .unigram:
      Unigram(
        pieces: pieces,
        speller: PieceSpeller(
          vocabulary: vocabulary, unknownID: unknownID, fallsBackToBytes: family.fallsBackToBytes)
      )
    case .bpe:
      BPE(
        vocabulary: vocabulary,
        merges: try MergeTable.joining(pieces, vocabulary: vocabulary, file: file.path),
        unknownToken: vocabulary.token(of: unknownID), fusesUnknown: true,
        fallsBackToBytes: family.fallsBackToBytes)
    case .word: throw file.unsupported("word")
    case .character: throw file.unsupported("char")
    }
  }

  /// The tokens of the family that no file has to name.
  private var familyTokens: [AddedToken] {
    extraTokens.map { AddedToken(content: $0, isSpecial: true) }
  }

  /// The other tokens that are looked for in the text itself, where the files say no more of them: those of the
  /// model, then those with a use.
  private var usualTokens: [AddedToken] {
    let turns = family == .gemma ? ["<start_of_turn>", "<end_of_turn>"] : []
    let own = file.pieces.filter { $0.kind == .control || $0.kind == .userDefined }.map {
      AddedToken(
        content: $0.text, isSpecial: $0.kind == .control || turns.contains($0.text))
    }
    let special = SpecialToken.allCases.compactMap { special in
      specials[special].map { text in
        AddedToken(
          content: text, stripsLeft: special == .mask && family.maskStripsLeft, isSpecial: true)
      }
    }
    return own + special
  }

  func setting(_ key: String, default value: Bool) throws(TokenizerError) -> Bool {
    try configuration?[key].ifPresent?.bool() ?? value
  }

  func special(_ special: SpecialToken) -> String { specials[special] ?? "" }
}
