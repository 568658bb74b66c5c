/// A word of byte-pair encoding while its parts are being joined: a linked list, and a heap of the merges to do.
///
/// - Complexity: O(n log n) for n characters, since a text without spaces can be one word.
struct MergingWord {
  struct Part {
    /// Of the vocabulary; -1 once it has been joined to the part before.
    var entry: Int32
    /// In scalars of the text.
    var range: Range<Int>
    /// The neighbours; -1 at the ends.
    var previous: Int
    var next: Int
  }

  private var parts: [Part] = []
  /// Ranks and first parts of possible merges, the next one first. Some are out of date.
  private var candidates = MinimumHeap()

  mutating func removeAll() { parts.removeAll(keepingCapacity: true) }

  mutating func append(_ entry: Int32, _ range: Range<Int>) {
    if !parts.isEmpty { parts[parts.count - 1].next = parts.count }
    parts.append(Part(entry: entry, range: range, previous: parts.count - 1, next: -1))
  }

  /// The parts of the word so far.
  var remainingParts: some Sequence<Part> { parts.lazy.filter { $0.entry >= 0 } }

  /// Joins neighbours, by rank and then from left to right, until no merge is left.
  mutating func merge(by merges: MergeTable) {
    candidates.removeAll()
    for index in parts.indices.dropLast() { consider(index, merges) }
    while let candidate = candidates.popMinimum() {
      let index = Int(candidate & 0xFFFF_FFFF)
      guard let merge = self.merge(at: index, merges), merge.rank == candidate >> 32 else {
        continue
      }
      join(index, into: merge.entry)
      if parts[index].previous >= 0 { consider(parts[index].previous, merges) }
      consider(index, merges)
    }
  }

  /// The merge of a part with the one after it.
  private func merge(at index: Int, _ merges: MergeTable) -> MergeTable.Merge? {
    let part = parts[index]
    guard part.entry >= 0, part.next >= 0 else { return nil }
    return merges[part.entry, parts[part.next].entry]
  }

  private mutating func consider(_ index: Int, _ merges: MergeTable) {
    guard let merge = merge(at: index, merges) else { return }
    candidates.insert(UInt64(merge.rank) << 32 | UInt64(index))
  }

  private mutating func join(_ index: Int, into entry: Int32) {
    let removed = parts[index].next
    let next = parts[removed].next
    parts[index].entry = entry
    // Unknown characters can stand in the list behind those that they come before.
    let (first, second) = (parts[index].range, parts[removed].range)
    parts[index].range =
      min(first.lowerBound, second.lowerBound)..<max(first.upperBound, second.upperBound)
    parts[index].next = next
    parts[removed].entry = -1
    if next >= 0 { parts[next].previous = index }
  }
}

/// A binary heap: each number is at least as large as the one at half its place.
private struct MinimumHeap {
  private var numbers: [UInt64] = []

  mutating func removeAll() { numbers.removeAll(keepingCapacity: true) }

  mutating func insert(_ number: UInt64) {
    numbers.append(number)
    var index = numbers.count - 1
    while index > 0, case let parent = (index - 1) / 2, numbers[parent] > number {
      numbers[index] = numbers[parent]
      index = parent
    }
    numbers[index] = number
  }

  mutating func popMinimum() -> UInt64? {
    guard let minimum = numbers.first, let last = numbers.popLast() else { return nil }
    guard !numbers.isEmpty else { return minimum }
    var index = 0
    while true {
      var child = 2 * index + 1
      guard child < numbers.count else { break }
      if child + 1 < numbers.count, numbers[child + 1] < numbers[child] { child += 1 }
      guard numbers[child] < last else { break }
      numbers[index] = numbers[child]
      index = child
    }
    numbers[index] = last
    return minimum
  }
}
