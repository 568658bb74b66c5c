import Files
import Tensors

/// The tokenizer that a GGUF file describes, as the files of a tokenizer in Hugging Face layout.
struct GGUFTokenizer: FileMaker {
  private let metadata: GGUFMetadata

  init(_ metadata: GGUFMetadata) { self.metadata = metadata }

  /// `tokenizer.model` for sentencepiece's byte-pair encoding, which has scores instead of merges, and
  /// `tokenizer.json` for the rest.
  private var vocabularyName: String {
    model == "llama" ? "tokenizer.model" : "tokenizer.json"
  }
  private static let settingsName = "tokenizer_config.json"

  /// The algorithm, as llama.cpp calls it.
  private var model: String? { value("model")?.string }

  private enum Algorithm {
    case bytePairs(GGUFPreTokenizer)
    /// Sentencepiece's.
    case scoredPairs
    case wordPieces
    case unigrams
  }

  private func algorithm() throws(FileError) -> Algorithm {
    switch model {
    case "llama": return .scoredPairs
    case "bert": return .wordPieces
    case "t5": return .unigrams
    case "gpt2":
      guard let preTokenizer = GGUFPreTokenizer.named(preTokenizer) else {
        throw unreadable(
          preTokenizer.isEmpty
            ? "tokenizer.ggml.pre is missing, which says how text is cut"
            : "text cut as by \"\(preTokenizer)\" (tokenizer.ggml.pre) is not known")
      }
      return .bytePairs(preTokenizer)
    case nil: throw unreadable("tokenizer.ggml.model is missing")
    case let name?: throw unreadable("tokenizers of kind \"\(name)\" are not read")
    }
  }

  private func value(_ key: String) -> GGUFValue? { metadata["tokenizer.ggml.\(key)"] }

  var names: [String] { [vocabularyName, Self.settingsName].sorted() }

  func file(_ name: String) throws(FileError) -> FileBytes? {
    switch name {
    case Self.settingsName: return FileBytes(json: try settings(), path: metadata.path)
    case vocabularyName:
      return model == "llama" ? try sentencePieceFile() : try tokenizerFile()
    default: return nil
    }
  }

  // MARK: Vocabulary

  /// The kind of a token, by its number in the file: that of sentencepiece.
  private enum Kind: Int {
    case normal = 1
    case unknown
    case control
    case userDefined
    case unused
    case byte
  }

  private func vocabulary() throws(FileError) -> [(text: String, kind: Kind)] {
    guard let texts = value("tokens")?.list?.strings, !texts.isEmpty else {
      throw unreadable("tokenizer.ggml.tokens is missing or no list of strings")
    }
    let kinds = value("token_type")?.list?.integers ?? []
    guard kinds.isEmpty || kinds.count == texts.count else {
      throw unreadable(
        "tokenizer.ggml.token_type has \(kinds.count) entries for \(texts.count) tokens")
    }
    return texts.indices.map { id in
      let kind = kinds.isEmpty ? .normal : Kind(rawValue: kinds[id]) ?? .normal
      // The converter has put spaces in the place of sentencepiece's marks.
      let isChanged = model == "llama" && kind == .userDefined
      return (isChanged ? texts[id].replacing(" ", with: "▁") : texts[id], kind)
    }
  }

  private func scores(count: Int) throws(FileError) -> [Double] {
    guard let scores = value("scores")?.list?.numbers, scores.count == count else {
      throw unreadable("tokenizer.ggml.scores is no list of \(count) numbers")
    }
    return scores
  }

  /// The id that a key names, such as `bos`.
  private func id(_ name: String) -> Int? { value("\(name)_token_id")?.integer }

  private func text(
    _ name: String, in vocabulary: [(text: String, kind: Kind)]
  ) -> String? {
    guard let id = id(name), vocabulary.indices ~= id else { return nil }
    return vocabulary[id].text
  }

  // MARK: What surrounds a text

  /// Whether the token that begins or ends a text is added, as the file says or llama.cpp does without.
  private var addsBeginning: Bool {
    if model == "bert" || preTokenizer == "roberta-bpe" { return true }
    return value("add_bos_token")?.bool
      ?? (model == "llama" || GGUFPreTokenizer.named(preTokenizer)?.addsBeginning == true)
  }

  private var addsEnd: Bool {
    if model == "bert" || preTokenizer == "roberta-bpe" { return true }
    return value("add_eos_token")?.bool ?? (model == "t5")
  }

  private var preTokenizer: String { value("pre")?.string ?? "" }

