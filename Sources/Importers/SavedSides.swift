import Attention

/// The tokens of a file's two sides, as far as they are known.
struct SavedSides {
  private let path: String
  private let encoder: [Token]?
  private let decoder: [Token]?
  private let pairStart: Int?
  private let tokenTypeIDs: [Int]?

  init(_ fields: SavedFields, _ options: ImportOptions) throws {
    path = fields.path
    let tokens = SavedTokens(path: fields.path, fields: fields, batch: options.batch)
    encoder = try tokens.read(.encoder, given: options.tokens)
    decoder = try tokens.read(.decoder, given: options.decoderTokens)
    pairStart = try options.pairStart ?? fields.integer("sentence_b_start")
    // Where this program wrote both, segments say more.
    tokenTypeIDs =
      fields.isOwn ? nil : try fields.integers("token_type_ids", batch: options.batch)
  }

  /// Tokens of the encoder's side, with the sentences that they belong to.
  private func inSentences(_ tokens: [Token]) throws -> [Token] {
    var tokens = tokens
    if let pairStart {
      guard pairStart > 0, pairStart < tokens.count else {
        throw ImportError.pairStart(path: path, start: pairStart, tokenCount: tokens.count)
      }
      for index in tokens.indices { tokens[index].segment = index < pairStart ? 0 : 1 }
    } else if let tokenTypeIDs, tokenTypeIDs.count == tokens.count, tokenTypeIDs.contains(0) {
      for index in tokens.indices { tokens[index].segment = tokenTypeIDs[index] == 0 ? 0 : 1 }
    }
    return tokens
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
      // The last token that a model generates is not read any more.
      if stack.stepCount != nil, let fitting = known.first(where: { $0.count == count + 1 }) {
        return fitting.dropLast()
      }
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
      let tokens = stack.kind == .decoder ? queries : try inSentences(queries)
      return (tokens, tokens)
    }
    let keys = try choose(sides.keys, count: keyCount, option: "--tokens")
    return (queries, try inSentences(keys))
  }

  /// Whether a side has no tokens that attention of these kinds would show.
  func areAnyMissing(_ kinds: [AttentionKind]) -> Bool {
    let needsDecoder = kinds.contains(.decoder) || kinds.contains(.cross)
    let needsEncoder = kinds.contains { $0 != .decoder }
    return needsDecoder && decoder == nil || needsEncoder && encoder == nil
  }
}
