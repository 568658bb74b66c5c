import Files

extension ModelFiles {
  /// The JSON file `name`, or nil if there is none.
  func setting(_ name: String) throws(TokenizerError) -> Setting? {
    do throws(FileError) {
      return try find(name).map { file throws(FileError) in try Setting(file) }
    } catch {
      throw .file(error)
    }
  }

  func file(_ name: String) throws(TokenizerError) -> FileBytes? {
    do throws(FileError) {
      return try find(name)
    } catch {
      throw .file(error)
    }
  }

  /// The special tokens that special_tokens_map.json and the configuration name: the older file has precedence,
  /// unless the newer one lists the tokens that are added.
  func specialTokens(configuration: Setting?) throws(TokenizerError) -> [SpecialToken: String] {
    let map = try setting("special_tokens_map.json")
    let isNew = configuration?["added_tokens_decoder"].ifPresent != nil
    var texts: [SpecialToken: String] = [:]
    for special in SpecialToken.allCases {
      for setting in isNew ? [map, configuration] : [configuration, map] {
        if let text = try special.text(in: setting) { texts[special] = text }
      }
    }
    return texts
  }
}
