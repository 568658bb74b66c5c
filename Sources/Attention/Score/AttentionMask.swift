/// The keys that a query may look at.
public enum AttentionMask: Hashable, Sendable {
  case bidirectional
  /// Keys up to the query.
  case causal
  /// The last `width` keys up to the query, itself included.
  case causalWindow(width: Int)
  /// Keys at most `distance` away.
  case band(distance: Int)

  /// The keys that `query` may look at, out of `keyCount`; the others weigh exactly 0.
  public func visibleKeys(query: Int, keyCount: Int) -> Range<Int> {
    switch self {
    case .bidirectional: 0..<keyCount
    case .causal: 0..<min(query + 1, keyCount)
    case .causalWindow(let width):
      max(0, min(query + 1 - width, keyCount))..<min(query + 1, keyCount)
    case .band(let distance):
      // A file may give any distance: no sum beyond the number of keys.
      max(0, min(query - distance, keyCount))..<min(query + min(distance, keyCount) + 1, keyCount)
    }
  }

  public var isCausal: Bool {
    switch self {
    case .causal, .causalWindow: true
    case .bidirectional, .band: false
    }
  }
}

extension AttentionMask {
  /// Some queries that follow each other, and the keys that any of them may look at.
  package struct Block {
    package let queries: Range<Int>
    package let keys: Range<Int>
  }

  /// The queries in blocks, so small that they see hardly more keys than each of them, and so large that a
  /// product with all of these is fast.
  package func blocks(of queries: Range<Int>, keyCount: Int) -> [Block] {
    let size = 96
    return stride(from: queries.lowerBound, to: queries.upperBound, by: size).map { start in
      let block = start..<min(start + size, queries.upperBound)
      // Later queries see later keys, or the same ones.
      let first = visibleKeys(query: block.lowerBound, keyCount: keyCount)
      let last = visibleKeys(query: block.upperBound - 1, keyCount: keyCount)
      return Block(queries: block, keys: first.lowerBound..<last.upperBound)
    }
  }
}

/// As dumps spell it: `bidirectional`, `causal`, `causal_window:w`, `band:w`.
extension AttentionMask: LosslessStringConvertible {
  public init?(_ description: String) {
    let parts = description.split(separator: ":", omittingEmptySubsequences: false)
    switch (parts.first, parts.count == 2 ? Int(parts[1]) : nil) {
    case ("bidirectional", nil) where parts.count == 1: self = .bidirectional
    case ("causal", nil) where parts.count == 1: self = .causal
    case ("causal_window", let width?) where width > 0: self = .causalWindow(width: width)
    case ("band", let distance?) where distance >= 0: self = .band(distance: distance)
    default: return nil
    }
  }

  public var description: String {
    switch self {
    case .bidirectional: "bidirectional"
    case .causal: "causal"
    case .causalWindow(let width): "causal_window:\(width)"
    case .band(let distance): "band:\(distance)"
    }
  }
}
