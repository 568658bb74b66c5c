import Attention

/// Keys and values of a layer: what queries look at, and what they take from it, `[G, S, D]` each.
struct KeysAndValues: Sendable {
  var keys: HeadVectors
  var values: HeadVectors

  init(keys: HeadVectors, values: HeadVectors) {
    precondition(keys.headCount == values.headCount && keys.rowCount == values.rowCount)
    self.keys = keys
    self.values = values
  }

  var tokenCount: Int { keys.rowCount }
}

/// The key-value cache: keys and values of each layer's own side, of the tokens that have run.
struct KeyValueCache: Sendable {
  /// Those of the layers that have run, from the first on.
  private(set) var layers: [KeysAndValues] = []

  init() {}

  /// Those of the first tokens of `other`; nil if that is none, and the cache is not to be kept.
  init?(_ other: KeyValueCache?, first count: Int, isKept: Bool) {
    guard let other, count > 0 else {
      if isKept { return } else { return nil }
    }
    layers = other.layers.map {
      KeysAndValues(keys: $0.keys.prefix(count), values: $0.values.prefix(count))
    }
  }

  var tokenCount: Int { layers.first?.tokenCount ?? 0 }

  /// Adds a layer's keys and values of further tokens, and gives all that the layer has.
  mutating func append(_ new: KeysAndValues, layer: Int) -> KeysAndValues {
    guard layer < layers.count else {
      precondition(layer == layers.count)
      layers.append(new)
      return new
    }
    layers[layer].keys = layers[layer].keys.appending(new.keys)
    layers[layer].values = layers[layer].values.appending(new.values)
    return layers[layer]
  }
}

extension HeadVectors {
  /// The vectors of these tokens, which may come several times.
  func rows(_ rows: [Int]) -> HeadVectors {
    HeadVectors(
      headCount: headCount, rowCount: rows.count, headSize: headSize,
      values: (0..<headCount).flatMap { head in
        rows.flatMap { vector(head: head, row: $0) }
      })
  }

  /// The vectors of the first tokens.
  func prefix(_ count: Int) -> HeadVectors {
    precondition(count <= rowCount)
    guard count < rowCount else { return self }
    return HeadVectors(
      headCount: headCount, rowCount: count, headSize: headSize,
      values: (0..<headCount).flatMap { head in
        let start = head * rowCount * headSize
        return values[start..<start + count * headSize]
      })
  }

  /// The vectors of these tokens, and behind them those of further ones.
  func appending(_ other: HeadVectors) -> HeadVectors {
    precondition(headCount == other.headCount && headSize == other.headSize)
    var result: [Float] = []
    result.reserveCapacity(values.count + other.values.count)
    for head in 0..<headCount {
      for part in [self, other] {
        let count = part.rowCount * headSize
        result += part.values[head * count..<(head + 1) * count]
      }
    }
    return HeadVectors(
      headCount: headCount, rowCount: rowCount + other.rowCount, headSize: headSize,
      values: result)
  }
}
