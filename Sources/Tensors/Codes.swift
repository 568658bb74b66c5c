import CKernels
import Files

/// A quantised matrix whose codes, scales and zeros lie in tensors of their own: each number is
/// (code − zero) · scale, and none is computed before it is multiplied with.
///
/// A line is what is a row of the codes' tensor, or would be if each code had an element of its own.
public final class Codes: Sendable {
  /// The format as notes name it, such as `FP8`.
  public let format: String
  let tensor: Tensor
  private nonisolated(unsafe) let description: ck_codes
  /// The memory that `description` points to besides mapped files.
  private nonisolated(unsafe) let copies: [UnsafeMutableRawPointer]
  private let mapped: [Tensor]

  package struct Scales {
    package var tensor: Tensor
    package var type: ck_scale_type
    /// The number of scales for a line.
    package var perLine: Int
    /// The numbers of lines and columns that have a scale in common.
    package var lines: Int
    package var columns: Int
    /// The line, or the column, of scales for each of the codes, where they do not follow each other.
    package var lineGroups: [Int]?
    package var columnGroups: [Int]?
    /// All are multiplied with this.
    package var factor: Float = 1
    package var nested: Nested?

    package init(
      _ tensor: Tensor, _ type: ck_scale_type, perLine: Int, lines: Int, columns: Int
    ) {
      self.tensor = tensor
      self.type = type
      self.perLine = perLine
      self.lines = lines
      self.columns = columns
    }

    /// For scales that are quantised themselves: they number `values`, and blocks of them have scales.
    package struct Nested {
      package var values: [Float]
      package var scales: [Float]
      package var blockSize: Int
      package var offset: Float

      package init(values: [Float], scales: [Float], blockSize: Int, offset: Float) {
        self.values = values
        self.scales = scales
        self.blockSize = blockSize
        self.offset = offset
      }
    }
  }

  package enum Zeros {
    case none
    case constant(Float)
    /// `lineBytes` from one line of them to the next.
    case stored(Tensor, ck_zero, lineBytes: Int, added: Float = 0)
  }

  /// - Parameters:
  ///   - values: What the codes number, 16 of them; empty for codes that are numbers.
  ///   - flatColumnCount: The length of a line, where lines follow each other without regard to blocks of scales.
  /// - Precondition: All codes, scales and zeros of the matrix lie in their tensors, groups are those of scales.
  package init(
    _ tensor: Tensor, _ code: ck_code, format: String, bits: Int = 8, lineBytes: Int,
    values: [Float] = [], flatColumnCount: Int? = nil, scales: Scales, zeros: Zeros = .none
  ) {
    var copies: [UnsafeMutableRawPointer] = []
    func copy<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafePointer<Element> {
      let copy = UnsafeMutablePointer<Element>.allocate(capacity: max(1, elements.count))
      copy.initialize(from: elements, count: elements.count)
      copies.append(UnsafeMutableRawPointer(copy))
      return UnsafePointer(copy)
    }
    // A tensor without elements has no address; no one will read there.
    func start(_ tensor: Tensor) -> UnsafeRawPointer {
      tensor.bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!
    }
    precondition(values.isEmpty || values.count == 16)
    precondition(scales.lines > 0 && scales.columns > 0)
    var mapped = [tensor, scales.tensor]
    var (zero, constant, zeroStart, zeroBytes) =
      (CK_ZERO_NONE, Float(0), UnsafeRawPointer?.none, 0)
    switch zeros {
    case .none: break
    case .constant(let value): (zero, constant) = (CK_ZERO_CONSTANT, value)
    case .stored(let tensor, let kind, let lineBytes, let added):
      (zero, constant, zeroStart, zeroBytes) = (kind, added, start(tensor), lineBytes)
      mapped.append(tensor)
    }
    description = ck_codes(
      codes: start(tensor), code: code, bits: UInt32(bits), line_bytes: lineBytes,
      values: values.isEmpty ? nil : copy(values), is_flat: flatColumnCount != nil,
      column_count: flatColumnCount ?? 0, first_line: 0, first_column: 0,
      scales: start(scales.tensor), scale: scales.type, scales_per_line: scales.perLine,
      lines_per_scale: scales.lines, columns_per_scale: scales.columns,
      line_groups: scales.lineGroups.map { copy($0.map { Int32($0) }) },
      column_groups: scales.columnGroups.map { copy($0.map { Int32($0) }) },
      factor: scales.factor,
      nested_values: scales.nested.map { copy($0.values) },
      nested_scales: scales.nested.map { copy($0.scales) },
      nested_block: scales.nested?.blockSize ?? 1, nested_offset: scales.nested?.offset ?? 0,
      zero: zero, constant_zero: constant, zeros: zeroStart, zero_bytes: zeroBytes)
    self.format = format
    self.tensor = tensor
    self.copies = copies
    self.mapped = mapped
  }

  deinit {
    for copy in copies { copy.deallocate() }
  }

  /// Calls `body` with what the kernels read, from a line and a column on.
  package func withElements(
    fromLine line: Int = 0, column: Int = 0, _ body: (UnsafeRawPointer) -> Void
  ) {
    var description = description
    description.first_line = line
    description.first_column = column
    withExtendedLifetime(self) { withUnsafeBytes(of: &description) { body($0.baseAddress!) } }
  }
}
