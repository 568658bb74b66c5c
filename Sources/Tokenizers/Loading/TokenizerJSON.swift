extension Pipeline {
  /// Reads tokenizer.json.
  ///
  /// - Parameters:
  ///   - rebuilding: The class that builds stages anew from `configuration`, if there is one.
  ///   - listed: The tokens that the other files add.
  init(
    _ setting: Setting, rebuilding: String?, configuration: Setting?, listed: ListedTokens
  ) throws(TokenizerError) {
    if let version = setting["version"].ifPresent, try version.string() != "1.0" {
      throw version.wrong(expected: "version \"1.0\"")
    }
    normalizer = try setting["normalizer"].ifPresent?.normalizer()
    preTokenizer = try setting["pre_tokenizer"].ifPresent?.preTokenizer()
    model = try setting["model"].model()
    postProcessor =
      try setting["post_processor"].ifPresent.map(PostProcessor.init) ?? PostProcessor()
    decoder = try setting["decoder"].ifPresent?.decoder()
    addedTokens = AddedTokens()
    if let rebuilding { try apply(configuration, of: rebuilding) }
    var added: [AddedToken] = []
    for element in try setting["added_tokens"].ifPresent?.elements() ?? [] {
      added.append(try AddedToken(element))
    }
    addedTokens = try AddedTokens(
      listed.joined(with: added, leavesUnknown: true), model: model.vocabulary,
      normalizer: normalizer)
  }
}
