import Attention

/// For every query the keys that a pattern looks for, such as the token before it or the same word elsewhere.
struct KeySet: Sendable {
  private enum Storage: Sendable {
    /// The key at this distance behind the query.
    case offset(Int)
    /// The members of the query's group, if it has one, each moved by `shift`.
    case groups(ofQuery: [Int?], members: [[Int]], shift: Int)
  }

  private let storage: Storage
  /// Whether the query itself may be such a key.
  private let includesQuery: Bool
  /// Whether the keys end with the query.
  private let endsAtQuery: Bool

  /// The key at `distance` behind the query.
  init(offset distance: Int) {
    storage = .offset(distance)
    includesQuery = true
    endsAtQuery = false
  }

  /// The keys that have the same value as the query, each moved by `shift`; nil is no value.
  init<Value: Hashable>(
    sharing queryValues: [Value?], _ keyValues: [Value?], shift: Int = 0,
    includesQuery: Bool, endsAtQuery: Bool = false
  ) {
    var groups: [Value: Int] = [:]
    var members: [[Int]] = []
    for (key, value) in keyValues.enumerated() {
      guard let value else { continue }
      let group = groups[value] ?? members.count
      if group == members.count {
        groups[value] = group
        members.append([])
      }
      members[group].append(key)
    }
    storage = .groups(
      ofQuery: queryValues.map { $0.flatMap { groups[$0] } }, members: members, shift: shift)
    self.includesQuery = includesQuery
    self.endsAtQuery = endsAtQuery
  }

  /// The same keys for all queries.
  init(keys: [Int], queryCount: Int, includesQuery: Bool) {
    storage = .groups(
      ofQuery: [Int?](repeating: 0, count: queryCount), members: [keys], shift: 0)
    self.includesQuery = includesQuery
    endsAtQuery = false
  }

  @inline(__always)
  func forEachKey(of query: Int, visible: Range<Int>, _ body: (Int) -> Void) {
    switch storage {
    case .offset(let distance):
      if visible.contains(query + distance) { body(query + distance) }
    case .groups(let groupOfQuery, let members, let shift):
      guard let group = groupOfQuery[query] else { return }
      for member in members[group] {
        let key = member + shift
        guard visible.contains(key), includesQuery || key != query, !endsAtQuery || key <= query
        else { continue }
        body(key)
      }
    }
  }
}
