import Attention
import TerminalUI

/// The attention of one layer as the filters leave it: strengths between the items of two axes.
public struct AttentionSlice: Sendable {
  public let record: AttentionRecord
  public let stack: Int
  /// Position among the stack's layers.
  public var layer: Int
  public let queries: TokenAxis
  public let keys: TokenAxis
  package var numbers = EdgeNumbers.attention
  /// The scale that turns strengths into brightness.
  var scale = WeightScale.absolute

  /// A weight, with the head that it belongs to.
  public struct Strength: Equatable, Sendable {
    public var weight: Float
    public var head: Int

    public init(weight: Float, head: Int) {
      self.weight = weight
      self.head = head
    }
  }

  public var attention: LayerAttention { record.stacks[stack].layers[layer] }

  /// Whether the axes show every token on its own, so that nothing needs to be picked or put together.
  package var isWhole: Bool {
    queries.count == attention.queryCount && keys.count == attention.shownKeyCount
  }

  /// The words where nothing is left to show.
  package static let emptyText = "nothing to show: the filter leaves no token"

  package var isEmpty: Bool { queries.count == 0 || keys.count == 0 }

  /// The same of another layer, by position.
  package func ofLayer(_ layer: Int) -> AttentionSlice {
    var slice = self
    slice.layer = layer
    return slice
  }

  /// The divisor that turns strengths of a head into brightness; the numbers stay as they are.
  public func unit(ofHead head: Int) -> Float {
    func largest(_ head: Int) -> Float? {
      let pairs = numbers.topPairs(in: record, stack: stack, layer: layer, head: head)
      return (pairs.first?.weight).map(abs)
    }
    let unit =
      switch scale {
      case .absolute: numbers.full(in: record, stack: stack)
      case .head: largest(head) ?? 1
      case .layer: (0..<attention.headCount).compactMap(largest).max() ?? 1
      }
    return unit > 0 ? unit : 1
  }

  /// The prominence of a number, 0 … 1: an attention weight itself, others relative to full brightness.
  package func prominence(_ value: Float, head: Int) -> Float {
    numbers.quantity == .attention ? value : value / unit(ofHead: head)
  }

  /// A number as the quantity writes it.
  package func text(_ value: Float, digits: Int = 2, _ glyphs: Glyphs) -> String {
    numbers.quantity.text(value, digits: digits, glyphs)
  }

  package func prominence(_ strength: Strength) -> Float {
    prominence(strength.weight, head: strength.head)
  }

  // MARK: Rows and columns

  /// The weights of one head from `query` to each key; summed over the tokens of a key, averaged over those
  /// of the query. Not normalised again where tokens are left out.
  public func row(head: Int, query: Int) -> [Float] {
    let tokens = queries.ranges[query]
    // As many items as tokens: each is one of them.
    if tokens.count == 1, keys.count == attention.shownKeyCount {
      return Array(row(head: head, ofToken: tokens.lowerBound))
    }
    var result = [Float](repeating: 0, count: keys.count)
    for token in tokens {
      let weights = row(head: head, ofToken: token)
      for (index, range) in keys.ranges.enumerated() {
        for key in range { result[index] += weights[weights.startIndex + key] }
      }
    }
    if tokens.count > 1 {
      for index in result.indices { result[index] /= Float(tokens.count) }
    }
    return result
  }

  /// The weights of one head from a token to each token, as they are.
  func row(head: Int, ofToken token: Int) -> ArraySlice<Float> {
    numbers.row(in: record, stack: stack, layer: layer, head: head, query: token)
  }

  /// The weights of one head from each query to `key`.
  public func column(head: Int, key: Int) -> [Float] {
    var sums = [Float](repeating: 0, count: attention.queryCount)
    for token in keys.ranges[key] {
      let column = numbers.column(in: record, stack: stack, layer: layer, head: head, key: token)
      for query in sums.indices { sums[query] += column[query] }
    }
    return queries.ranges.map { sums[$0].reduce(0, +) / Float($0.count) }
  }

