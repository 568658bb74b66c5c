import Attention
import Transformers

/// Examples of what one head does in many texts: the queries to which it adds most, and some of all.
public struct HeadExemplars: Equatable, Sendable {
  /// One of a sample of queries.
  public struct Sampled: Equatable, Sendable {
    /// As good as random, and the same for the same query of the same text.
    public let order: UInt64
    public let exemplar: HeadExemplar

    public init(order: UInt64, _ exemplar: HeadExemplar) {
      self.order = order
      self.exemplar = exemplar
    }
  }

  /// Queries that a sample has, which is all of them where there are no more.
  public static let sampleLimit = 200

  /// The number of queries to which most is added.
  public let limit: Int
  /// Those to which most is added, most first.
  public private(set) var top: [HeadExemplar] = []
  /// Those with the least `order`, least first.
  public private(set) var sample: [Sampled] = []

  public init(limit: Int, top: [HeadExemplar] = [], sample: [Sampled] = []) {
    self.limit = limit
    for exemplar in top { add(exemplar) }
    for sampled in sample { add(sampled) }
  }

  /// One of each tenth of the sample by size, from least to most: the middle one.
  public var deciles: [HeadExemplar] {
    let sorted = sample.map(\.exemplar).sorted { $1.isLarger(than: $0) }
    return (0..<10).compactMap { tenth in
      let range = tenth * sorted.count / 10..<(tenth + 1) * sorted.count / 10
      return range.isEmpty ? nil : sorted[(range.lowerBound + range.upperBound - 1) / 2]
    }
  }

  public mutating func add(_ other: HeadExemplars) {
    for exemplar in other.top { add(exemplar) }
    for sampled in other.sample { add(sampled) }
  }

  private mutating func add(_ exemplar: HeadExemplar) {
    let place = top.firstIndex { exemplar.isLarger(than: $0) } ?? top.count
    guard place < limit else { return }
    top.insert(exemplar, at: place)
    if top.count > limit { top.removeLast() }
  }

  private mutating func add(_ sampled: Sampled) {
    let place = sample.firstIndex { sampled.comes(before: $0) } ?? sample.count
    guard place < Self.sampleLimit else { return }
    sample.insert(sampled, at: place)
    if sample.count > Self.sampleLimit { sample.removeLast() }
  }

  /// Whether a query of such a size, or such an order, would be kept.
  private func keeps(_ size: Float, _ order: UInt64) -> Bool {
    top.count < limit || sample.count < Self.sampleLimit || size >= top[top.count - 1].size
      || order <= sample[sample.count - 1].order
  }

  /// Adds the queries of one text, but for those that have hardly a choice.
  ///
  /// - Parameter sizes: Of what the head adds, by query.
  mutating func add(
    _ layer: LayerAttention, head: Int, of stack: AttentionStack, sizes: [Float],
    text: TextMeasures.Text
  ) {
    for (query, size) in sizes.enumerated()
    where layer.mask.visibleKeys(query: query, keyCount: layer.keyCount).count > 2 {
      var random = SplitMix64(seed: text.fingerprint &+ UInt64(query))
      let order = random.next()
      guard keeps(size, order) else { continue }
      let row = layer.row(head: head, query: query)
      let key = row.indices.max { row[$0] < row[$1] } ?? 0
      let exemplar = HeadExemplar(
        line: text.line, query: query, queryToken: stack.queries[query].display, key: key,
        keyToken: stack.keys[key].display, weight: row[key], size: size)
      add(exemplar)
      add(Sampled(order: order, exemplar))
    }
  }
}

extension HeadExemplar {
  /// Of equal ones the first of the input comes first.
  fileprivate func isLarger(than other: HeadExemplar) -> Bool {
    size != other.size ? size > other.size : (line, query) < (other.line, other.query)
  }
}

extension HeadExemplars.Sampled {
  fileprivate func comes(before other: Self) -> Bool {
    order != other.order
      ? order < other.order
      : (exemplar.line, exemplar.query) < (other.exemplar.line, other.exemplar.query)
  }
}

extension Run {
  /// Adds the run's queries to what is known of heads by then.
  ///
  /// - Parameter limit: Of the queries of a head to which most is added.
  /// - Precondition: The run kept values.
  public func addExemplars(
    to exemplars: inout [HeadAddress: HeadExemplars], of text: TextMeasures.Text, limit: Int
  ) throws {
    let model = try requiredPass.model.model
    for stack in record.stacks {
      for layer in stack.layers {
        guard let writer = model.headWriter(stack.kind, layer: layer.index) else { continue }
        for head in 0..<layer.headCount {
          let address = HeadAddress(stack.kind, layer: layer.index, head: head)
          exemplars[address, default: HeadExemplars(limit: limit)].add(
            layer, head: head, of: stack, sizes: writer.norms(of: layer, head: head), text: text)
        }
      }
    }
  }
}
