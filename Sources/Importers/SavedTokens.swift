import Attention
import Files

/// One side's tokens in a file, with what it knows of them.
struct SavedTokens {
  let path: String
  let fields: SavedFields
  let batch: Int?

  /// The names under which a side's values stand.
  enum Side: String {
    case encoder = ""
    case decoder = "decoder_"

    /// The first is this program's.
    var tokenKeys: [String] {
      switch self {
      case .encoder: ["tokens", "encoder_tokens", "input_tokens", "source_tokens", "str_tokens"]
      case .decoder: ["decoder_tokens", "target_tokens", "output_tokens"]
      }
    }
  }

  /// Nil where the file names none.
  ///
  /// - Parameter given: What a person names instead.
  func read(_ side: Side, given: [String]?) throws -> [Token]? {
    func key(_ name: String) -> String { side.rawValue + name }
    let texts = try given ?? texts(side)
    let ids = try fields.integers(key("input_ids"), batch: batch)
    guard let texts = texts ?? ids?.map({ "#\($0)" }) else { return nil }
    var tokens = Token.spelled(texts)

    /// Values of the tokens, one for each.
    func assign<Value>(_ name: String, _ values: [Value]?, _ set: (inout Token, Value) -> Void)
      throws
    {
      guard let values else { return }
      guard values.count == tokens.count else {
        // What a person names instead of the file's tokens can make others pointless.
        if given != nil { return }
        throw ImportError.valueCount(
          path: path, key: key(name), count: values.count, tokenCount: tokens.count)
      }
      for (index, value) in values.enumerated() { set(&tokens[index], value) }
    }
    try assign("input_ids", ids) { $0.id = $1 }
    guard given == nil else { return tokens }
    let marks = try fields.flags(key("special_tokens_mask"), batch: batch)
    try assign("special_tokens_mask", marks) { $0.isSpecial = $1 }
    guard fields.isOwn else { return tokens }
    try assign("display_tokens", fields.texts(key("display_tokens"), batch: nil)) {
      $0.display = $1
    }
    try assign("word_continuations", fields.flags(key("word_continuations"), batch: nil)) {
      $0.continuesWord = $1
    }
    // One sentence is the first, whatever the file calls it.
    let segments = try fields.integers(key("segments"), batch: nil)
    if let segments, Set(segments).count == 2 {
      try assign("segments", segments) { $0.segment = $1 == segments.min() ? 0 : 1 }
    }
    try assign("offsets", offsets(key("offsets"))) { $0.sourceRange = $1 }
    return tokens
  }

  private func texts(_ side: Side) throws -> [String]? {
    for key in side.tokenKeys {
      if let texts = try fields.texts(key, batch: batch) { return texts }
    }
    return nil
  }

  /// `[begin, end]` of each token, null for those that were added.
  private func offsets(_ key: String) throws(ImportError) -> [Range<Int>?]? {
    guard let elements = fields[key]?.array else { return nil }
    return try elements.map { element throws(ImportError) in
      if element.isNull { return nil }
      let ends = element.array?.compactMap(\.integer) ?? []
      guard ends.count == 2, 0 <= ends[0], ends[0] <= ends[1] else {
        throw fields.malformed(key, "a list of [begin, end]")
      }
      return ends[0]..<ends[1]
    }
  }
}
