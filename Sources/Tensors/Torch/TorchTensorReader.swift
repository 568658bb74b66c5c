import Files

/// Makes tensors of what a pickle says about them.
struct TorchTensorReader {
  private let contents: TorchContents
  private let file: FileBytes
  /// Bytes that may still be copied. Views that repeat numbers can be any size: copies may take
  /// together as much as the file, and some more for masks made of a single number.
  private var copyAllowance: Int

  /// As torch.
  private static let axisLimit = 64
  static let freeCopies = 1 << 26

  init(_ contents: TorchContents, in file: FileBytes) {
    self.contents = contents
    self.file = file
    copyAllowance = file.bytes.count + Self.freeCopies
  }

  /// - Parameter name: The tensor's own.
  mutating func read(_ stored: StoredTensor, name: String) throws(TensorError) -> Tensor {
    let storage = try bytes(of: stored.storage)
    let view = try StridedView(
      elementType: stored.elementType, offset: stored.offset,
      shape: try sizes(stored.shape, of: name), strides: try sizes(stored.strides, of: name),
      storageSize: storage.count, tensor: name, path: file.path)
    if let range = view.denseRange {
      return Tensor(
        name: name, elementType: stored.elementType, shape: view.shape,
        bytes: UnsafeRawBufferPointer(rebasing: storage[range]), owner: file)
    }
    guard view.byteCount <= copyAllowance else {
      throw .viewTooLarge(
        path: file.path, tensor: name, shape: view.shape, storageSize: storage.count)
    }
    copyAllowance -= view.byteCount
    try TensorError.wrapping { () throws(FileError) in
      try FileError.requireRoom(view.byteCount, for: name, of: file.path)
    }
    let copy = FileBytes(name: file.path, count: view.byteCount) {
      view.copy(from: storage, to: $0)
    }
    return Tensor(
      name: name, elementType: stored.elementType, shape: view.shape, bytes: copy.bytes,
      owner: copy)
  }

  /// - Parameter name: The array's own.
  mutating func read(_ array: PickledArray, name: String) throws(TensorError) -> NPYArray {
    let shape = try sizes(array.shape, of: name)
    guard shape.allSatisfy({ $0 >= 0 }) else { throw .malformedView(path: file.path, tensor: name) }
    let type = contents.pickle.heap.arrayTypes[array.type]
    guard case .bytes(let bytes) = array.contents else {
      throw .unsupportedNPYType(path: file.path, array: name, type: "|O")
    }
    switch bytes {
    case .plain(let range):
      let data = UnsafeRawBufferPointer(rebasing: file.bytes[range])
      return try NPYArray(
        data, of: file, name: name, type: type, shape: shape, isFortran: array.isFortran)
    case .latin1(let range):
      guard range.count <= copyAllowance else {
        throw .viewTooLarge(
          path: file.path, tensor: name, shape: shape, storageSize: range.count)
      }
      copyAllowance -= range.count
      let text = String(decoding: file.bytes[range], as: UTF8.self)
      let values = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
      let copy = FileBytes(name: file.path, count: values.count) { $0.copyBytes(from: values) }
      return try NPYArray(
        copy.bytes, of: copy, name: name, type: type, shape: shape, isFortran: array.isFortran)
    }
  }

  private func bytes(of storage: TorchStorage) throws(TensorError) -> UnsafeRawBufferPointer {
    let key = contents.pickle.reader.name(storage.key) ?? "?"
    guard let range = contents.storages[key] else {
      throw .missingStorage(path: file.path, storage: key)
    }
    guard range.count == storage.byteCount else {
      throw .storageMismatch(
        path: file.path, storage: key, expected: storage.byteCount, found: range.count)
    }
    let width = storage.elementType.width
    let start = range.lowerBound + storage.part.lowerBound * width
    return UnsafeRawBufferPointer(
      rebasing: file.bytes[start..<start + storage.part.count * width])
  }

  private func sizes(_ tuple: Range<Int>, of tensor: String) throws(TensorError) -> [Int] {
    guard tuple.count <= Self.axisLimit else {
      throw .malformedView(path: file.path, tensor: tensor)
    }
    var sizes: [Int] = []
    for element in contents.pickle.heap.elements[tuple] {
      guard case .integer(let size) = element else {
        throw .malformedView(path: file.path, tensor: tensor)
      }
      sizes.append(size)
    }
    return sizes
  }
}
