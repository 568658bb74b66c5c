import Files

/// The ways of a tokenizer's two texts, where sentencepiece files are what there is.
struct SentencePiecePipelines {
  /// For messages.
  var file: String
  var source: Pipeline
  /// The decoder's, where it is another.
  var target: Pipeline?

  static let fileNames = [
    "tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "spm.model",
    "sentencepiece.model", "source.spm",
  ]

  /// Nil where there is no such file.
  init?(
    _ files: ModelFiles, tokenizerClass: String?, configuration: Setting?,
    specials: [SpecialToken: String], listed: ListedTokens
  ) throws(TokenizerError) {
    guard let file = try files.sentencePiece(Self.fileNames) else { return nil }
    self.file = file.path

    /// The pipeline of a model whose pieces have the ids of vocab.json.
    func translation(
      _ model: SentencePieceFile, own: [String] = ["<unk>", "</s>", "<pad>"], isMarian: Bool = false
    ) throws(TokenizerError) -> Pipeline {
      guard let vocabulary = try files.setting("vocab.json") else {
        throw .file(.missing(path: files.path(of: "vocab.json")))
      }
      let own = own.map { AddedToken(content: $0, isSpecial: true) }
      return try Pipeline(
        sentencePiece: model, vocabulary: vocabulary, added: listed.joined(with: own),
        specials: specials, isMarian: isMarian)
    }

    switch tokenizerClass {
    case "MarianTokenizer":
      if try configuration?["separate_vocabs"].ifPresent?.bool() == true {
        throw .unsupported(file: file.path, stage: "MarianTokenizer", type: "separate_vocabs")
      }
      guard let targetFile = try files.sentencePiece(["target.spm"]) else {
        throw .file(.missing(path: files.path(of: "target.spm")))
      }
      source = try translation(file, isMarian: true)
      target = try translation(targetFile, isMarian: true)
    case "M2M100Tokenizer":
      let codes = try LanguageTokens.m2m100Codes(configuration)
      source = try translation(
        file, own: codes.map { "__\($0)__" } + ["<s>", "</s>", "<pad>", "<unk>"])
    case let name:
      guard let family = name.flatMap(SentencePieceFamily.init) else {
        throw try files.ownTokenizer(configuration: configuration)
          ?? .unsupportedClass(name, file: file.path)
      }
      source = try SentencePieceConversion(
        file, family: family, configuration: configuration, specials: specials
      ).pipeline(listed: listed)
    }
  }
}

extension ModelFiles {
  /// The first of these files that is there.
  fileprivate func sentencePiece(
    _ names: [String]
  ) throws(TokenizerError) -> SentencePieceFile? {
    for name in names {
      let file: FileBytes?
      do throws(FileError) {
        file = try find(name)
      } catch {
        throw .file(error)
      }
      guard let file else { continue }
      return try SentencePieceFile(file)
    }
    return nil
  }
}
