import CKernels
import Tensors

/// A matrix of weights `[out, in]`, used where it lies in the mapped file, whichever way round it lies there.
struct WeightMatrix: Sendable {
  /// The tensor's name.
  let name: String
  /// The number of outputs.
  let rowCount: Int
  /// The number of inputs.
  let columnCount: Int
  let layout: Layout
  private let storage: Storage
  private let element: ck_element
  /// From the start of one of the tensor's lines to that of the next.
  private let lineBytes: Int
  /// The first of the tensor's rows that this matrix has.
  private let firstRow: Int
  /// The place of each of the tensor's rows; nil where they follow each other.
  private let rowOrder: [UInt32]?
  /// The update that an adapter adds to it.
  private(set) var update: LowRankUpdate?

  /// The layout of the tensor in the file.
  enum Layout: Sendable {
    /// `[out, in]`, as torch's `Linear`.
    case rows
    /// `[in, out]`, as GPT-2's `Conv1D`.
    case columns

    fileprivate var opposite: Layout { self == .rows ? .columns : .rows }
  }

  private enum Storage: Sendable {
    case mapped(Tensor)
    case converted([Float])
  }

  /// - Precondition: A matrix of floating-point numbers, or more than two axes, of which all but the first are taken
  ///   for one. Double precision is rounded to a copy.
  init(_ tensor: Tensor, layout: Layout = .rows) {
    precondition(tensor.shape.count > 1)
    name = tensor.name
    let isTransposed = tensor.arrangement == .transposed
    self.layout = isTransposed ? layout.opposite : layout
    let shape = isTransposed ? tensor.shape.reversed() : tensor.shape
    let lineLength = shape[1...].reduce(1, *)
    rowCount = self.layout == .rows ? shape[0] : lineLength
    columnCount = self.layout == .rows ? lineLength : shape[0]
    firstRow = 0
    rowOrder = if case .rows(let order) = tensor.arrangement { order } else { nil }
    precondition(rowOrder == nil || layout == .rows)
    if let kernelElement = tensor.kernelElement, kernelElement != CK_FLOAT64 {
      storage = .mapped(tensor)
      element = kernelElement
    } else {
      storage = .converted(tensor.floats)
      element = CK_FLOAT32
    }
    lineBytes = ck_byte_count(element, lineLength)
  }

  private init(_ whole: WeightMatrix, rows: Range<Int>) {
    name = whole.name
    layout = whole.layout
    rowCount = rows.count
    columnCount = whole.columnCount
    storage = whole.storage
    element = whole.element
    lineBytes = whole.lineBytes
    firstRow = whole.firstRow + rows.lowerBound
    rowOrder = whole.rowOrder
    update = whole.update?[rows]
  }

  /// Some of the rows, not copied; where the tensor lies by columns, they are whole blocks of its lines.
  subscript(rows: Range<Int>) -> WeightMatrix {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount)
    return WeightMatrix(self, rows: rows)
  }

  /// The same with outputs and inputs exchanged, not copied.
  ///
  /// - Precondition: The first row is that of the tensor.
  var transposed: WeightMatrix {
    precondition(firstRow == 0)
    return WeightMatrix(transposing: self)
  }

  private init(transposing other: WeightMatrix) {
    name = other.name
    layout = other.layout.opposite
    rowCount = other.columnCount
    columnCount = other.rowCount
    storage = other.storage
    element = other.element
    lineBytes = other.lineBytes
    firstRow = 0
    rowOrder = other.rowOrder
    update = other.update?.transposed
  }

  /// The same, with something added to it.
  /// - Precondition: The update's shape is the matrix's.
  func adding(_ update: LowRankUpdate) -> WeightMatrix {
    precondition(update.up.rowCount == rowCount && update.down.columnCount == columnCount)
    var copy = self
    copy.update = update
    return copy
  }

  var withoutUpdate: WeightMatrix {
    var copy = self
    copy.update = nil
    return copy
  }

  /// Writes one row as floats.
  func copyRow(_ row: Int, to out: UnsafeMutablePointer<Float>) {
    withMatrix { matrix in
      switch layout {
      case .rows:
        ck_row_to_float32(matrix, row, 0, out, columnCount)
      case .columns:
        for column in 0..<columnCount { ck_row_to_float32(matrix, column, row, out + column, 1) }
      }
    }
    update?.addRow(row, to: out)
  }

  /// The part of the tensor that belongs to the rows, as it lies there: by columns, if the layout says so. What is added
  /// to it is not in it.
  func withMatrix(_ body: (ck_matrix) -> Void) {
    guard let rowOrder else { return withMatrix(order: nil, body) }
    rowOrder.withUnsafeBufferPointer { order in
      withMatrix(order: order.baseAddress, body)
    }
  }

  private func withMatrix(order: UnsafePointer<UInt32>?, _ body: (ck_matrix) -> Void) {
    switch storage {
    case .mapped(let tensor):
      guard let codes = tensor.codes else {
        return withExtendedLifetime(tensor) { body(matrix(tensor.bytes, order: order)) }
      }
      let isByRows = layout == .rows
      codes.withElements(fromLine: isByRows ? firstRow : 0, column: isByRows ? 0 : firstRow) {
        body(
          ck_matrix(
            elements: $0, element: element, row_count: isByRows ? rowCount : columnCount,
            column_count: isByRows ? columnCount : rowCount, row_bytes: 0, row_order: nil))
      }
    case .converted(let values):
      values.withUnsafeBytes { body(matrix($0, order: order)) }
    }
  }

  private func matrix(
    _ bytes: UnsafeRawBufferPointer, order: UnsafePointer<UInt32>?
  ) -> ck_matrix {
    // A matrix without elements has no address; no one will read there.
    let start = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!
    switch layout {
    case .rows:
      return ck_matrix(
        elements: order == nil ? start + firstRow * lineBytes : start, element: element,
        row_count: rowCount, column_count: columnCount, row_bytes: lineBytes,
        row_order: order.map { $0 + firstRow })
    case .columns:
      precondition(firstRow.isMultiple(of: ck_block_of(element).count))
      return ck_matrix(
        elements: start + ck_byte_count(element, firstRow), element: element,
        row_count: columnCount, column_count: rowCount, row_bytes: lineBytes, row_order: order)
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
