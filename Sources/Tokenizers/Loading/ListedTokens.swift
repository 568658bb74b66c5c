import Files

/// The tokens that a tokenizer's configuration adds to its vocabulary.
struct ListedTokens {
  /// Given as texts only, which leaves what else a token is to the tokenizer.
  private var plain: [AddedToken] = []
  private var explicit: [AddedToken] = []

  init(_ files: ModelFiles, configuration: Setting?) throws(TokenizerError) {
    let map = try files.setting("special_tokens_map.json")
    var specials: [AddedToken] = []
    func add(_ token: Setting) throws(TokenizerError) {
      let special = try AddedToken(special: token)
      if token["content"].ifPresent != nil {
        specials.append(special)
      } else {
        plain.append(special)
      }
    }
    for setting in [map, configuration].compactMap(\.self) {
      for special in SpecialToken.inOrderOfIDs {
        if let token = setting[special.rawValue].ifPresent { try add(token) }
      }
      for key in ["additional_special_tokens", "extra_special_tokens"] {
        // Newer files can have an object here, whose names are for people.
        guard let list = setting[key].ifPresent, let tokens = try? list.elements() else { continue }
        for token in tokens { try add(token) }
      }
    }
    explicit = try Self.numbered(files, configuration, specials: plain + specials) + specials
  }

  /// The tokens that are listed with ids, in the order of these.
  private static func numbered(
    _ files: ModelFiles, _ configuration: Setting?, specials: [AddedToken]
  ) throws(TokenizerError) -> [AddedToken] {
    var tokens: [(id: Int32, token: AddedToken)] = []
    if let decoder = configuration?["added_tokens_decoder"].ifPresent {
      for member in try decoder.members() {
        guard let id = Int32(member.name) else {
          throw decoder.member(member).wrong(expected: "an id as its name")
        }
        tokens.append((id, try AddedToken(decoder.member(member))))
      }
    } else if let added = try files.setting("added_tokens.json") {
      let isSpecial = Set(specials.map { Array($0.content.utf8) })
      for member in try added.members() {
        let special = isSpecial.contains(Array(member.key))
        let token = AddedToken(
          content: member.name, isNormalized: !special, isSpecial: special)
        tokens.append((try added.id(of: member), token))
      }
    }
    return tokens.sorted { $0.id < $1.id }.map(\.token)
  }

  /// All tokens, together with the tokenizer's own. Where one is there several times, the last counts.
  func joined(with own: [AddedToken]) -> [AddedToken] { plain + own + explicit }
}

extension SpecialToken {
  /// The order in which `transformers` adds those that are in no vocabulary.
  fileprivate static let inOrderOfIDs: [SpecialToken] = [
    .beginning, .end, .unknown, .separator, .padding, .classifier, .mask,
  ]
}
