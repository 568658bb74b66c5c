import Synchronization

/// A cache of recent results by their inputs, up to a bound in bytes.
public final class RecentCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct State {
    var values: [Key: Value] = [:]
    /// Oldest use first.
    var order: [Key] = []
    var byteCount = 0
  }

  private let state = Mutex(State())
  private let byteLimit: Int
  private let byteCount: @Sendable (Value) -> Int

  public init(byteLimit: Int, byteCount: @escaping @Sendable (Value) -> Int) {
    self.byteLimit = byteLimit
    self.byteCount = byteCount
  }

  /// The value for `key`, computed only where it is not at hand.
  public func value(for key: Key, compute: () -> Value) -> Value {
    if let hit = state.withLock({ use(key, in: &$0) }) { return hit }
    let value = compute()
    state.withLock { insert(value, for: key, in: &$0) }
    return value
  }

  private func use(_ key: Key, in state: inout State) -> Value? {
    guard let hit = state.values[key], let position = state.order.firstIndex(of: key) else {
      return nil
    }
    state.order.remove(at: position)
    state.order.append(key)
    return hit
  }

  private func insert(_ value: Value, for key: Key, in state: inout State) {
    guard state.values[key] == nil else { return }
    state.values[key] = value
    state.order.append(key)
    state.byteCount += byteCount(value)
    // What was just asked for stays, however large it is.
    while state.byteCount > byteLimit, state.order.count > 1 {
      let oldest = state.values.removeValue(forKey: state.order.removeFirst())
      state.byteCount -= oldest.map(byteCount) ?? 0
    }
  }
}
