import Files
import Tensors

extension SavedContents {
  /// Any JSON: this program's dump, what pages of attention are drawn from, or tensors as lists in lists.
  init(json root: JSONValue, path: String) throws {
    if let contents = try SavedContents(page: root, path: path) {
      self = contents
      return
    }
    self.init(path: path, entries: [], fields: SavedFields(path: path))
    if let tensors = root["tensors"]?.object {
      if let metadata = root["metadata"]?.object {
        for member in metadata { try addField(member.name, member.value) }
      }
      for member in tensors { try addTensor(member.name, member.value) }
    } else {
      try add(root, at: [])
    }
  }

  private mutating func addField(_ key: String, _ value: JSONValue) throws {
    if let text = value.string { try fields.set(key, text: text) } else { fields[key] = value }
  }

  /// `{"shape": [2, 3], "data": [numbers, one after the other or in lists]}`
  private mutating func addTensor(_ name: String, _ value: JSONValue) throws {
    guard let data = value["data"], let numbers = NestedNumbers(data) else {
      throw ImportError.malformedTensor(path: path, name: name)
    }
    let sizes = value["shape"]?.array.map { $0.map { $0.integer ?? 0 } } ?? numbers.shape
    guard sizes.elementCount == numbers.values.count else {
      throw ImportError.malformedTensor(path: path, name: name)
    }
    entries.append(
      Entry(
        keys: [name],
        tensor: Tensor(name: name, values: numbers.values, shape: sizes, path: path)))
  }

  /// Everything else: tensors are found in lists and objects, what is not numbers becomes fields.
  private mutating func add(_ value: JSONValue, at keys: [String]) throws {
    guard keys.count <= NestedNumbers.depthLimit else { return }
    if let numbers = NestedNumbers(value) {
      let isField =
        numbers.shape.count == 1
        || numbers.shape.count == 2 && numbers.isWhole && !TensorName(keys).isAttention
      if !isField {
        let name = keys.isEmpty ? "the list" : keys.joined(separator: ".")
        entries.append(
          Entry(
            keys: keys,
            tensor: Tensor(name: name, values: numbers.values, shape: numbers.shape, path: path)))
        return
      }
    } else if let members = value.object {
      for member in members { try add(member.value, at: keys + [member.name]) }
      return
    } else if let elements = value.array, elements.contains(where: { $0.isNested }),
      !elements.allSatisfy({ $0.isListOfTexts })
    {
      let count = entries.count
      for (index, element) in elements.enumerated() { try add(element, at: keys + ["\(index)"]) }
      if entries.count == count, keys.isEmpty || keys.count == 1 && TensorName(keys).isAttention,
        value.holdsNumbers
      {
        throw ImportError.malformedTensor(path: path, name: keys.first ?? "the list")
      }
      return
    }
    if keys.count == 1 { try addField(keys[0], value) }
  }
}

extension JSONValue {
  fileprivate var isNested: Bool { array != nil || object != nil }
  /// In lists in lists, as far as anyone would look.
  fileprivate var holdsNumbers: Bool {
    var level = [self]
    for _ in 0...NestedNumbers.depthLimit where !level.isEmpty {
      if level.contains(where: { $0.number != nil }) { return true }
      level = level.flatMap { $0.array.map(Array.init) ?? [] }
    }
    return false
  }

  fileprivate var isListOfTexts: Bool { array?.allSatisfy { $0.string != nil } ?? false }
}

extension [Int] {
  /// The product of sizes; nil where one is no size, or the product too large.
  fileprivate var elementCount: Int? {
    var count = 1
    for size in self {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size > 0, !overflow else { return nil }
      count = product
    }
    return count
  }
}
