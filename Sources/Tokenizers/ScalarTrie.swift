/// Texts and their ids, to find the longest that begins at a place.
struct ScalarTrie: Sendable {
  private struct Edge: Hashable {
    var node: Int32
    var scalar: Unicode.Scalar
  }

  private var edges: [Edge: Int32] = [:]
  /// By node; node 0 is the root.
  private var ids: [Int32?] = [nil]
  /// Bit s is set where a text begins with the ASCII scalar s: what most places fail at.
  private var asciiStarts: (low: UInt64, high: UInt64) = (0, 0)
  private var hasOtherStarts = false

  var isEmpty: Bool { edges.isEmpty }

  /// Adds a text, unless it is there already.
  mutating func insert(_ text: some Collection<Unicode.Scalar>, id: Int32) {
    guard let first = text.first else { return }
    switch first.value {
    case 0..<64: asciiStarts.low |= 1 << UInt64(first.value)
    case 64..<128: asciiStarts.high |= 1 << UInt64(first.value - 64)
    default: hasOtherStarts = true
    }
    var node: Int32 = 0
    for scalar in text {
      let edge = Edge(node: node, scalar: scalar)
      if let next = edges[edge] {
        node = next
      } else {
        node = Int32(ids.count)
        edges[edge] = node
        ids.append(nil)
      }
    }
    if ids[Int(node)] == nil { ids[Int(node)] = id }
  }

  /// The longest text that begins `scalars`.
  func longestMatch(in scalars: ArraySlice<Unicode.Scalar>) -> (id: Int32, end: Int)? {
    guard let first = scalars.first, canStart(with: first) else { return nil }
    var match: (id: Int32, end: Int)?
    var node: Int32 = 0
    for (index, scalar) in zip(scalars.indices, scalars) {
      guard let next = edges[Edge(node: node, scalar: scalar)] else { break }
      node = next
      if let id = ids[Int(node)] { match = (id, index + 1) }
    }
    return match
  }

  private func canStart(with scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<64: asciiStarts.low & 1 << UInt64(scalar.value) != 0
    case 64..<128: asciiStarts.high & 1 << UInt64(scalar.value - 64) != 0
    default: hasOtherStarts
    }
  }
}
