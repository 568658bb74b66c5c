import Files

/// A tensor of a checkpoint, used where it lies: dense, row-major, little-endian.
public struct Tensor: Sendable {
  public let name: String
  public let elementType: ElementType
  public let shape: [Int]
  /// The elements, not necessarily aligned; valid while the tensor (or a copy of it) lives.
  public nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
  /// The file that holds the tensor, for messages.
  public let path: String
  private let owner: any AnyObject & Sendable

  /// - Precondition: `bytes` lies in `owner` and holds exactly the product of `shape` elements.
  public init(
    name: String, elementType: ElementType, shape: [Int], bytes: UnsafeRawBufferPointer,
    owner: FileBytes
  ) {
    self.init(
      name: name, elementType: elementType, shape: shape, bytes: bytes, owner: owner,
      path: owner.path)
  }

  /// For a tensor that had to be copied: `owner` keeps the bytes alive, `path` is where they are from.
  init(
    name: String, elementType: ElementType, shape: [Int], bytes: UnsafeRawBufferPointer,
    owner: any AnyObject & Sendable, path: String
  ) {
    precondition(bytes.count == shape.reduce(1, *) * elementType.width)
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.bytes = bytes
    self.owner = owner
    self.path = path
  }

  public var elementCount: Int { shape.reduce(1, *) }
}

extension Tensor {
  /// All elements, widened or rounded to single precision.
  /// - Throws: `notFloatingPoint` for integers and for floats of 8 bits.
  public func floats() throws(TensorError) -> [Float] {
    try floats(in: 0..<elementCount)
  }

  /// The elements at `index` of the first axis: a row of a matrix, an element of a vector.
  /// - Precondition: The tensor has a first axis, and `index` lies in it.
  public func row(_ index: Int) throws(TensorError) -> [Float] {
    precondition(index >= 0 && index < shape[0])
    let count = elementCount / shape[0]
    return try floats(in: index * count..<(index + 1) * count)
  }

  private func floats(in range: Range<Int>) throws(TensorError) -> [Float] {
    switch elementType {
    case .float32: read(range, as: UInt32.self, Float.init(bitPattern:))
    case .float16: read(range, as: UInt16.self) { Float(Float16(bitPattern: $0)) }
    case .bfloat16: read(range, as: UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .float64: read(range, as: UInt64.self) { Float(Double(bitPattern: $0)) }
    default: throw .notFloatingPoint(path: path, tensor: name, type: elementType)
    }
  }

  private func read<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ range: Range<Int>, as bits: Bits.Type, _ widen: (Bits) -> Float
  ) -> [Float] {
    range.map {
      widen(
        Bits(
          littleEndian: bytes.loadUnaligned(
            fromByteOffset: $0 * MemoryLayout<Bits>.size, as: Bits.self)))
    }
  }
}
