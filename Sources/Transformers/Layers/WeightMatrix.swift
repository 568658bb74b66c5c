import CKernels
import Tensors

/// A matrix of weights `[rows, columns]`, used where it lies in the mapped file.
struct WeightMatrix: Sendable {
  let name: String
  let rowCount: Int
  let columnCount: Int
  private let storage: Storage
  private let element: ck_element

  private enum Storage: Sendable {
    case mapped(Tensor)
    case converted([Float])
  }

  /// - Precondition: A matrix of floating-point numbers. Double precision is rounded to a copy.
  init(_ tensor: Tensor) {
    precondition(tensor.shape.count == 2)
    name = tensor.name
    rowCount = tensor.shape[0]
    columnCount = tensor.shape[1]
    if let kernelElement = tensor.elementType.kernelElement, kernelElement != CK_FLOAT64 {
      storage = .mapped(tensor)
      element = kernelElement
    } else {
      storage = .converted(tensor.floats)
      element = CK_FLOAT32
    }
  }

  func withMatrix<Result>(_ body: (ck_matrix) -> Result) -> Result {
    switch storage {
    case .mapped(let tensor):
      withExtendedLifetime(tensor) { body(matrix(tensor.bytes)) }
    case .converted(let values):
      values.withUnsafeBytes { body(matrix($0)) }
    }
  }

  private func matrix(_ bytes: UnsafeRawBufferPointer) -> ck_matrix {
    // A matrix without elements has no address; no one will read there.
    let start = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!
    return ck_matrix(
      elements: start, element: element, row_count: rowCount, column_count: columnCount,
      row_stride: columnCount)
  }
}

extension ck_matrix {
  func rows(_ range: Range<Int>) -> ck_matrix {
    var part = self
    let width = element == CK_FLOAT32 ? 4 : 2
    part.elements += range.lowerBound * row_stride * width
    part.row_count = range.count
    return part
  }
}

extension ElementType {
  fileprivate var kernelElement: ck_element? {
    switch self {
    case .float64: CK_FLOAT64
    case .float32: CK_FLOAT32
    case .float16: CK_FLOAT16
    case .bfloat16: CK_BFLOAT16
    default: nil
    }
  }
}

extension Tensor {
  /// - Precondition: Floating-point numbers, as the `WeightReader` checks.
  var floats: [Float] {
    guard let element = elementType.kernelElement else {
      preconditionFailure("\(name) holds no floating-point numbers")
    }
    return [Float](unsafeUninitializedCapacity: elementCount) { buffer, count in
      if let bytes = bytes.baseAddress, let start = buffer.baseAddress {
        ck_to_float32(bytes, element, start, elementCount)
      }
      count = elementCount
    }
  }
}
