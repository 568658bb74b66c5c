extension Pickle {
  /// The tensors of the outermost dictionary, or of the only one inside it that has any.
  func stateDict() throws(TensorError) -> [(name: String, tensor: StoredTensor)] {
    guard case .dictionary(let root) = root else {
      throw .noStateDict(path: reader.path, keys: [])
    }
    let tensors = try tensors(of: root)
    guard tensors.isEmpty else { return tensors }

    // One that is there under several keys is looked at once.
    var seen: Set<Int> = []
    var candidates: [(key: String, index: Int)] = []
    for (key, value) in heap.dictionaries[root] {
      guard case .dictionary(let index) = value, seen.insert(index).inserted,
        heap.dictionaries[index].contains(where: Self.isNamedTensor)
      else { continue }
      candidates.append((name(of: key) ?? "?", index))
    }
    switch candidates.count {
    case 0:
      let keys = heap.dictionaries[root].prefix(Self.shownCount).compactMap { name(of: $0.key) }
      throw .noStateDict(path: reader.path, keys: keys)
    case 1:
      return try self.tensors(of: candidates[0].index)
    default:
      throw .severalStateDicts(
        path: reader.path, keys: candidates.prefix(Self.shownCount).map(\.key))
    }
  }

  /// The number of keys that a message shows.
  private static let shownCount = 8

  private static func isNamedTensor(key: PickleValue, value: PickleValue) -> Bool {
    if case (.text, .tensor) = (key, value) { true } else { false }
  }

  private func tensors(
    of dictionary: Int
  ) throws(TensorError) -> [(name: String, tensor: StoredTensor)] {
    var tensors: [(name: String, tensor: StoredTensor)] = []
    for case (.text(let range), .tensor(let index)) in heap.dictionaries[dictionary] {
      guard let name = reader.name(range) else {
        throw .malformedPickle(path: reader.path, offset: range.lowerBound)
      }
      tensors.append((name, heap.tensors[index]))
    }
    return tensors
  }

  private func name(of key: PickleValue) -> String? {
    guard case .text(let range) = key else { return nil }
    return reader.name(range)
  }
}
