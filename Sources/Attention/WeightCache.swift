import Synchronization

/// The head weights asked for lately, up to a bound in bytes.
final class WeightCache: Sendable {
  struct Key: Hashable, Sendable {
    var stack: Int
    var layer: Int
    var head: Int
  }

  fileprivate struct State {
    var weights: [Key: HeadWeights] = [:]
    /// Oldest use first.
    var order: [Key] = []
    var byteCount = 0
  }

  private let state = Mutex(State())
  private let byteLimit: Int

  init(byteLimit: Int = 128 << 20) {
    self.byteLimit = byteLimit
  }

  func weights(for key: Key, compute: () -> HeadWeights) -> HeadWeights {
    if let hit = state.withLock({ $0.use(key) }) { return hit }
    let weights = compute()
    state.withLock { $0.insert(weights, for: key, byteLimit: byteLimit) }
    return weights
  }
}

extension WeightCache.State {
  fileprivate mutating func use(_ key: WeightCache.Key) -> HeadWeights? {
    guard let hit = weights[key], let position = order.firstIndex(of: key) else { return nil }
    order.remove(at: position)
    order.append(key)
    return hit
  }

  fileprivate mutating func insert(
    _ new: HeadWeights, for key: WeightCache.Key, byteLimit: Int
  ) {
    guard weights[key] == nil else { return }
    weights[key] = new
    order.append(key)
    byteCount += new.byteCount
    // What was just asked for stays, however large it is.
    while byteCount > byteLimit, order.count > 1 {
      byteCount -= weights.removeValue(forKey: order.removeFirst())?.byteCount ?? 0
    }
  }
}

extension HeadWeights {
  fileprivate var byteCount: Int { values.count * MemoryLayout<Float>.stride }
}
