/// The languages of a translation model's tokenizer: each has a token, which stands before or after a text in it.
struct LanguageTokens: Sendable {
  /// As configurations write them: `en`, `en_XX` or `eng_Latn`.
  let codes: [String]
  /// By code.
  private let tokens: [String: PostProcessor.Token]
  private let end: PostProcessor.Token
  /// The language's token stands before the text, else after its end.
  private let isPrefix: Bool
  /// The encoder's language, where none is asked for.
  let source: String
  /// The decoder's language, where none is asked for.
  let target: String?

  /// Nil where `tokenizerClass` has no languages.
  init?(
    tokenizerClass: String?, configuration: Setting?, specials: [SpecialToken: String],
    pipeline: Pipeline, file: String
  ) throws(TokenizerError) {
    var tokenOfCode = { (code: String) in code }
    var usualSource = "en_XX"
    var isPrefix = true
    let codes: [String]
    switch tokenizerClass {
    case "MBartTokenizer":
      codes = Self.mbartCodes
      isPrefix = false
    case "MBart50Tokenizer":
      codes = Self.mbart50Codes
    case "M2M100Tokenizer":
      codes = try Self.m2m100Codes(configuration)
      tokenOfCode = { "__\($0)__" }
      usualSource = "en"
    case "NllbTokenizer":
      codes = pipeline.addedTokens.texts.filter(\.isNllbCode)
      usualSource = "eng_Latn"
      isPrefix = try configuration?["legacy_behaviour"].ifPresent?.bool() != true
    default:
      return nil
    }
    var tokens: [String: PostProcessor.Token] = [:]
    for code in codes {
      let text = tokenOfCode(code)
      if let id = pipeline.id(of: text) { tokens[code] = (text, id) }
    }
    // A model of one language, or of none.
    guard !tokens.isEmpty else { return nil }
    let endText = specials[.end] ?? "</s>"
    guard let endID = pipeline.id(of: endText) else {
      throw .tokenNotInVocabulary(file: file, token: endText)
    }
    self.codes = codes.filter { tokens[$0] != nil }
    self.tokens = tokens
    self.isPrefix = isPrefix
    end = (endText, endID)
    source = try configuration?["src_lang"].ifPresent?.string() ?? usualSource
    target = try configuration?["tgt_lang"].ifPresent?.string()
  }

  func token(of code: String) throws(TokenizerError) -> PostProcessor.Token {
    guard let token = tokens[code] else { throw .unknownLanguage(code, languages: codes) }
    return token
  }

  /// The tokens around a text in a language: `en A </s>`, or `A </s> en`. A pair is taken as one text.
  func postProcessor(_ code: String) throws(TokenizerError) -> PostProcessor {
    func special(_ token: PostProcessor.Token) -> PostProcessor.Piece {
      .special(id: token.id, text: token.text, typeID: 0)
    }
    let language = special(try token(of: code))
    let prefix = isPrefix ? [language] : []
    let suffix = isPrefix ? [special(end)] : [special(end), language]
    var processor = PostProcessor()
    processor.single = prefix + processor.single + suffix
    processor.pair = prefix + processor.pair + suffix
    return processor
  }
}

// MARK: - Codes

extension LanguageTokens {
  /// In the order of their ids, which the vocabularies do not have.
  static func m2m100Codes(_ configuration: Setting?) throws(TokenizerError) -> [String] {
    guard let setting = configuration?["language_codes"].ifPresent else { return m2m100Codes }
    switch try setting.string() {
    case "m2m100": return m2m100Codes
    case "wmt21": return ["en", "ha", "is", "ja", "cs", "ru", "zh", "de"]
    default: throw setting.wrong(expected: "m2m100 or wmt21")
    }
  }

  private static let m2m100Codes = list(
    """
    af am ar ast az ba be bg bn br bs ca ceb cs cy da de el en es et fa ff fi fr fy ga gd gl gu ha he hi hr ht hu
    hy id ig ilo is it ja jv ka kk km kn ko lb lg ln lo lt lv mg mk ml mn mr ms my ne nl no ns oc or pa pl ps pt
    ro ru sd si sk sl so sq sr ss su sv sw ta th tl tn tr uk ur uz vi wo xh yi yo zh zu
    """)

  static let mbartCodes = list(
    """
    ar_AR cs_CZ de_DE en_XX es_XX et_EE fi_FI fr_XX gu_IN hi_IN it_IT ja_XX kk_KZ ko_KR lt_LT lv_LV my_MM ne_NP
    nl_XX ro_RO ru_RU si_LK tr_TR vi_VN zh_CN
    """)

  static let mbart50Codes =
    mbartCodes
    + list(
      """
      af_ZA az_AZ bn_IN fa_IR he_IL hr_HR id_ID ka_GE km_KH mk_MK ml_IN mn_MN mr_IN pl_PL ps_AF pt_XX sv_SE sw_KE
      ta_IN te_IN th_TH tl_XX uk_UA ur_PK xh_ZA gl_ES sl_SI
      """)

  private static func list(_ codes: String) -> [String] {
    codes.split(whereSeparator: \.isWhitespace).map(String.init)
  }
}

extension String {
  /// A language and its script, such as `zho_Hans`.
  fileprivate var isNllbCode: Bool {
    let parts = split(separator: "_", omittingEmptySubsequences: false)
    return parts.map(\.count) == [3, 4] && parts[1].first?.isUppercase == true
      && utf8.allSatisfy { $0 == UInt8(ascii: "_") || Unicode.Scalar($0).properties.isAlphabetic }
  }
}
