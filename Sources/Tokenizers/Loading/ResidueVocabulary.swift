import Files

extension Pipeline {
  /// Reads vocab.txt as ESM's tokenizer does: every entry is found in the text wherever it stands, the longest first;
  /// what lies between, up to white space, is unknown.
  ///
  /// Source: transformers/models/esm/tokenization_esm.py.
  init(
    residues file: FileBytes, specials: [SpecialToken: String], listed: ListedTokens
  ) throws(TokenizerError) {
    let vocabulary = try Vocabulary(lines: file)
    let specials = esmSpecials.merging(specials) { $1 }
    let texts = Set(specials.values.map { Array($0.utf8) })
    let entries = vocabulary.tokens.map { text in
      AddedToken(content: text, isSpecial: texts.contains(Array(text.utf8)))
    }
    let added = try AddedTokens(
      listed.joined(with: entries), model: vocabulary, normalizer: nil)
    func piece(_ special: SpecialToken) throws(TokenizerError) -> PostProcessor.Piece {
      let text = specials[special, default: ""]
      guard let id = added.id(of: text) else {
        throw .tokenNotInVocabulary(file: file.path, token: text)
      }
      return .special(id: id, text: text, typeID: 0)
    }
    var postProcessor = PostProcessor()
    let (classifier, end) = (try piece(.classifier), try piece(.end))
    postProcessor.single = [classifier, .sequence(0, typeID: 0), end]
    postProcessor.pair = postProcessor.single + [.sequence(1, typeID: 0), end]
    self.init(
      addedTokens: added, preTokenizer: WhitespacePreTokenizer(),
      model: WordLevel(
        vocabulary: vocabulary, unknownToken: specials[.unknown, default: ""]),
      postProcessor: postProcessor)
  }
}

private let esmSpecials: [SpecialToken: String] = [
  .unknown: "<unk>", .classifier: "<cls>", .padding: "<pad>", .mask: "<mask>", .end: "<eos>",
]
