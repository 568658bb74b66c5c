/// Objects that torch puts into pickles: storages by persistent id, tensors and dictionaries by calls.
///
/// Reference: torch/_utils.py and `persistent_id` in torch/serialization.py.
extension Unpickler {
  /// - Parameter id: `("storage", type, key, device, count)`, in the older format with a sixth:
  ///   None, or `(key, offset, count)` of a part that counts as a storage of its own.
  func storage(_ id: PickleValue) throws(TensorError) -> TorchStorage {
    guard case .tuple(let id) = id, id.count >= 5,
      case .text(let kind) = heap.elements[id.lowerBound], reader.name(kind) == "storage",
      case .global(.storage(let elementType)) = heap.elements[id.lowerBound + 1],
      case .text(let key) = heap.elements[id.lowerBound + 2],
      case .integer(let count) = heap.elements[id.lowerBound + 4], count >= 0,
      !count.multipliedReportingOverflow(by: elementType.width).overflow
    else { throw malformed }
    var part = 0..<count
    if id.count > 5, case .tuple(let view) = heap.elements[id.lowerBound + 5] {
      guard view.count == 3,
        case .integer(let offset) = heap.elements[view.lowerBound + 1],
        case .integer(let partCount) = heap.elements[view.lowerBound + 2],
        0 <= offset, offset <= count, 0 <= partCount, partCount <= count - offset
      else { throw malformed }
      part = offset..<offset + partCount
    }
    return TorchStorage(key: key, elementType: elementType, count: count, part: part)
  }

  mutating func call(
    _ global: TorchGlobal, _ arguments: Range<Int>
  ) throws(TensorError) -> PickleValue {
    switch global {
    case .rebuildTensor:
      return heap.tensor(try tensor(arguments, elementType: nil))
    case .rebuildTypedTensor:
      guard arguments.count >= 7,
        case .global(.elementType(let type)) = heap.elements[arguments.lowerBound + 6]
      else { throw malformed }
      return heap.tensor(try tensor(arguments, elementType: type))
    case .rebuildParameter:
      guard let first = arguments.first, case .tensor = heap.elements[first] else {
        throw malformed
      }
      return heap.elements[first]
    case .orderedDictionary:
      return try orderedDictionary(arguments)
    case .size:
      guard let first = arguments.first, case .tuple = heap.elements[first] else { throw malformed }
      return heap.elements[first]
    case .ignored:
      return .opaque
    case .encode:
      guard let first = arguments.first, case .text(let text) = heap.elements[first] else {
        return .opaque
      }
      return .bytes(.latin1(text))
    case .arrayType, .emptyArray, .arrayOfBytes, .scalar:
      return try callNumPy(global, arguments)
    case .storage, .elementType, .array:
      throw malformed
    }
  }

  private func tensor(
    _ arguments: Range<Int>, elementType: ElementType?
  ) throws(TensorError) -> StoredTensor {
    guard arguments.count >= 4,
      case .storage(let index) = heap.elements[arguments.lowerBound],
      case .integer(let offset) = heap.elements[arguments.lowerBound + 1],
      case .tuple(let shape) = heap.elements[arguments.lowerBound + 2],
      case .tuple(let strides) = heap.elements[arguments.lowerBound + 3]
    else { throw malformed }
    let storage = heap.storages[index]
    return StoredTensor(
      storage: storage, elementType: elementType ?? storage.elementType, offset: offset,
      shape: shape, strides: strides)
  }

  /// Python 2 gives the items as an argument, a list of pairs; Python 3 sets them afterwards.
  private mutating func orderedDictionary(
    _ arguments: Range<Int>
  ) throws(TensorError) -> PickleValue {
    let dictionary = heap.dictionary()
    guard let first = arguments.first else { return dictionary }
    guard case .list(let list) = heap.elements[first], case .dictionary(let index) = dictionary
    else { throw malformed }
    try count(heap.lists[list].count)
    for pair in heap.lists[list] {
      let (key, value): (PickleValue, PickleValue)
      switch pair {
      case .tuple(let range) where range.count == 2:
        (key, value) = (heap.elements[range.lowerBound], heap.elements[range.lowerBound + 1])
      case .list(let list) where heap.lists[list].count == 2:
        (key, value) = (heap.lists[list][0], heap.lists[list][1])
      default:
        throw malformed
      }
      heap.dictionaries[index].append((key, value))
    }
    return dictionary
  }
}
