/// Elements of a storage: index (i, j, …) lies at `offset + i * strides[0] + j * strides[1] + …`.
struct StridedView {
  let shape: [Int]
  /// Bytes of all elements together.
  let byteCount: Int
  private let strides: [Int]
  private let offset: Int
  private let width: Int

  /// - Parameters:
  ///   - offset: Counted in elements, as the strides.
  ///   - storageSize: Bytes that the storage has.
  ///   - tensor: Named in errors, as `path`.
  init(
    elementType: ElementType, offset: Int, shape: [Int], strides: [Int], storageSize: Int,
    tensor: String, path: String
  ) throws(TensorError) {
    guard shape.count == strides.count, offset >= 0, (shape + strides).allSatisfy({ $0 >= 0 })
    else { throw .malformedView(path: path, tensor: tensor) }
    width = elementType.width
    guard let byteCount = elementType.byteCount(of: shape) else {
      throw .shapeTooLarge(path: path, tensor: tensor, shape: shape)
    }
    self.byteCount = byteCount
    self.shape = shape
    self.offset = offset
    // A stride that is never taken can be any number.
    self.strides = zip(shape, strides).map { size, stride in size > 1 ? stride : 0 }
    guard byteCount > 0 else { return }

    var rest = storageSize / width - 1
    guard offset <= rest else {
      throw .outsideStorage(path: path, tensor: tensor, shape: shape, storageSize: storageSize)
    }
    rest -= offset
    for (size, stride) in zip(shape, strides) where size > 1 {
      guard stride <= rest / (size - 1) else {
        throw .outsideStorage(path: path, tensor: tensor, shape: shape, storageSize: storageSize)
      }
      rest -= (size - 1) * stride
    }
  }

  /// The bytes of the elements in the storage, if they follow each other there in order; else nil.
  var denseRange: Range<Int>? {
    guard byteCount > 0 else { return 0..<0 }
    var count = 1
    for (size, stride) in zip(shape, strides).reversed() where size > 1 {
      guard stride == count else { return nil }
      count *= size
    }
    return offset * width..<offset * width + byteCount
  }

  /// Puts the elements in order.
  /// - Precondition: `storage` has the size that was given, `target` has `byteCount` bytes.
  func copy(from storage: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) {
    precondition(target.count == byteCount)
    switch width {
    case 1: gather(UInt8.self, storage, target)
    case 2: gather(UInt16.self, storage, target)
    case 4: gather(UInt32.self, storage, target)
    default: gather(UInt64.self, storage, target)
    }
  }

  private func gather<Bits: BitwiseCopyable>(
    _ type: Bits.Type, _ storage: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer
  ) {
    guard byteCount > 0, let rowSize = shape.last, let rowStride = strides.last else { return }
    var row = [Int](repeating: 0, count: shape.count - 1)
    var start = offset
    for targetStart in stride(from: 0, to: byteCount, by: rowSize * width) {
      for column in 0..<rowSize {
        target.storeBytes(
          of: storage.loadUnaligned(
            fromByteOffset: (start + column * rowStride) * width, as: Bits.self),
          toByteOffset: targetStart + column * width, as: Bits.self)
      }
      for axis in row.indices.reversed() {
        row[axis] += 1
        start += strides[axis]
        guard row[axis] == shape[axis] else { break }
        start -= row[axis] * strides[axis]
        row[axis] = 0
      }
    }
  }
}
