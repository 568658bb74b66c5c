import Files

/// Lists in lists of numbers, all of one length at each depth, as JSON writes a tensor. Null is read as NaN, which is
/// what becomes null where JSON is written strictly.
struct NestedNumbers {
  let shape: [Int]
  /// Row-major.
  private(set) var values: [Float] = []
  /// Whether there are only whole numbers.
  private(set) var isWhole = true

  static let depthLimit = 8

  /// Nil for what is no such list.
  init?(_ value: JSONValue) {
    var shape: [Int] = []
    var first: JSONValue? = value
    while let elements = first?.array {
      shape.append(elements.count)
      first = elements.first
      guard shape.count <= Self.depthLimit else { return nil }
    }
    guard !shape.isEmpty, !shape.contains(0) else { return nil }
    self.shape = shape
    guard append(value, depth: 0) else { return nil }
  }

  private mutating func append(_ value: JSONValue, depth: Int) -> Bool {
    guard depth < shape.count else {
      if value.integer == nil { isWhole = false }
      guard let number = value.number ?? (value.isNull ? .nan : nil) else { return false }
      values.append(Float(number))
      return true
    }
    guard let elements = value.array, elements.count == shape[depth] else { return false }
    for element in elements where !append(element, depth: depth + 1) { return false }
    return true
  }
}
