extension Unicode.Scalar {
  /// A space as sentencepiece writes it.
  static let spaceMark: Unicode.Scalar = "\u{2581}"
}

/// Sentencepiece's words: each space becomes a mark that can be seen, and begins a word.
struct MetaspacePreTokenizer: PreTokenizer {
  /// The texts that get a mark although no space stands before them.
  enum PrependScheme: String {
    case always
    /// Only where the source text begins.
    case first
    case never
  }

  var mark: Unicode.Scalar = .spaceMark
  var prependScheme = PrependScheme.always
  /// Whether words are cut apart.
  var isSplit = true

  init(prependScheme: PrependScheme, isSplit: Bool = true) {
    self.prependScheme = prependScheme
    self.isSplit = isSplit
  }

  init(_ setting: Setting) throws(TokenizerError) {
    mark = try setting["replacement"].scalar()
    if let scheme = setting["prepend_scheme"].ifPresent {
      guard let known = PrependScheme(rawValue: try scheme.string()) else {
        throw scheme.wrong(expected: "always, first or never")
      }
      prependScheme = known
    }
    // Older files have this setting alone.
    if let addsPrefix = try setting["add_prefix_space"].ifPresent?.bool(), !addsPrefix {
      prependScheme = .never
    }
    isSplit = try setting["split"].ifPresent?.bool() ?? true
  }

  func pieces(of text: AlignedText) -> [AlignedText] {
    guard let first = text.scalars.first else { return [] }
    var text = text
    let isPrepended =
      switch prependScheme {
      case .always: true
      case .first: text.source(of: text.indices).start == 0
      case .never: false
      }
    text.map { $0 == " " ? mark : $0 }
    if isPrepended, first != " ", first != mark { text.prepend([mark]) }
    return isSplit ? text.split(.mergedWithNext) { $0 == mark } : [text]
  }
}

/// Shows the mark of a space as a space.
struct MetaspaceDecoder: TokenDecoder {
  var mark: Unicode.Scalar = .spaceMark

  init() {}

  init(_ setting: Setting) throws(TokenizerError) {
    // Its other settings are about the first token of a text.
    mark = try setting["replacement"].scalar()
  }

  func decode(_ token: String) -> String {
    String(String.UnicodeScalarView(token.unicodeScalars.map { $0 == mark ? " " : $0 }))
  }
}
