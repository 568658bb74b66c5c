/// Special tokens that surround a text, or join two: `[CLS] A [SEP]`, `[CLS] A [SEP] B [SEP]`.
struct PostProcessor: Sendable {
  enum Piece: Equatable, Sendable {
    /// Sentence A (0) or B (1).
    case sequence(Int, typeID: Int)
    case special(id: Int32, text: String, typeID: Int)

    func isSequence(_ number: Int) -> Bool {
      if case .sequence(number, _) = self { true } else { false }
    }

    var isSpecial: Bool {
      if case .special = self { true } else { false }
    }
  }

  var single: [Piece] = [.sequence(0, typeID: 0)]
  var pair: [Piece] = [.sequence(0, typeID: 0), .sequence(1, typeID: 1)]
  var trimming: OffsetTrimming?

  func pieces(isPair: Bool) -> [Piece] { isPair ? pair : single }

  /// Whether a pair would have its second sentence in the result.
  var acceptsPairs: Bool {
    pair.contains { $0.isSequence(1) }
  }

  var largestID: Int32? {
    (single + pair).compactMap { if case .special(let id, _, _) = $0 { id } else { nil } }.max()
  }

  func specialCount(isPair: Bool) -> Int {
    pieces(isPair: isPair).count(where: \.isSpecial)
  }
}

extension PostProcessor {
  init(_ setting: Setting) throws(TokenizerError) {
    self.init()
    switch try setting["type"].string() {
    case "TemplateProcessing":
      let specials = try Self.specials(setting["special_tokens"])
      single = try Self.template(setting["single"], specials: specials, sequenceCount: 1)
      pair = try Self.template(setting["pair"], specials: specials, sequenceCount: 2)
    case "BertProcessing":
      self = PostProcessor(
        bertClassifier: try Self.token(setting["cls"]), separator: try Self.token(setting["sep"]))
    case "RobertaProcessing":
      self = PostProcessor(
        robertaClassifier: try Self.token(setting["cls"]),
        separator: try Self.token(setting["sep"]))
      if try setting["trim_offsets"].bool() {
        trimming = OffsetTrimming(addsPrefixSpace: try setting["add_prefix_space"].bool())
      }
    case "ByteLevel":
      if try setting["trim_offsets"].bool() {
        trimming = OffsetTrimming(addsPrefixSpace: try setting["add_prefix_space"].bool())
      }
    case "Sequence":
      for processor in try setting["processors"].stages() {
        try append(PostProcessor(processor), processor)
      }
    case let name:
      throw .unsupported(file: setting.file, stage: "post_processor", type: name)
    }
  }

  /// Of several processors, one at most can put tokens around the text.
  private mutating func append(
    _ processor: PostProcessor, _ setting: Setting
  ) throws(TokenizerError) {
    let plain = PostProcessor()
    if processor.single != plain.single || processor.pair != plain.pair {
      guard single == plain.single, pair == plain.pair else {
        throw .unsupported(
          file: setting.file, stage: "post_processor",
          type: "Sequence of several that add tokens")
      }
      (single, pair) = (processor.single, processor.pair)
    }
    trimming = processor.trimming ?? trimming
  }

  typealias Token = (text: String, id: Int32)

  /// `[CLS] A [SEP]`, `[CLS] A [SEP] B [SEP]`; type 1 from B on.
  init(bertClassifier classifier: Token, separator: Token) {
    self.init()
    func special(_ token: Token, _ typeID: Int) -> Piece {
      .special(id: token.id, text: token.text, typeID: typeID)
    }
    single = [special(classifier, 0), .sequence(0, typeID: 0), special(separator, 0)]
    pair = single + [.sequence(1, typeID: 1), special(separator, 1)]
  }

  /// `<s> A </s>`, `<s> A </s> </s> B </s>`; type 0 throughout.
  init(robertaClassifier classifier: Token, separator: Token) {
    self.init()
    let separator = Piece.special(id: separator.id, text: separator.text, typeID: 0)
    single = [
      .special(id: classifier.id, text: classifier.text, typeID: 0), .sequence(0, typeID: 0),
      separator,
    ]
    pair = single + [separator, .sequence(1, typeID: 0), separator]
  }

  /// Reads templates such as `[CLS] $A [SEP] $B:1 [SEP]:1`, of names with types.
  ///
  /// - Parameter id: The id of a token.
  init(
    single: String, pair: String, id: (String) throws(TokenizerError) -> Int32
  ) throws(TokenizerError) {
    self.init()
    func pieces(_ template: String) throws(TokenizerError) -> [Piece] {
      var pieces: [Piece] = []
      for part in template.split(separator: " ") {
        let isSecond = part.hasSuffix(":1")
        let (name, typeID) = (String(isSecond ? part.dropLast(2) : part), isSecond ? 1 : 0)
        switch name {
        case "$A": pieces.append(.sequence(0, typeID: typeID))
        case "$B": pieces.append(.sequence(1, typeID: typeID))
        default: pieces.append(.special(id: try id(name), text: name, typeID: typeID))
        }
      }
      return pieces
    }
    self.single = try pieces(single)
    self.pair = try pieces(pair)
  }

  /// A token as the pair of its text and its id.
  private static func token(_ setting: Setting) throws(TokenizerError) -> Token {
    let elements = try setting.elements()
    guard elements.count == 2 else { throw setting.wrong(expected: "a token and its id") }
    return (try elements[0].string(), try elements[1].natural())
  }

  // MARK: - TemplateProcessing

  /// The tokens that each name in a template stands for.
  private static func specials(
    _ setting: Setting
  ) throws(TokenizerError) -> [[UInt8]: [Token]] {
    var specials: [[UInt8]: [Token]] = [:]
    for member in try setting.members() {
      let special = setting.member(member)
      let texts = try special["tokens"].elements()
      let ids = try special["ids"].elements()
      guard texts.count == ids.count else {
        throw special["ids"].wrong(expected: "as many ids as tokens")
      }
      var tokens: [Token] = []
      for (text, id) in zip(texts, ids) { tokens.append((try text.string(), try id.natural())) }
      specials[Array(member.key)] = tokens
    }
    return specials
  }

  private static func template(
    _ setting: Setting, specials: [[UInt8]: [Token]], sequenceCount: Int
  ) throws(TokenizerError) -> [Piece] {
    var template: [Piece] = []
    for element in try setting.elements() {
      if let sequence = element["Sequence"].ifPresent {
        let name = try sequence["id"].string()
        guard let number = ["A", "B"].prefix(sequenceCount).firstIndex(of: name) else {
          throw sequence["id"].wrong(expected: sequenceCount == 1 ? "A" : "A or B")
        }
        if template.contains(where: { $0.isSequence(number) }) {
          throw sequence["id"].wrong(expected: "each sentence once at most")
        }
        template.append(.sequence(number, typeID: Int(try sequence["type_id"].natural())))
      } else if let special = element["SpecialToken"].ifPresent {
        guard let tokens = specials[Array(try special["id"].string().utf8)] else {
          throw special["id"].wrong(expected: "one of special_tokens")
        }
        let typeID = Int(try special["type_id"].natural())
        template += tokens.map { .special(id: $0.id, text: $0.text, typeID: typeID) }
        guard template.count <= 1024 else {
          throw setting.wrong(expected: "at most 1024 tokens")
        }
      } else {
        throw element.wrong(expected: "a Sequence or a SpecialToken")
      }
    }
    return template
  }
}
