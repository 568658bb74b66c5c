import Files

/// Writes single-precision tensors as a safetensors file, in the order given.
public enum SafetensorsWriter {
  /// - Precondition: No two tensors have the same name.
  public static func write(
    _ tensors: [TensorSource], metadata: [String: String], to sink: ByteSink
  ) throws(FileError) {
    try header(of: tensors, metadata: metadata).write(to: sink)
    for tensor in tensors {
      try tensor.forEachPiece { values throws(FileError) in try values.write(to: sink) }
    }
  }

  public static func write(
    _ tensors: [TensorSource], metadata: [String: String], toFile path: String
  ) throws(FileError) {
    let file = try AtomicFile(path: path)
    try write(tensors, metadata: metadata) { bytes throws(FileError) in try file.write(bytes) }
    try file.commit()
  }

  private static func header(
    of tensors: [TensorSource], metadata: [String: String]
  ) -> [UInt8] {
    precondition(Set(tensors.map(\.name)).count == tensors.count)
    var members: [(String, JSONNode)] = []
    if !metadata.isEmpty {
      let sorted = metadata.sorted { $0.key < $1.key }
      members.append(("__metadata__", .object(sorted.map { ($0.key, .string($0.value)) })))
    }
    var begin = 0
    for tensor in tensors {
      let end = begin + tensor.byteCount
      members.append(
        (
          tensor.name,
          .object([
            ("dtype", .string(ElementType.float32.rawValue)),
            ("shape", .list(tensor.shape.map { .integer($0) })),
            ("data_offsets", .list([.integer(begin), .integer(end)])),
          ])
        ))
      begin = end
    }
    var text = Array(JSONNode.object(members).text.utf8)
    // Readers use the data where they lie: they should be aligned.
    while !text.count.isMultiple(of: 8) { text.append(UInt8(ascii: " ")) }
    return withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init) + text
  }
}