  private func settings() throws(FileError) -> JSONNode {
    // Of one that is not read nothing is said.
    _ = try algorithm()
    let vocabulary = try vocabulary()
    var members: [(String, JSONNode)] = [
      // The stages hold as they are.
      (
        "tokenizer_class",
        .string(model == "llama" ? "LlamaTokenizer" : "PreTrainedTokenizerFast")
      ),
      ("legacy", .bool(true)),
      ("add_bos_token", .bool(addsBeginning)),
      ("add_eos_token", .bool(addsEnd)),
      // Of byte-pair encoding, llama.cpp knows no other way.
      (
        "add_prefix_space",
        .bool(model != "gpt2" && value("add_space_prefix")?.bool ?? true)
      ),
    ]
    let names = [
      "bos": "bos", "eos": "eos", "unknown": "unk", "padding": "pad", "seperator": "sep",
      "cls": "cls", "mask": "mask",
    ]
    for (stored, name) in names.sorted(by: { $0.key < $1.key }) {
      if let text = text(stored, in: vocabulary) {
        members.append(("\(name)_token", .string(text)))
      }
    }
    if model == "llama" {
      members.append(("added_tokens_decoder", .object(listedTokens(vocabulary))))
    }
    return .object(members)
  }

  /// The tokens that are looked for in a text before it is cut, for sentencepiece's vocabularies.
  private func listedTokens(
    _ vocabulary: [(text: String, kind: Kind)]
  ) -> [(String, JSONNode)] {
    vocabulary.indices.compactMap { id in
      let (text, kind) = vocabulary[id]
      guard kind == .control || kind == .userDefined else { return nil }
      // As llama.cpp does for these models, which no file says.
      let stripsRight =
        metadata.architecture == "phi3" && kind == .control
        && !["<unk>", "<s>", "<|endoftext|>"].contains(text)
      return (
        String(id),
        .object([
          ("content", .string(text)), ("rstrip", .bool(stripsRight)),
          ("normalized", .bool(kind == .userDefined)), ("special", .bool(kind == .control)),
        ])
      )
    }
  }

  // MARK: tokenizer.model

  /// The message ModelProto of sentencepiece_model.proto, with the fields that are read.
  private func sentencePieceFile() throws(FileError) -> FileBytes {
    let vocabulary = try vocabulary()
    let scores = try scores(count: vocabulary.count)
    var file: [UInt8] = []
    for (token, score) in zip(vocabulary, scores) {
      var piece = ProtobufWriter()
      piece.add(1, Array(token.text.utf8))
      piece.add(2, Float(score))
      piece.add(3, token.kind.rawValue)
      var field = ProtobufWriter()
      field.add(1, piece.bytes)
      file += field.bytes
    }
    var trainer = ProtobufWriter()
    let bytePairEncoding = 2
    trainer.add(3, bytePairEncoding)
    trainer.add(40, id("unknown") ?? 0)
    var field = ProtobufWriter()
    field.add(2, trainer.bytes)
    return FileBytes(name: metadata.path, bytes: file + field.bytes)
  }

  // MARK: tokenizer.json

  private func tokenizerFile() throws(FileError) -> FileBytes {
    let vocabulary = try vocabulary()
    let stages: [(String, JSONNode)] =
      switch try algorithm() {
      case .bytePairs(let preTokenizer): try bytePairs(vocabulary, preTokenizer)
      case .wordPieces: wordPieces(vocabulary)
      case .unigrams: try unigrams(vocabulary)
      // That has a file of its own.
      case .scoredPairs: []
      }
    let added = vocabulary.indices.filter {
      [.control, .userDefined].contains(vocabulary[$0].kind)
    }
    let addedTokens = added.map { id in
      JSONNode.object([
        ("id", .integer(id)), ("content", .string(vocabulary[id].text)),
        ("normalized", .bool(false)), ("special", .bool(vocabulary[id].kind == .control)),
        // RoBERTa's takes the white space before it along.
        ("lstrip", .bool(id == self.id("mask") && preTokenizer == "roberta-bpe")),
      ])
    }
    return FileBytes(
      json: .object(
        [("version", .string("1.0")), ("added_tokens", .list(addedTokens))] + stages
          + [("post_processor", postProcessor(vocabulary))]),
      path: metadata.path)
  }

  private func bytePairs(
    _ vocabulary: [(text: String, kind: Kind)], _ preTokenizer: GGUFPreTokenizer
  ) throws(FileError) -> [(String, JSONNode)] {
    guard let merges = value("merges")?.list?.strings else {
      throw unreadable("tokenizer.ggml.merges is missing or no list of strings")
    }
    return [
      ("normalizer", preTokenizer.normalizer),
      ("pre_tokenizer", preTokenizer.stages),
      ("decoder", .object([("type", .string("ByteLevel"))])),
      (
        "model",
        .object([
          ("type", .string("BPE")), ("ignore_merges", .bool(preTokenizer.ignoresMerges)),
          ("vocab", numbered(vocabulary.map(\.text))),
          ("merges", .list(merges.map { .string($0) })),
        ])
      ),
    ]
  }

