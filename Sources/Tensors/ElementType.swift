import CKernels

/// The number format of a stored tensor, named as safetensors names it.
///
/// Safetensors' formats below one byte (`F4`, `F6_…`) are unknown here.
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
  // Blocks of numbers that share scales, named as llama.cpp names them.
  case q40 = "Q4_0"
  case q41 = "Q4_1"
  case q50 = "Q5_0"
  case q51 = "Q5_1"
  case q80 = "Q8_0"
  case q2K = "Q2_K"
  case q3K = "Q3_K"
  case q4K = "Q4_K"
  case q5K = "Q5_K"
  case q6K = "Q6_K"
  case iq1S = "IQ1_S"
  case iq1M = "IQ1_M"
  case iq2XXS = "IQ2_XXS"
  case iq2XS = "IQ2_XS"
  case iq2S = "IQ2_S"
  case iq3XXS = "IQ3_XXS"
  case iq3S = "IQ3_S"
  case iq4NL = "IQ4_NL"
  case iq4XS = "IQ4_XS"
  case tq10 = "TQ1_0"
  case tq20 = "TQ2_0"
  case mxfp4 = "MXFP4"

  /// The element type for the kernels; nil for what is not computed with.
  package var kernelElement: ck_element? {
    switch self {
    case .float64: CK_FLOAT64
    case .float32: CK_FLOAT32
    case .float16: CK_FLOAT16
    case .bfloat16: CK_BFLOAT16
    case .q40: CK_Q4_0
    case .q41: CK_Q4_1
    case .q50: CK_Q5_0
    case .q51: CK_Q5_1
    case .q80: CK_Q8_0
    case .q2K: CK_Q2_K
    case .q3K: CK_Q3_K
    case .q4K: CK_Q4_K
    case .q5K: CK_Q5_K
    case .q6K: CK_Q6_K
    case .iq1S: CK_IQ1_S
    case .iq1M: CK_IQ1_M
    case .iq2XXS: CK_IQ2_XXS
    case .iq2XS: CK_IQ2_XS
    case .iq2S: CK_IQ2_S
    case .iq3XXS: CK_IQ3_XXS
    case .iq3S: CK_IQ3_S
    case .iq4NL: CK_IQ4_NL
    case .iq4XS: CK_IQ4_XS
    case .tq10: CK_TQ1_0
    case .tq20: CK_TQ2_0
    case .mxfp4: CK_MXFP4
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
