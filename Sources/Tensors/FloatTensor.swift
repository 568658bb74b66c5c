import CKernels

/// A tensor of floating-point numbers, whose elements can be read as single-precision ones.
public struct FloatTensor: Sendable {
  public let tensor: Tensor
  private let element: ck_element

  /// - Precondition: The elements lie in order, and are no codes.
  /// - Throws: `notFloatingPoint` for integers and for floats of 8 bits.
  public init(_ tensor: Tensor) throws(TensorError) {
    precondition(tensor.arrangement == .inOrder && tensor.codes == nil)
    guard let element = tensor.elementType.kernelElement else {
      throw .notFloatingPoint(path: tensor.path, tensor: tensor.name, type: tensor.elementType)
    }
    self.tensor = tensor
    self.element = element
  }

  /// `count` elements, widened or rounded to single precision.
  ///
  /// - Parameters:
  ///   - start: The first of them, in row-major order.
  ///   - stride: The distance from each to the next, in elements.
  /// - Precondition: All of them lie in the tensor; where this has blocks, they are whole ones.
  public func read(from start: Int, count: Int, stride: Int = 1) -> [Float] {
    guard count > 0 else { return [] }
    precondition(start >= 0 && stride > 0 && start + (count - 1) * stride < tensor.elementCount)
    let block = tensor.elementType.block
    precondition(
      block.count == 1
        || stride == 1 && start.isMultiple(of: block.count) && count.isMultiple(of: block.count))
    return withExtendedLifetime(tensor) {
      [Float](unsafeUninitializedCapacity: count) { buffer, initializedCount in
        initializedCount = count
        guard let out = buffer.baseAddress, let bytes = tensor.bytes.baseAddress else { return }
        guard stride > 1 else {
          ck_to_float32(bytes + start / block.count * block.byteCount, element, out, count)
          return
        }
        for index in 0..<count {
          ck_to_float32(
            bytes + (start + index * stride) * block.byteCount, element, out + index, 1)
        }
      }
    }
  }
}
