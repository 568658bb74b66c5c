extension Pipeline {
  /// Reads tokenizer.json.
  init(_ setting: Setting) throws(TokenizerError) {
    if let version = setting["version"].ifPresent, try version.string() != "1.0" {
      throw version.wrong(expected: "version \"1.0\"")
    }
    normalizer = try setting["normalizer"].ifPresent?.normalizer()
    preTokenizer = try setting["pre_tokenizer"].ifPresent?.preTokenizer()
    model = try setting["model"].model()
    postProcessor =
      try setting["post_processor"].ifPresent.map(PostProcessor.init) ?? PostProcessor()
    decoder = try setting["decoder"].ifPresent?.decoder()
    var added: [AddedToken] = []
    for element in try setting["added_tokens"].ifPresent?.elements() ?? [] {
      added.append(try AddedToken(element))
    }
    addedTokens = try AddedTokens(added, model: model.vocabulary, normalizer: normalizer)
  }
}
