/// A value in a pickle, as far as tensors need it.
///
/// Values with parts lie in a `PickleHeap`, and refer to their place. So structures may be deep, shared
/// or contain themselves, and nothing here recurses.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  /// The range of the text in the file.
  case text(Range<Int>)
  case tuple(Range<Int>)
  case list(Int)
  case dictionary(Int)
  case global(TorchGlobal)
  case storage(Int)
  case tensor(Int)
  case bytes(PickledBytes)
  /// A type of NumPy's.
  case arrayType(Int)
  /// An array of NumPy's.
  case array(Int)
  /// Values that are never looked at: floats, sets, devices.
  case opaque
}

/// The parts of values.
struct PickleHeap {
  var elements: [PickleValue] = []
  var lists: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  /// One for each mention.
  var storages: [TorchStorage] = []
  var tensors: [StoredTensor] = []
  /// As in the header of an `.npy` file, such as `<f4`.
  var arrayTypes: [String] = []
  /// Nil where a state has yet to come.
  var arrays: [PickledArray?] = []

  mutating func tuple(_ values: some Collection<PickleValue>) -> PickleValue {
    let start = elements.count
    elements += values
    return .tuple(start..<elements.count)
  }

  mutating func list(_ values: [PickleValue]) -> PickleValue {
    lists.append(values)
    return .list(lists.count - 1)
  }

  mutating func dictionary() -> PickleValue {
    dictionaries.append([])
    return .dictionary(dictionaries.count - 1)
  }

  mutating func storage(_ storage: TorchStorage) -> PickleValue {
    storages.append(storage)
    return .storage(storages.count - 1)
  }

  mutating func tensor(_ tensor: StoredTensor) -> PickleValue {
    tensors.append(tensor)
    return .tensor(tensors.count - 1)
  }
}

/// Bytes in a pickle.
enum PickledBytes {
  /// As they are.
  case plain(Range<Int>)
  /// Up to protocol 2: one character of Latin-1 for each, in UTF-8.
  case latin1(Range<Int>)
}

/// An array of NumPy's as a pickle describes it, not checked yet.
struct PickledArray {
  /// Place of its type.
  let type: Int
  /// Tuple of the heap.
  let shape: Range<Int>
  let isFortran: Bool
  let contents: Contents

  enum Contents {
    case bytes(PickledBytes)
    /// Python objects, such as arrays that differ in shape: place of the list.
    case objects(Int)
  }
}

/// A run of numbers that tensors share.
struct TorchStorage {
  /// The range of its name in the file.
  let key: Range<Int>
  let elementType: ElementType
  /// Elements, of the whole that the file holds under the name.
  let count: Int
  /// The part that is meant, in elements.
  let part: Range<Int>

  /// Bytes of the whole.
  var byteCount: Int { count * elementType.width }
}

/// A tensor as a pickle describes it: a view of a storage, not checked yet.
struct StoredTensor {
  let storage: TorchStorage
  let elementType: ElementType
  /// Of the first element in the storage, in elements.
  let offset: Int
  /// Tuples of the heap.
  let shape: Range<Int>
  let strides: Range<Int>
}
