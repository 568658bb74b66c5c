extension Vocabulary {
  /// The `vocab` object of a model: tokens to ids.
  init(_ setting: Setting) throws(TokenizerError) {
    let members = try setting.members()
    guard !members.isEmpty else { throw .emptyVocabulary(file: setting.file) }
    guard members.count <= Self.maximumCount else {
      throw .vocabularyTooLarge(file: setting.file, maximum: Self.maximumCount)
    }
    try self.init(count: members.count) { index throws(TokenizerError) in
      (members[index].key, try setting.id(of: members[index]))
    }
  }
}
