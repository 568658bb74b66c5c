import Attention

/// The tokens of a file's two sides, as far as they are known.
struct SavedSides {
  private let path: String
  private let encoder: [Token]?
  private let decoder: [Token]?

  init(_ fields: SavedFields, _ options: ImportOptions) throws {
    path = fields.path
    let tokens = SavedTokens(path: fields.path, fields: fields, batch: options.batch)
    var encoder = try tokens.read(.encoder, given: options.tokens)
    decoder = try tokens.read(.decoder, given: options.decoderTokens)
    if let count = encoder?.count {
      let starts = try Self.sentenceStart(fields, options, tokenCount: count)
      for index in 0..<count {
        if let starts { encoder?[index].segment = index < starts ? 0 : 1 }
      }
    }
    self.encoder = encoder
  }

  /// Where sentence B begins, if a person or the file says so in so many words.
  private static func sentenceStart(
    _ fields: SavedFields, _ options: ImportOptions, tokenCount: Int
  ) throws -> Int? {
    guard let start = try options.pairStart ?? fields.integer("sentence_b_start") else {
      guard fields["segments"] == nil else { return nil }
      let types = try fields.integers("token_type_ids", batch: options.batch)
      return types?.count == tokenCount ? types?.firstIndex { $0 > 0 } : nil
    }
    guard (1..<tokenCount).contains(start) else {
      throw ImportError.pairStart(path: fields.path, start: start, tokenCount: tokenCount)
    }
    return start
  }

  typealias Tokens = (queries: [Token], keys: [Token])

  /// The tokens on both sides of a stack; positions where none are known.
  ///
  /// - Parameter isWithCross: Whether there is cross attention, too; then attention without a kind may be the decoder's.
  func tokens(of stack: SavedStack, isWithCross: Bool) throws -> Tokens {
    guard let layer = stack.layers.first, let queryCount = layer.queryCount,
      let keyCount = layer.keyCount
    else { throw ImportError.noAttention(path: path, names: []) }
    func choose(_ candidates: [[Token]?], count: Int, option: String) throws -> [Token] {
      let known = candidates.compactMap(\.self)
      if let fitting = known.first(where: { $0.count == count }) { return fitting }
      guard let first = known.first else {
        return (0..<count).map { Token(text: "\($0)", display: "\($0)") }
      }
      throw ImportError.tokenCount(
        path: path, tokenCount: first.count, name: layer.name, queryCount: queryCount,
        keyCount: keyCount, option: option)
    }
    let sides: (queries: [[Token]?], keys: [[Token]?]) =
      switch stack.kind {
      case .own: ([encoder] + (isWithCross ? [decoder] : []), [])
      case .encoder: ([encoder], [])
      case .decoder: ([decoder], [])
      case .cross: ([decoder], [encoder])
      }
    let queries = try choose(
      sides.queries, count: queryCount,
      option: stack.kind == .decoder || stack.kind == .cross ? "--decoder-tokens" : "--tokens")
    guard stack.kind == .cross else {
      guard queryCount == keyCount else {
        throw ImportError.notSquare(
          path: path, name: layer.name, queryCount: queryCount, keyCount: keyCount)
      }
      return (queries, queries)
    }
    return (queries, try choose(sides.keys, count: keyCount, option: "--tokens"))
  }

  /// Whether a side has no tokens that attention of these kinds would show.
  func areAnyMissing(_ kinds: [AttentionKind]) -> Bool {
    let needsDecoder = kinds.contains(.decoder) || kinds.contains(.cross)
    let needsEncoder = kinds.contains { $0 != .decoder }
    return needsDecoder && decoder == nil || needsEncoder && encoder == nil
  }
}
