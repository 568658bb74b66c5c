import Files

/// An array as NumPy stores it (`.npy`), used where it lies.
///
/// Behind a magic text, a version and a length stands the header, a dictionary as Python writes it: `descr` (the
/// type), `fortran_order` and `shape`; then the elements. Numbers have to be little-endian. What lies column by
/// column is copied. Format: the NEP on `.npy` files,
/// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
public struct NPYArray: Sendable {
  public enum Contents: Sendable {
    case numbers(Tensor)
    /// Row-major, without the zeros that fill them up.
    case texts([String])
  }

  public let name: String
  public let shape: [Int]
  public let contents: Contents

  /// Bytes that no header of an array of numbers comes near, and no tokens.
  private static let headerLimit = 1 << 20
  private static let textLimit = 1 << 26

  static let signature: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// - Parameter range: Where the array lies in the file.
  init(_ file: FileBytes, in range: Range<Int>, name: String) throws(TensorError) {
    let malformed = TensorError.malformedNPY(path: file.path, array: name)
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[range])
    guard bytes.starts(with: Self.signature),
      let version: UInt8 = bytes.number(at: 6), (1...3).contains(version)
    else { throw malformed }
    let length: Int? =
      version == 1
      ? bytes.number(at: 8, as: UInt16.self).map(Int.init)
      : bytes.number(at: 8, as: UInt32.self).map(Int.init)
    let start = version == 1 ? 10 : 12
    guard let length, length <= min(bytes.count - start, Self.headerLimit),
      let header = NPYHeader(String(decoding: bytes[start..<start + length], as: UTF8.self))
    else { throw malformed }

    try self.init(
      UnsafeRawBufferPointer(rebasing: bytes[(start + length)...]), of: file, name: name,
      type: header.type, shape: header.shape, isFortran: header.isFortran)
  }

  /// - Parameters:
  ///   - data: The elements.
  ///   - file: What holds them.
  ///   - typeName: As a header writes it.
  init(
    _ data: UnsafeRawBufferPointer, of file: FileBytes, name: String, type typeName: String,
    shape: [Int], isFortran: Bool
  ) throws(TensorError) {
    self.name = name
    self.shape = shape
    guard let type = NPYType(typeName) else {
      throw .unsupportedNPYType(path: file.path, array: name, type: typeName)
    }
    guard let byteCount = type.width.multiplied(by: shape) else {
      throw .shapeTooLarge(path: file.path, tensor: name, shape: shape)
    }
    guard byteCount == data.count else {
      throw .sizeMismatch(
        path: file.path, tensor: name, shape: shape, expected: byteCount, found: data.count)
    }
    switch type {
    case .numbers(let elementType):
      contents = .numbers(
        try Self.tensor(
          data, elementType, shape, isFortran: isFortran, name: name, owner: file))
    case .texts(let width):
      guard !isFortran || shape.count < 2 else {
        throw .malformedNPY(path: file.path, array: name)
      }
      guard data.count <= Self.textLimit else {
        throw .shapeTooLarge(path: file.path, tensor: name, shape: shape)
      }
      contents = .texts(Self.texts(data, width: width))
    }
  }

  private static func tensor(
    _ data: UnsafeRawBufferPointer, _ elementType: ElementType, _ shape: [Int], isFortran: Bool,
    name: String, owner: FileBytes
  ) throws(TensorError) -> Tensor {
    guard isFortran, shape.count > 1 else {
      return Tensor(name: name, elementType: elementType, shape: shape, bytes: data, owner: owner)
    }
    var strides: [Int] = []
    var stride = 1
    for size in shape {
      strides.append(stride)
      stride *= size
    }
    let view = try StridedView(
      elementType: elementType, offset: 0, shape: shape, strides: strides,
      storageSize: data.count, tensor: name, path: owner.path)
    try TensorError.wrapping { () throws(FileError) in
      try FileError.requireRoom(view.byteCount, for: name, of: owner.path)
    }
    let copy = FileBytes(name: owner.path, count: view.byteCount) {
      view.copy(from: data, to: $0)
    }
    return Tensor(
      name: name, elementType: elementType, shape: shape, bytes: copy.bytes, owner: copy)
  }

  /// - Parameter width: Scalars of each text.
  private static func texts(_ data: UnsafeRawBufferPointer, width: Int) -> [String] {
    guard width > 0 else { return [] }
    return stride(from: 0, to: data.count, by: 4 * width).map { start in
      var scalars = String.UnicodeScalarView()
      for index in 0..<width {
        let value: UInt32 = data.number(at: start + 4 * index) ?? 0
        scalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
      }
      while scalars.last == "\0" { scalars.removeLast() }
      return String(scalars)
    }
  }
}

extension NPYArray {
  /// A file with one array.
  public init(_ file: FileBytes) throws(TensorError) {
    try self.init(file, in: 0..<file.bytes.count, name: "the array")
  }
}

/// A type as the header writes it, such as `<f4` or `<U12`.
private enum NPYType {
  case numbers(ElementType)
  /// `width` scalars of 4 bytes.
  case texts(width: Int)

  init?(_ name: String) {
    if let elementType = Self.elementTypes[name] {
      self = .numbers(elementType)
    } else if name.hasPrefix("<U"), let width = Int(name.dropFirst(2)),
      (0...1 << 28).contains(width)
    {
      self = .texts(width: width)
    } else {
      return nil
    }
  }

  var width: Int {
    switch self {
    case .numbers(let type): type.width
    case .texts(let width): 4 * width
    }
  }

  private static let elementTypes: [String: ElementType] = [
    "<f8": .float64, "<f4": .float32, "<f2": .float16, "<i8": .int64, "<i4": .int32,
    "<i2": .int16, "|i1": .int8, "<u8": .uint64, "<u4": .uint32, "<u2": .uint16, "|u1": .uint8,
    "|b1": .bool, "<c8": .complex64,
  ]
}
