import CKernels

/// The number format of a stored tensor, named as safetensors names it.
///
/// Formats below one byte (`F4`, `F6_…`) are unknown here.
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
  // Not computed with: a file may hold them, and they are refused where their values are asked for.
  case float8E4M3 = "F8_E4M3"
  case float8E5M2 = "F8_E5M2"
  case float8E8M0 = "F8_E8M0"
  case complex64 = "C64"

  /// How the kernels read it; nil for what is not computed with.
  package var kernelElement: ck_element? {
    switch self {
    case .float64: CK_FLOAT64
    case .float32: CK_FLOAT32
    case .float16: CK_FLOAT16
    case .bfloat16: CK_BFLOAT16
    default: nil
    }
  }
}

extension ElementType {
  /// Elements that lie together, which only whole can be found by their place.
  public struct Block: Hashable, Sendable {
    /// Elements.
    public let count: Int
    public let byteCount: Int
  }

  /// The geometry: that of the kernels for what is computed with, and single elements for the rest.
  public var block: Block {
    if let kernelElement {
      let block = ck_block_of(kernelElement)
      return Block(count: block.count, byteCount: block.bytes)
    }
    let width =
      switch self {
      case .int64, .uint64, .complex64: 8
      case .int32, .uint32: 4
      case .int16, .uint16: 2
      default: 1
      }
    return Block(count: 1, byteCount: width)
  }

  /// Bytes of one element.
  /// - Precondition: Elements do not lie in blocks.
  var width: Int {
    precondition(block.count == 1)
    return block.byteCount
  }

  /// Bytes of a tensor; nil where they are too many to count, and where a row is no number of whole blocks.
  /// - Parameter shape: No size is negative.
  public func byteCount(of shape: [Int]) -> Int? {
    guard (shape.last ?? 1).isMultiple(of: block.count) else { return nil }
    return block.byteCount.multiplied(by: shape).map { $0 / block.count }
  }
}

extension Int {
  /// nil if that is more than an `Int` can be.
  func multiplied(by sizes: [Int]) -> Int? {
    var product = self
    for size in sizes {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard !overflow else { return nil }
      product = next
    }
    return product
  }
}
