/// A binary heap: the greatest of its elements is always at hand.
struct Heap<Element: Comparable> {
  private var elements: [Element] = []

  /// - Complexity: O(log count).
  mutating func insert(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0, case let parent = (child - 1) / 2, elements[parent] < elements[child] {
      elements.swapAt(parent, child)
      child = parent
    }
  }

  /// - Complexity: O(log count).
  mutating func popMax() -> Element? {
    guard let last = elements.popLast() else { return nil }
    guard let greatest = elements.first else { return last }
    elements[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < elements.count else { return greatest }
      if child + 1 < elements.count, elements[child] < elements[child + 1] { child += 1 }
      guard elements[parent] < elements[child] else { return greatest }
      elements.swapAt(parent, child)
      parent = child
    }
  }
}
