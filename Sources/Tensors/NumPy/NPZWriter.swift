import Files

/// Writes tensors and texts as an `.npz` archive: what `numpy.load` reads.
///
/// A text becomes an array without dimensions, of NumPy's type `<U`. Formats: the NEP on
/// `.npy` files, https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
public enum NPZWriter {
  /// - Precondition: No two tensors or texts have the same name.
  public static func write(
    _ tensors: [TensorSource], texts: [String: String], to sink: ByteSink
  ) throws(TensorError) {
    precondition(Set(tensors.map(\.name)).union(texts.keys).count == tensors.count + texts.count)
    // Headers, names and directory entries take less than 1000 bytes for each member.
    let size =
      tensors.reduce(0) { $0 + $1.byteCount + 1000 }
      + texts.reduce(0) { $0 + 4 * $1.value.unicodeScalars.count + 1000 }
    guard size <= StoredZip.byteLimit, tensors.count + texts.count <= StoredZip.memberLimit else {
      throw .tooLargeForZip
    }
    try TensorError.wrapping { () throws(FileError) in
      var zip = StoredZip()
      for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
        // NumPy has no text of length 0.
        let scalars = text.isEmpty ? [0] : text.unicodeScalars.map(\.value)
        try zip.begin("\(name).npy", to: sink)
        try zip.append(header(type: "<U\(scalars.count)", shape: []), to: sink)
        try zip.append(scalars, to: sink)
        try zip.end(to: sink)
      }
      for tensor in tensors {
        try zip.begin("\(tensor.name).npy", to: sink)
        try zip.append(header(type: "<f4", shape: tensor.shape), to: sink)
        try tensor.forEachPiece { values throws(FileError) in try zip.append(values, to: sink) }
        try zip.end(to: sink)
      }
      try zip.finish(to: sink)
    }
  }

  /// The start of an `.npy` file, version 1.0, 64 bytes or a multiple.
  private static func header(type: String, shape: [Int]) -> [UInt8] {
    let sizes = shape.map { "\($0)," }.joined()
    var text = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }".utf8)
    let prefix: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    while !(prefix.count + 2 + text.count + 1).isMultiple(of: 64) { text.append(UInt8(ascii: " ")) }
    text.append(UInt8(ascii: "\n"))
    return prefix + [UInt8(text.count & 0xff), UInt8(text.count >> 8)] + text
  }
}
