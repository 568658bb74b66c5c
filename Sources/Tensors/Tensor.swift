import CKernels
import Files

/// A tensor of a checkpoint, used where it lies: dense, row-major, little-endian.
public struct Tensor: Sendable {
  public let name: String
  public let elementType: ElementType
  public private(set) var shape: [Int]
  /// The layout of the elements, where that is not as `shape` has them.
  public private(set) var arrangement = Arrangement.inOrder
  /// The meaning of the elements, where they are codes; `shape` counts these then.
  public let codes: Codes?
  /// The elements, not necessarily aligned; valid while the tensor (or a copy of it) lives.
  public nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
  /// The file that holds the tensor, for messages.
  public let path: String
  private let owner: FileBytes

  /// - Precondition: `bytes` lies in `owner` and holds exactly the product of `shape` elements.
  public init(
    name: String, elementType: ElementType, shape: [Int], bytes: UnsafeRawBufferPointer,
    owner: FileBytes
  ) {
    precondition(bytes.count == elementType.byteCount(of: shape))
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.bytes = bytes
    self.owner = owner
    path = owner.path
    codes = nil
  }

  /// A matrix of codes, `[lines, columns]`.
  package init(name: String, shape: [Int], codes: Codes) {
    precondition(shape.count == 2)
    self.name = name
    self.shape = shape
    self.codes = codes
    elementType = codes.tensor.elementType
    bytes = codes.tensor.bytes
    owner = codes.tensor.owner
    path = codes.tensor.path
  }

  /// Numbers that a file spells out, such as JSON's.
  /// - Parameter path: The file, for messages.
  package init(name: String, values: [Float], shape: [Int], path: String) {
    let copy = FileBytes(name: path, count: values.count * MemoryLayout<Float>.size) { target in
      values.withUnsafeBytes { target.copyMemory(from: $0) }
    }
    self.init(
      name: name, elementType: .float32, shape: shape, bytes: copy.bytes, owner: copy)
  }

  public var elementCount: Int { shape.reduce(1, *) }

  /// The element type for the kernels; nil for what is not computed with.
  package var kernelElement: ck_element? { codes != nil ? CK_CODED : elementType.kernelElement }

  /// The change that another program has made to the order of a matrix.
  public enum Arrangement: Equatable, Sendable {
    case inOrder
    /// The axes lie the other way round.
    case transposed
    /// Each row lies where the row with this number should.
    case rows([UInt32])
  }

  /// The part at `index` of the first axis, not copied: `shape[1...]`.
  /// - Precondition: A tensor of several axes that lies in order, whose parts are whole blocks.
  public func part(_ index: Int) -> Tensor {
    precondition(shape.count > 1 && arrangement == .inOrder && (0..<shape[0]).contains(index))
    let byteCount = bytes.count / shape[0]
    return Tensor(
      name: "\(name)[\(index)]", elementType: elementType, shape: Array(shape[1...]),
      bytes: UnsafeRawBufferPointer(
        rebasing: bytes[index * byteCount..<(index + 1) * byteCount]),
      owner: owner)
  }

  /// Some of the rows of a matrix, or of the elements of a vector of floats, not copied.
  /// - Precondition: It lies in order, and has such rows.
  public func rows(_ rows: Range<Int>) -> Tensor {
    precondition(arrangement == .inOrder && rows.upperBound <= shape[0])
    precondition(shape.count > 1 || elementType.block.count == 1)
    let byteCount = bytes.count / shape[0]
    return Tensor(
      name: name, elementType: elementType, shape: [rows.count] + shape[1...],
      bytes: UnsafeRawBufferPointer(
        rebasing: bytes[rows.lowerBound * byteCount..<rows.upperBound * byteCount]),
      owner: owner)
  }

  /// The matrix with its axes exchanged, not copied.
  /// - Precondition: A matrix that lies in order.
  public var transposed: Tensor {
    precondition(shape.count == 2 && arrangement == .inOrder)
    var copy = self
    copy.shape.reverse()
    copy.arrangement = .transposed
    return copy
  }

  /// The vector as a matrix of one row, not copied.
  /// - Precondition: A vector.
  public var asRow: Tensor {
    precondition(shape.count == 1)
    var copy = self
    copy.shape = [1] + shape
    return copy
  }

  /// The matrix with its rows in another order, not copied.
  /// - Precondition: A matrix that lies in order, and the number of one of its rows for each of them.
  public func withRows(_ order: [UInt32]) -> Tensor {
    precondition(shape.count == 2 && arrangement == .inOrder)
    precondition(order.count == shape[0] && order.allSatisfy { $0 < shape[0] })
    var copy = self
    copy.arrangement = .rows(order)
    return copy
  }
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
    try FloatTensor(self).read(from: range.lowerBound, count: range.count)
  }
}

extension Tensor {
  /// The elements of a tensor of whole numbers or truths; nil for other types, and for what 64 bits with a sign
  /// cannot hold.
  public var integers: [Int]? {
    switch elementType {
    case .int64: integers(Int64.self)
    case .int32: integers(Int32.self)
    case .int16: integers(Int16.self)
    case .int8: integers(Int8.self)
    case .uint64: integers(UInt64.self)
    case .uint32: integers(UInt32.self)
    case .uint16: integers(UInt16.self)
    case .uint8, .bool: integers(UInt8.self)
    default: nil
    }
  }

  private func integers<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type) -> [Int]?
  {
    withExtendedLifetime(owner) {
      let numbers = (0..<elementCount).compactMap { index in
        bytes.number(at: index * MemoryLayout<Number>.size, as: type).flatMap { Int(exactly: $0) }
      }
      return numbers.count == elementCount ? numbers : nil
    }
  }
}
