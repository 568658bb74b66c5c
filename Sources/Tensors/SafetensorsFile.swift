import Files

/// A file in the safetensors format, used where it lies.
///
/// The first 8 bytes are the header's length (little-endian), then comes the header, a JSON object of
/// name → `{"dtype", "shape", "data_offsets": [begin, end]}`, then the data, which the tensors cover
/// without overlap or hole. Everything is checked before the first tensor is handed out. Format:
/// https://github.com/huggingface/safetensors#format
public struct SafetensorsFile: Sendable {
  public let path: String
  public let tensors: [String: Tensor]
  /// The header's `__metadata__`.
  public let metadata: [String: String]

  /// As in the reference implementation: no real header comes near.
  static let headerLimit: UInt64 = 100_000_000

  public init(_ file: FileBytes) throws(TensorError) {
    path = file.path
    let (header, data) = try Self.split(file)
    let document = try TensorError.wrapping { () throws(FileError) in
      try JSONDocument(header, path: "\(file.path), header")
    }
    guard let members = document.root.object else { throw .headerNotAnObject(path: path) }

    var metadata: [String: String] = [:]
    var entries: [Entry] = []
    for member in members {
      if member.name == "__metadata__" {
        metadata = try Self.readMetadata(member.value, path: path)
      } else {
        entries.append(try Entry(member, path: path))
      }
    }
    self.metadata = metadata

    entries.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    var end = 0
    var tensors: [String: Tensor] = [:]
    for entry in entries {
      guard entry.end <= data.count else {
        throw .dataOutside(path: path, tensor: entry.name, end: entry.end, available: data.count)
      }
      guard entry.begin == end else {
        throw .dataNotContiguous(
          path: path, tensor: entry.name, begin: entry.begin, expected: end)
      }
      end = entry.end
      let tensor = Tensor(
        name: entry.name, elementType: entry.elementType, shape: entry.shape,
        bytes: UnsafeRawBufferPointer(rebasing: data[entry.begin..<entry.end]), owner: file)
      guard tensors.updateValue(tensor, forKey: entry.name) == nil else {
        throw .duplicateTensor(path: path, tensor: entry.name)
      }
    }
    guard end == data.count else {
      throw .dataLeftOver(path: path, end: end, available: data.count)
    }
    self.tensors = tensors
  }

  private static func split(
    _ file: FileBytes
  ) throws(TensorError) -> (header: UnsafeRawBufferPointer, data: UnsafeRawBufferPointer) {
    let bytes = file.bytes
    guard bytes.count >= 8 else {
      throw .headerLength(path: file.path, announced: nil, available: 0)
    }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    let rest = UnsafeRawBufferPointer(rebasing: bytes[8...])
    guard length <= headerLimit, length <= rest.count else {
      throw .headerLength(path: file.path, announced: length, available: rest.count)
    }
    return (
      UnsafeRawBufferPointer(rebasing: rest[..<Int(length)]),
      UnsafeRawBufferPointer(rebasing: rest[Int(length)...])
    )
  }

  private static func readMetadata(
    _ value: JSONValue, path: String
  ) throws(TensorError) -> [String: String] {
    guard let members = value.object else { throw .malformedMetadata(path: path, key: nil) }
    var metadata: [String: String] = [:]
    for member in members {
      guard let text = member.value.string else {
        throw .malformedMetadata(path: path, key: member.name)
      }
      metadata[member.name] = text
    }
    return metadata
  }
}

/// A tensor's entry in the header, consistent in itself.
private struct Entry {
  let name: String
  let elementType: ElementType
  let shape: [Int]
  let begin: Int
  let end: Int

  init(_ member: JSONValue.Member, path: String) throws(TensorError) {
    name = member.name
    guard let type = member.value["dtype"]?.string else {
      throw .malformedEntry(path: path, tensor: name, member: "dtype")
    }
    guard let elementType = ElementType(rawValue: type), elementType.block.count == 1 else {
      throw .unknownElementType(path: path, tensor: name, type: type)
    }
    self.elementType = elementType

    guard let sizes = member.value["shape"]?.array else {
      throw .malformedEntry(path: path, tensor: name, member: "shape")
    }
    let shape = sizes.compactMap(\.integer)
    guard shape.count == sizes.count, shape.allSatisfy({ $0 >= 0 }) else {
      throw .malformedEntry(path: path, tensor: name, member: "shape")
    }
    self.shape = shape

    let offsets = member.value["data_offsets"]?.array?.compactMap(\.integer) ?? []
    guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1],
      member.value["data_offsets"]?.array?.count == 2
    else { throw .malformedEntry(path: path, tensor: name, member: "data_offsets") }
    begin = offsets[0]
    end = offsets[1]

    guard let byteCount = elementType.byteCount(of: shape) else {
      throw .shapeTooLarge(path: path, tensor: name, shape: shape)
    }
    guard byteCount == end - begin else {
      throw .sizeMismatch(
        path: path, tensor: name, shape: shape, expected: byteCount, found: end - begin)
    }
  }
}
