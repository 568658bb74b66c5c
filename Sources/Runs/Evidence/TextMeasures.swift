import Attention

/// The measures of all heads on one text after the other: what is kept of the texts, and nothing else of them.
public struct TextMeasures: Sendable {
  /// A text that was measured.
  public struct Text: Equatable, Sendable {
    /// Its place in the input, from 1 on.
    public let line: Int
    /// The same for the same text.
    public let fingerprint: UInt64

    public init(line: Int, fingerprint: UInt64) {
      self.line = line
      self.fingerprint = fingerprint
    }

    public init(line: Int, text: String) {
      self.init(line: line, fingerprint: SplitMix64.hash(text.utf8))
    }
  }

  /// One head, by the texts.
  public struct Head: Sendable {
    /// The first label; nil where the text has no query to tell by.
    public var labels: [PatternLabel?] = []
    /// By measure, in the order of `HeadMeasure.allCases`; NaN where it could not be taken.
    public var values: [[Float]]
    /// Likewise of uniform attention; NaN for what measures no weight.
    public var chances: [[Float]]

    public init() {
      values = HeadMeasure.allCases.map { _ in [] }
      chances = values
    }
  }

  public private(set) var texts: [Text]
  /// Each with as many values of each measure as there are texts.
  public private(set) var heads: [HeadAddress: Head]

  public init() { self.init(texts: [], heads: [:]) }

  /// - Precondition: Every head has as many values as there are texts.
  public init(texts: [Text], heads: [HeadAddress: Head]) {
    self.texts = texts
    self.heads = heads
  }

  /// Adds the measures of one text.
  public mutating func add(_ record: AttentionRecord, of text: Text) {
    texts.append(text)
    for stack in record.stacks {
      for (layer, summaries) in zip(stack.layers, stack.summaries) {
        for (head, summary) in summaries.enumerated() {
          let address = HeadAddress(stack.kind, layer: layer.index, head: head)
          heads[address, default: Head()].add(summary)
        }
      }
    }
  }

  /// The measures of the texts of all parts, in the order of their lines.
  ///
  /// - Precondition: All parts that have texts have the same heads.
  public init(merging parts: [TextMeasures]) {
    let places = parts.enumerated().flatMap { part, measures in
      measures.texts.indices.map { (part: part, index: $0, text: measures.texts[$0]) }
    }.sorted { $0.text.line < $1.text.line }
    var heads: [HeadAddress: Head] = [:]
    for address in parts.first(where: { !$0.texts.isEmpty })?.heads.keys ?? [:].keys {
      let own = parts.map { $0.heads[address] }
      func inOrder<Value>(_ values: (Head) -> [Value]) -> [Value] {
        let columns = own.map { $0.map(values) ?? [] }
        return places.map { columns[$0.part][$0.index] }
      }
      var head = Head()
      head.labels = inOrder(\.labels)
      for measure in HeadMeasure.allCases.indices {
        head.values[measure] = inOrder { $0.values[measure] }
        head.chances[measure] = inOrder { $0.chances[measure] }
      }
      heads[address] = head
    }
    self.init(texts: places.map(\.text), heads: heads)
  }

  /// The number of texts that came before.
  public var repeatedCount: Int { texts.count - Set(texts.map(\.fingerprint)).count }
}

extension TextMeasures.Head {
  fileprivate mutating func add(_ summary: HeadSummary) {
    // Where there was no row to measure, none can fit.
    labels.append(summary.spread == nil ? nil : summary.patterns[0].label)
    for (index, measure) in HeadMeasure.allCases.enumerated() {
      values[index].append(measure.value(of: summary) ?? .nan)
      if case .score(let label) = measure {
        chances[index].append(summary.measured(label)?.chance ?? .nan)
      } else {
        chances[index].append(.nan)
      }
    }
  }
}

extension SplitMix64 {
  /// A number that is the same for the same bytes, on every machine (FNV-1a).
  static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
