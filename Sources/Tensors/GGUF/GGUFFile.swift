import Files

/// A file in GGUF, the format of llama.cpp, versions 2 and 3, used where it lies.
///
/// Little-endian: the letters GGUF, a version, the counts of tensors and of metadata, the metadata (key, type, value),
/// the directory of tensors (name, sizes with the innermost first, type, offset), and, from the next multiple of
/// `general.alignment` on, the data. Everything is checked before the first tensor is handed out. Format:
/// https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
public struct GGUFFile: Sendable {
  public let path: String
  public let metadata: [String: GGUFValue]
  public let tensors: [String: Tensor]

  public init(_ file: FileBytes) throws(TensorError) {
    path = file.path
    guard Self.isGGUF(file) else { throw .notGGUF(path: path) }
    var reader = GGUFReader(file.bytes, in: file)
    _ = try reader.number(UInt32.self, of: "the header")
    let version = try reader.number(UInt32.self, of: "the header")
    guard version & 0xFFFF != 0 else { throw .bigEndian(path: path) }
    guard 2...3 ~= version else { throw .unreadVersion(path: path, version: version) }
    let tensorCount = try reader.count(leastSize: 24, of: "the directory of tensors")
    let valueCount = try reader.count(leastSize: 13, of: "the metadata")

    var metadata: [String: GGUFValue] = [:]
    for _ in 0..<valueCount {
      let key = try reader.string(of: "the metadata")
      guard metadata.updateValue(try reader.value(of: key), forKey: key) == nil else {
        throw .duplicateKey(path: path, key: key)
      }
    }
    self.metadata = metadata

    let alignment = try Self.alignment(metadata["general.alignment"], path: path)
    var entries: [Entry] = []
    for _ in 0..<tensorCount {
      entries.append(try Entry(&reader, alignment: alignment, path: path))
    }
    // Without tensors, the file may end here.
    let start = min(file.bytes.count, (reader.offset + alignment - 1) / alignment * alignment)
    let data = UnsafeRawBufferPointer(rebasing: file.bytes[start...])
    var tensors: [String: Tensor] = [:]
    for entry in entries {
      let tensor = try entry.tensor(in: data, of: file)
      guard tensors.updateValue(tensor, forKey: entry.name) == nil else {
        throw .duplicateTensor(path: path, tensor: entry.name)
      }
    }
    self.tensors = tensors
  }

  /// Whether the file begins as one in this format.
  public static func isGGUF(_ file: FileBytes) -> Bool { file.bytes.starts(with: "GGUF".utf8) }

  private static func alignment(_ value: GGUFValue?, path: String) throws(TensorError) -> Int {
    guard let value else { return 32 }
    guard let alignment = value.integer, 1...1 << 20 ~= alignment,
      alignment & (alignment - 1) == 0
    else {
      throw .wrongAlignment(path: path, found: value.integer.map(String.init) ?? value.kind)
    }
    return alignment
  }
}

/// A tensor's entry in the directory, consistent in itself.
private struct Entry {
  let name: String
  let elementType: ElementType
  /// The outermost size first.
  let shape: [Int]
  let byteCount: Int
  let offset: UInt64

  init(_ reader: inout GGUFReader, alignment: Int, path: String) throws(TensorError) {
    let part = "the directory of tensors"
    let name = try reader.string(of: part)
    self.name = name
    let dimensionCount = try reader.number(UInt32.self, of: part)
    guard 1...4 ~= dimensionCount else {
      throw .wrongDimensionCount(path: path, tensor: name, count: Int(dimensionCount))
    }
    var sizes: [Int] = []
    for _ in 0..<dimensionCount {
      let size = try reader.number(UInt64.self, of: part)
      sizes.append(Int(clamping: size))
    }
    shape = sizes.reversed()
    guard shape.allSatisfy({ $0 > 0 }) else {
      throw .emptyDimension(path: path, tensor: name, shape: shape)
    }
    let number = try reader.number(UInt32.self, of: part)
    guard let elementType = ElementType(gguf: number) else {
      throw .unknownElementType(path: path, tensor: name, type: "number \(number) of GGUF's")
    }
    self.elementType = elementType
    guard sizes[0].isMultiple(of: elementType.block.count) else {
      throw .rowNotInBlocks(
        path: path, tensor: name, type: elementType, columnCount: sizes[0],
        blockSize: elementType.block.count)
    }
    guard let byteCount = elementType.byteCount(of: shape) else {
      throw .shapeTooLarge(path: path, tensor: name, shape: shape)
    }
    self.byteCount = byteCount
    offset = try reader.number(UInt64.self, of: part)
    guard offset.isMultiple(of: UInt64(alignment)) else {
      throw .unalignedOffset(path: path, tensor: name, offset: offset, alignment: alignment)
    }
  }

  func tensor(in data: UnsafeRawBufferPointer, of file: FileBytes) throws(TensorError) -> Tensor {
    let start = Int(clamping: offset)
    let (end, overflow) = start.addingReportingOverflow(byteCount)
    guard !overflow, end <= data.count else {
      throw .dataOutside(
        path: file.path, tensor: name, end: overflow ? Int.max : end, available: data.count)
    }
    return Tensor(
      name: name, elementType: elementType, shape: shape,
      bytes: UnsafeRawBufferPointer(rebasing: data[start..<end]), owner: file)
  }
}