  /// The weights of several heads as one, each with its strongest head.
  public func row(heads: [Int], query: Int, by aggregation: Aggregation) -> [Strength] {
    Self.combine(heads.map { row(head: $0, query: query) }, of: heads, by: aggregation)
  }

  public func column(heads: [Int], key: Int, by aggregation: Aggregation) -> [Strength] {
    Self.combine(heads.map { column(head: $0, key: key) }, of: heads, by: aggregation)
  }

  /// - Parameter weights: Of each head in `heads`, all of the same length.
  static func combine(
    _ weights: [[Float]], of heads: [Int], by aggregation: Aggregation
  ) -> [Strength] {
    guard let head = heads.first else { return [] }
    var strongest = weights[0].map { Strength(weight: $0, head: head) }
    for (head, values) in zip(heads, weights).dropFirst() {
      for index in strongest.indices where abs(values[index]) > abs(strongest[index].weight) {
        strongest[index] = Strength(weight: values[index], head: head)
      }
    }
    let share = 1 / Float(heads.count)
    switch aggregation {
    case .max: break
    case .exact:
      for index in strongest.indices { strongest[index].weight *= share }
    case .mean:
      for index in strongest.indices { strongest[index].weight = 0 }
      for values in weights {
        for index in strongest.indices { strongest[index].weight += share * values[index] }
      }
    }
    return strongest
  }

  // MARK: Whole heads

  /// Up to so many pairs of tokens, pictures are made of the weights themselves; of longer inputs, of what
  /// the summary keeps, since a whole model's weights would take seconds and gigabytes.
  private static let exactLimit = 64 * 64
  /// The same where the axes leave something out or put it together, which the summary cannot do token by
  /// token: worth waiting for once, as the record keeps the weights.
  private static let filteredLimit = 256 * 256

  /// The weights of one head, one for each query and key.
  package func weights(head: Int) -> HeadWeights {
    let weights = numbers.weights(in: record, stack: stack, layer: layer, head: head)
    return isWhole ? weights : weights.between(queries, keys)
  }

  /// The source of a head's picture: its weights, or, for a long input, blocks of them.
  package func picture(head: Int) -> HeadWeights {
    let limit = isWhole ? Self.exactLimit : Self.filteredLimit
    if attention.queryCount * attention.shownKeyCount <= limit { return weights(head: head) }
    let pooled = numbers.pooled(in: record, stack: stack, layer: layer, head: head)
    guard !isWhole, !isEmpty else { return pooled }
    return pooled.cropped(
      queries: Self.blocks(of: queries, count: pooled.queryCount, tokenCount: attention.queryCount),
      keys: Self.blocks(of: keys, count: pooled.keyCount, tokenCount: attention.shownKeyCount))
  }

  /// The blocks, of `count`, that hold the tokens from the axis' first to its last.
  private static func blocks(of axis: TokenAxis, count: Int, tokenCount: Int) -> Range<Int> {
    let first = axis.items[0].tokens.lowerBound * count / tokenCount
    let last = (axis.items[axis.count - 1].tokens.upperBound - 1) * count / tokenCount
    return first..<last + 1
  }

  /// The heaviest pairs of a head, by their positions on the axes, heaviest first; without those of queries that
  /// have no choice.
  func topPairs(head: Int, limit: Int) -> [HeadSummary.Pair] {
    if isWhole {
      let pairs = numbers.topPairs(in: record, stack: stack, layer: layer, head: head)
      return Array(pairs.prefix(limit))
    }
    let free = queries.ranges.map { tokens in
      tokens.contains {
        attention.mask.visibleKeys(query: $0, keyCount: attention.keyCount).count > 1
      }
    }
    return weights(head: head).heaviestPairs(limit: limit) { free[$0] }
  }
}
