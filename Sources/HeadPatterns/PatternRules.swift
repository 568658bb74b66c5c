import Attention

/// The keys that each pattern looks for, given the tokens and the mask of a layer.
struct PatternRules: Sendable {
  let mask: AttentionMask
  let queryCount: Int
  let keyCount: Int
  let isCross: Bool
  /// The queries that count: all but the first two where a query sees only what came before it,
  /// since these have no choice, or hardly one.
  let rows: Range<Int>
  /// The labels that are the weight on certain keys.
  let keySets: [(label: PatternLabel, keys: KeySet)]
  /// The first token and the delimiters, where heads put weight that they have no use for. In cross
  /// attention the first token is like any other.
  let sinks: KeySet
  let sinkKeys: [Int]
  let isSink: [Bool]
  /// Neither sink nor punctuation.
  let isOrdinary: [Bool]
  /// The start of the second sentence, if there are two.
  let boundary: Int?
  /// The number of rows that see a key; by key.
  let columnCounts: [Int]
  /// The number that see the key at a distance, but for sinks; by key − query + T − 1.
  let diagonalCounts: [Int]

  init(mask: AttentionMask, queries: [Token], keys: [Token], kind: AttentionKind) {
    self.mask = mask
    queryCount = queries.count
    keyCount = keys.count
    isCross = kind == .cross
    rows = (mask.isCausal ? min(2, queries.count) : 0)..<queries.count
    boundary = isCross || queries.count != keys.count ? nil : Self.boundary(of: keys)

    let isPunctuation = keys.map { !$0.isSpecial && $0.isPunctuation }
    let isSink = keys.indices.map { keys[$0].isSpecial || $0 == 0 && kind != .cross }
    let sinkKeys = isSink.indices.filter { isSink[$0] }
    self.isSink = isSink
    self.sinkKeys = sinkKeys
    isOrdinary = zip(isSink, isPunctuation).map { !$0 && !$1 }
    func keySet(_ keys: [Int], includesQuery: Bool = true) -> KeySet {
      KeySet(keys: keys, queryCount: queries.count, includesQuery: includesQuery)
    }
    sinks = keySet(sinkKeys)

    var keySets: [(PatternLabel, KeySet)] = [
      // What stands in the first place counts as first only, so that no weight has two names.
      (.first, keySet(Array(keys.indices.prefix(1)), includesQuery: isCross)),
      (.delimiter, keySet(keys.indices.dropFirst().filter { keys[$0].isSpecial })),
      (.punctuation, keySet(keys.indices.dropFirst().filter { isPunctuation[$0] })),
    ]
    let queryWords = queries.map(\.comparedWord)
    let keyWords = keys.map(\.comparedWord)
    if let boundary {
      // The word with the sentence that it is looked for in.
      func words(inOther: Bool) -> [SentenceWord?] {
        keyWords.enumerated().map { key, word in
          word.map { SentenceWord(word: $0, isInSecond: (key >= boundary) != inOther) }
        }
      }
      keySets.append(
        (
          .sameAcross,
          KeySet(sharing: words(inOther: true), words(inOther: false), includesQuery: false)
        ))
    }
    keySets.append((.same, KeySet(sharing: queryWords, keyWords, includesQuery: isCross)))
    if !isCross && queries.count == keys.count {
      let wordNumbers = Self.wordNumbers(of: keys)
      keySets += [
        (.previous, KeySet(offset: -1)), (.next, KeySet(offset: 1)), (.own, KeySet(offset: 0)),
        (.subword, KeySet(sharing: wordNumbers, wordNumbers, includesQuery: false)),
        (
          .induction,
          KeySet(
            sharing: queryWords, keyWords, shift: 1, includesQuery: true, endsAtQuery: true)
        ),
      ]
    }
    self.keySets = keySets

    // Where a row's visible keys begin and end, summed up.
    var columnSteps = [Int](repeating: 0, count: keys.count + 1)
    var diagonalSteps = [Int](repeating: 0, count: queries.count + keys.count)
    for query in rows {
      let visible = mask.visibleKeys(query: query, keyCount: keys.count)
      let shift = queries.count - 1 - query
      columnSteps[visible.lowerBound] += 1
      columnSteps[visible.upperBound] -= 1
      diagonalSteps[visible.lowerBound + shift] += 1
      diagonalSteps[visible.upperBound + shift] -= 1
    }
    columnCounts = Self.runningSums(columnSteps)
    var diagonalCounts = Self.runningSums(diagonalSteps)
    for query in rows {
      let visible = mask.visibleKeys(query: query, keyCount: keys.count)
      for key in sinkKeys where visible.contains(key) {
        diagonalCounts[key - query + queries.count - 1] -= 1
      }
    }
    self.diagonalCounts = diagonalCounts
  }

  func visibleKeys(of query: Int) -> Range<Int> {
    mask.visibleKeys(query: query, keyCount: keyCount)
  }

  /// The keys that some of the first queries see: these and no others.
  func keyCount(seenBy queryCount: Int) -> Int {
    queryCount == 0 ? 0 : visibleKeys(of: queryCount - 1).upperBound
  }

  private static func runningSums(_ steps: [Int]) -> [Int] {
    var sum = 0
    return steps.dropLast().map { step in
      sum += step
      return sum
    }
  }

  /// The first token of the second sentence, if the sentences follow each other.
  private static func boundary(of tokens: [Token]) -> Int? {
    guard let first = tokens.first?.segment,
      let boundary = tokens.firstIndex(where: { $0.segment != first }),
      tokens[boundary...].allSatisfy({ $0.segment == tokens[boundary].segment })
    else { return nil }
    return boundary
  }

  /// The number of the text's word that a token belongs to; nil for special tokens.
  private static func wordNumbers(of tokens: [Token]) -> [Int?] {
    var number = 0
    return tokens.map { token in
      if !token.continuesWord { number += 1 }
      return token.isSpecial ? nil : number
    }
  }
}

private struct SentenceWord: Hashable {
  let word: String
  let isInSecond: Bool
}

extension Token {
  /// The text that is compared where the same word is looked for; nil for special tokens.
  fileprivate var comparedWord: String? {
    guard !isSpecial else { return nil }
    let word = display.drop(while: \.isWhitespace).lowercased()
    return word.isEmpty ? nil : word
  }
}
