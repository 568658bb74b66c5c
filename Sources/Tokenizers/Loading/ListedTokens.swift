import Files

/// The tokens that a tokenizer's configuration adds to its vocabulary, in the order in which they get ids.
struct ListedTokens {
  /// Listed with ids, in the order of these.
  private var numbered: [AddedToken]
  /// `numbered` says more than tokenizer.json: it comes from tokenizer_config.json.
  private let numberedHold: Bool
  private var special: [Special] = []

  /// Tokens listed by their use, such as `mask_token`, or only as special.
  private struct Special {
    var token: AddedToken
    var use: SpecialToken?
    /// Given as a text, which leaves what else it is to the tokenizer.
    var isPlain: Bool
  }

  init(_ files: ModelFiles, configuration: Setting?) throws(TokenizerError) {
    let decoder = configuration?["added_tokens_decoder"].ifPresent
    let sources = [
      decoder == nil ? try files.setting("special_tokens_map.json") : nil, configuration,
    ].compactMap(\.self)
    numbered = []
    numberedHold = decoder != nil
    func add(_ token: Setting, use: SpecialToken? = nil) throws(TokenizerError) {
      special.append(
        Special(
          token: try AddedToken(special: token), use: use,
          isPlain: token["content"].ifPresent == nil))
    }
    for use in SpecialToken.inOrderOfIDs {
      if let token = sources.lazy.compactMap({ $0[use.rawValue].ifPresent }).first {
        try add(token, use: use)
      }
    }
    for source in sources {
      for key in ["additional_special_tokens", "extra_special_tokens"] {
        for token in try source[key].ifPresent?.values() ?? [] { try add(token) }
      }
    }
    if let configuration {
      // Such as `image_token`.
      for member in try configuration.members()
      where member.name.hasSuffix("_token") && SpecialToken(rawValue: member.name) == nil
        && member.value.string != nil
      {
        try add(configuration.member(member))
      }
    }
    if let decoder {
      numbered = try Self.tokens(decoder)
    } else if let added = try files.setting("added_tokens.json") {
      numbered = try olderTokens(added)
    }
  }

  /// added_tokens_decoder: from ids to tokens.
  private static func tokens(_ decoder: Setting) throws(TokenizerError) -> [AddedToken] {
    var tokens: [(id: Int32, token: AddedToken)] = []
    for member in try decoder.members() {
      guard let id = Int32(member.name) else {
        throw decoder.member(member).wrong(expected: "an id as its name")
      }
      tokens.append((id, try AddedToken(decoder.member(member))))
    }
    return tokens.sorted { $0.id < $1.id }.map(\.token)
  }

  /// added_tokens.json: from texts to ids.
  private func olderTokens(_ added: Setting) throws(TokenizerError) -> [AddedToken] {
    let specials = Set(special.map { Array($0.token.content.utf8) })
    var tokens: [(id: Int32, token: AddedToken)] = []
    for member in try added.members() {
      let isSpecial = specials.contains(Array(member.key))
      tokens.append(
        (
          try added.id(of: member),
          AddedToken(content: member.name, isNormalized: !isSpecial, isSpecial: isSpecial)
        ))
    }
    return tokens.sorted { $0.id < $1.id }.map(\.token)
  }

  /// All tokens, each once.
  ///
  /// - Parameters:
  ///   - own: The tokenizer's, which come first.
  ///   - usual: What special tokens are where the files have no more than their texts, or do not name them.
  ///   - leavesUnknown: Whether the token for unknown words is the model's where nothing but its use is listed.
  func joined(
    with own: [AddedToken], usual: [AddedToken] = [], leavesUnknown: Bool = false
  ) -> [AddedToken] {
    var tokens: [AddedToken] = []
    var places: [[UInt8]: Int] = [:]
    func add(_ new: [AddedToken], replacing: Bool = false) {
      for token in new {
        let key = Array(token.content.utf8)
        if let place = places[key] {
          if replacing { tokens[place] = token }
        } else {
          places[key] = tokens.count
          tokens.append(token)
        }
      }
    }
    let ordinary = Dictionary(usual.map { (Array($0.content.utf8), $0) }) { $1 }
    add(own, replacing: true)
    add(numbered, replacing: numberedHold)
    for special in special where special.use != .unknown || !leavesUnknown {
      let token = special.token
      add([special.isPlain ? ordinary[Array(token.content.utf8)] ?? token : token])
    }
    add(usual)
    return tokens
  }
}

extension Setting {
  /// The values of a list, or of an object, whose names are for people.
  fileprivate func values() throws(TokenizerError) -> [Setting] {
    if isArray { return try elements() }
    return try members().map { member($0) }
  }
}

extension SpecialToken {
  /// The order in which `transformers` adds those that are in no vocabulary.
  fileprivate static let inOrderOfIDs: [SpecialToken] = [
    .beginning, .end, .unknown, .separator, .padding, .classifier, .mask,
  ]
}
