import Attention
import Tokenizers
import Transformers

/// The texts of a probe: ids that the program chose, by seeds, so that a probe gives the same figures again.
struct ProbeTexts {
  /// A text, and what it asks for at its end.
  struct Text {
    let request: ModelRequest
    let answer: Int
    /// The ids of its items, in order, and where the first of them stands in the stack that predicts.
    let items: [Int]
    let first: Int
  }

  private let model: LoadedModel

  static let seeds = 1...4
  private static let itemLimit = 50

  init(_ model: LoadedModel) { self.model = model }

  // MARK: Random tokens, twice

  /// As many items as the model has room for twice.
  private var itemCount: Int {
    let summary = model.summary
    let room = min(summary.positionCount, summary.decoder?.positionCount ?? .max)
    return min(Self.itemLimit, (room - Self.specialRoom) / 2)
  }

  private static let specialRoom = 4
  private static let leastItemCount = 5

  /// Random tokens and the same ones again, but for the last one, which the text asks for.
  ///
  /// - Throws: `RunError.probeHasNoRoom`.
  func repeated(seed: Int) throws -> Text {
    guard itemCount >= Self.leastItemCount else { throw RunError.probeHasNoRoom }
    var random = SplitMix64(seed: UInt64(seed))
    var chosen: Set<Int> = []
    var items: [Int] = []
    let ids = ordinaryIDs
    guard ids.count >= itemCount else { throw RunError.probeHasNoRoom }
    while items.count < itemCount {
      let id = ids[Int(random.next() % UInt64(ids.count))]
      if chosen.insert(id).inserted { items.append(id) }
    }
    return text(asking: items[items.count - 1], items: items, behind: items + items.dropLast())
  }

  /// Ids of words and pieces, without those that mark something.
  private var ordinaryIDs: [Int] {
    let count = model.summary.vocabularySize
    guard let tokenizer = try? model.tokenizer else { return Array(0..<count) }
    let specials = Set(SpecialToken.allCases.compactMap { tokenizer.id(of: $0) })
    return (0..<min(count, tokenizer.largestID + 1)).filter { id in
      guard !specials.contains(id), let token = tokenizer.token(of: id) else { return false }
      let isMark =
        token.hasPrefix("<") && token.hasSuffix(">") || token.hasPrefix("[") && token.hasSuffix("]")
      return !isMark || token.count == 1
    }
  }

  // MARK: Series

  /// All items of all series that are tokens of the model, in a random order; each with the id of what follows it, but
  /// for the last ones.
  ///
  /// - Throws: `RunError.noSeries`.
  func series(seed: Int) throws -> (text: Text, successors: [Int: Int]) {
    let series = try self.series
    var successors: [Int: Int] = [:]
    for items in series {
      for (item, next) in zip(items, items.dropFirst()) where successors[item] == nil {
        successors[item] = next
      }
    }
    var random = SplitMix64(seed: UInt64(seed))
    var items = Array(Set(series.flatMap(\.self))).sorted()
    for index in items.indices.reversed().dropLast() {
      items.swapAt(index, Int(random.next() % UInt64(index + 1)))
    }
    return (text(asking: items[0], items: items, behind: items), successors)
  }

  /// Some items of a series in their order; asks for the next one.
  func count(seed: Int) throws -> Text {
    let series = try self.series
    let items = series[(seed - 1) % series.count]
    let count = min(Self.countedCount, items.count - 1)
    let start = (seed - 1) / series.count % (items.count - count)
    let shown = Array(items[start..<start + count])
    return text(asking: items[start + count], items: shown, behind: shown)
  }

  private static let countedCount = 4

  /// The longest runs of items that are one token each.
  private var series: [[Int]] {
    get throws {
      let found = try Self.names.map { names -> [Int] in
        var (best, run): ([Int], [Int]) = ([], [])
        for name in names {
          let id = try model.singleToken(" " + name) ?? model.singleToken(name)
          if let id { run.append(id) } else { run = [] }
          if run.count > best.count { best = run }
        }
        return best
      }.filter { $0.count >= Self.leastItemCount }
      guard !found.isEmpty else { throw RunError.noSeries }
      return found
    }
  }

  private static let names: [[String]] = [
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    [
      "January", "February", "March", "April", "May", "June", "July", "August", "September",
      "October", "November", "December",
    ],
    [
      "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
      "twelve",
    ],
    (1...12).map(String.init), "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map { String($0) },
  ]

  // MARK: Requests

  /// The tokens as the model reads texts: with what begins and ends one, and a mask where it predicts at masks.
  private func text(asking answer: Int, items: [Int], behind ids: [Int]) -> Text {
    let tokenizer = try? model.tokenizer
    if let decoder = model.summary.decoder {
      let end = tokenizer?.id(of: .end)
      let start = decoder.startID ?? end ?? 0
      let request = ModelRequest(
        text: "", inputIDs: items + [end].compactMap(\.self), decoderInputIDs: [start] + ids)
      return Text(request: request, answer: answer, items: items, first: 1)
    }
    let start = tokenizer?.id(of: .beginning) ?? tokenizer?.id(of: .classifier)
    let prefix = [start].compactMap(\.self)
    var suffix: [Int] = []
    if model.looksBothWays {
      suffix = [tokenizer?.maskID, tokenizer?.id(of: .separator) ?? tokenizer?.id(of: .end)]
        .compactMap(\.self)
    }
    return Text(
      request: ModelRequest(text: "", inputIDs: prefix + ids + suffix), answer: answer,
      items: items, first: prefix.count)
  }
}

/// The generator of Steele, Lea and Flood (2014): small, and the same everywhere.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