  /// Words are written with sentencepiece's mark, and what continues them without BERT's.
  private func wordPieces(_ vocabulary: [(text: String, kind: Kind)]) -> [(String, JSONNode)] {
    let texts = vocabulary.map { token in
      if token.kind != .normal { return token.text }
      return token.text.hasPrefix("▁") ? String(token.text.dropFirst()) : "##" + token.text
    }
    // What no entry could spell is not kept apart.
    let isCased = zip(vocabulary, texts).contains { token, text in
      token.kind == .normal && !text.hasPrefix("[")
        && text.unicodeScalars.contains { ("A"..."Z").contains($0) }
    }
    return [
      (
        "normalizer",
        .object([
          ("type", .string("BertNormalizer")), ("clean_text", .bool(true)),
          ("handle_chinese_chars", .bool(true)), ("strip_accents", .null),
          ("lowercase", .bool(!isCased)),
        ])
      ),
      ("pre_tokenizer", .object([("type", .string("BertPreTokenizer"))])),
      ("decoder", .object([("type", .string("WordPiece")), ("prefix", .string("##"))])),
      (
        "model",
        .object([
          ("type", .string("WordPiece")),
          ("unk_token", .string(text("unknown", in: vocabulary) ?? "[UNK]")),
          ("continuing_subword_prefix", .string("##")),
          ("max_input_chars_per_word", .integer(100)), ("vocab", numbered(texts)),
        ])
      ),
    ]
  }

  private func unigrams(
    _ vocabulary: [(text: String, kind: Kind)]
  ) throws(FileError) -> [(String, JSONNode)] {
    let scores = try scores(count: vocabulary.count)
    let charsmap = value("precompiled_charsmap")?.list?.octets ?? []
    let words = JSONNode.object([
      ("type", .string("Metaspace")), ("replacement", .string("▁")),
      (
        "prepend_scheme",
        .string(value("add_space_prefix")?.bool == false ? "never" : "always")
      ),
    ])
    return [
      (
        "normalizer",
        charsmap.isEmpty
          ? .null
          : .object([
            ("type", .string("Precompiled")),
            ("precompiled_charsmap", .string(Base64.text(charsmap))),
          ])
      ),
      (
        "pre_tokenizer",
        .object([
          ("type", .string("Sequence")),
          ("pretokenizers", .list([.object([("type", .string("WhitespaceSplit"))]), words])),
        ])
      ),
      ("decoder", words),
      (
        "model",
        .object([
          ("type", .string("Unigram")), ("unk_id", id("unknown").map { .integer($0) } ?? .null),
          (
            "vocab",
            .list(
              zip(vocabulary, scores).map { token, score in
                .list([.string(token.text), .double(score)])
              })
          ),
        ])
      ),
    ]
  }

  private func numbered(_ texts: [String]) -> JSONNode {
    .object(texts.enumerated().map { ($0.element, .integer($0.offset)) })
  }

  /// The tokens around one text and two.
  private func postProcessor(_ vocabulary: [(text: String, kind: Kind)]) -> JSONNode {
    var specials: [(String, JSONNode)] = []
    func special(_ names: String...) -> String? {
      guard let name = names.first(where: { text($0, in: vocabulary) != nil }),
        let id = id(name), let text = text(name, in: vocabulary)
      else { return nil }
      if !specials.contains(where: { $0.0 == text }) {
        specials.append(
          (
            text,
            .object([
              ("id", .string(text)), ("ids", .list([.integer(id)])),
              ("tokens", .list([.string(text)])),
            ])
          ))
      }
      return text
    }
    let first = addsBeginning ? model == "bert" ? special("cls", "bos") : special("bos") : nil
    let last = addsEnd ? model == "bert" ? special("seperator", "eos") : special("eos") : nil
    func piece(_ text: String?, _ type: Int) -> [JSONNode] {
      text.map {
        [
          .object([
            ("SpecialToken", .object([("id", .string($0)), ("type_id", .integer(type))]))
          ])
        ]
      } ?? []
    }
    func sequence(_ name: String, _ type: Int) -> JSONNode {
      .object([("Sequence", .object([("id", .string(name)), ("type_id", .integer(type))]))])
    }
    let single = piece(first, 0) + [sequence("A", 0)] + piece(last, 0)
    // BERT ends the second sentence alone, RoBERTa and its kin put two ends between them, others begin anew.
    let between =
      model == "bert" || preTokenizer == "modern-bert"
      ? [] : last != nil && first != nil ? piece(last, 0) : piece(first, 1)
    let type = model == "bert" || last == nil ? 1 : 0
    return .object([
      ("type", .string("TemplateProcessing")),
      ("single", .list(single)),
      ("pair", .list(single + between + [sequence("B", type)] + piece(last, type))),
      ("special_tokens", .object(specials)),
    ])
  }

  private func unreadable(_ problem: String) -> FileError {
    .unreadable(
      path: metadata.path,
      reason: "its tokenizer: \(problem); --tokenizer names a folder that has it")
  }
}

extension FileBytes {
  convenience init(json: JSONNode, path: String) {
    self.init(name: path, bytes: Array(json.text.utf8))
  }

  fileprivate convenience init(name: String, bytes: [UInt8]) {
    self.init(name: name, count: bytes.count) { $0.copyBytes(from: bytes) }
  }
}
