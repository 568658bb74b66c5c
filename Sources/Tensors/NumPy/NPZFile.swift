import Files

/// The arrays of an `.npz` archive, as `numpy.savez` and `numpy.savez_compressed` write it.
///
/// Stored arrays are used where they lie, compressed ones are unpacked. What else the archive holds is left out.
public struct NPZFile: Sendable {
  /// Sorted by name.
  public let arrays: [NPYArray]

  private static let ending = ".npy"

  public init(_ file: FileBytes) throws(TensorError) {
    let directory = try ZipDirectory(file, allowsPacked: true)
    var inflater = Inflater(file)
    var arrays: [NPYArray] = []
    for record in directory.records.values.sorted(by: { $0.name < $1.name })
    where record.name.hasSuffix(Self.ending) {
      let name = String(record.name.dropLast(Self.ending.count))
      if record.isPacked {
        let contents = try inflater.unpack(record)
        arrays.append(try NPYArray(contents, in: 0..<record.size, name: name))
      } else {
        arrays.append(try NPYArray(file, in: record.data, name: name))
      }
    }
    self.arrays = arrays
  }
}
