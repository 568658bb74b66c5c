import Files

/// The number format of a stored tensor, named as safetensors names it.
public enum ElementType: String, Sendable, CaseIterable {
  case float64 = "F64"
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int64 = "I64"
  case int32 = "I32"
  case int16 = "I16"
  case int8 = "I8"
  case uint64 = "U64"
  case uint32 = "U32"
  case uint16 = "U16"
  case uint8 = "U8"
  case bool = "BOOL"

  /// Bytes of one element.
  public var width: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }
}

/// A tensor of a checkpoint, used where it lies: dense, row-major, little-endian.
public struct Tensor: Sendable {
  public let name: String
  public let elementType: ElementType
  public let shape: [Int]
  /// The elements, not necessarily aligned; valid while the tensor (or a copy of it) lives.
  public nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
  private let owner: FileBytes

  /// - Precondition: `bytes` lies in `owner` and holds exactly the product of `shape` elements.
  public init(
    name: String, elementType: ElementType, shape: [Int], bytes: UnsafeRawBufferPointer,
    owner: FileBytes
  ) {
    precondition(bytes.count == shape.reduce(1, *) * elementType.width)
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.bytes = bytes
    self.owner = owner
  }

  public var elementCount: Int { shape.reduce(1, *) }
}
