import Files

extension TorchContents {
  /// Of a zip archive's first record.
  static let archiveSignature: [UInt8] = [0x50, 0x4b, 3, 4]

  /// The format since torch 1.6: a zip archive of `<name>/data.pkl`, `<name>/byteorder` (in older files
  /// missing, then little-endian) and a `<name>/data/<key>` for each storage.
  init(archive file: FileBytes) throws(TensorError) {
    let records = try ZipDirectory(file).records.mapValues(\.data)
    let pickles = records.filter { name, _ in
      name.utf8.count { $0 == UInt8(ascii: "/") } == 1 && name.hasSuffix("/data.pkl")
    }
    guard let (name, range) = pickles.first, pickles.count == 1 else {
      throw .missingRecord(path: file.path, record: "data.pkl")
    }
    let folder = name.dropLast("data.pkl".count)
    if let order = records["\(folder)byteorder"],
      !file.bytes[order].elementsEqual("little".utf8)
    {
      throw .bigEndian(path: file.path)
    }
    let prefix = "\(folder)data/"
    var storages: [String: Range<Int>] = [:]
    for (name, range) in records where name.hasPrefix(prefix) {
      storages[String(name.dropFirst(prefix.count))] = range
    }
    self.init(
      pickle: try Unpickler.read(PickleReader(file, in: range)), storages: storages)
  }
}
