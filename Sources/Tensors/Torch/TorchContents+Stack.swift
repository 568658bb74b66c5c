import Files

extension TorchContents {
  /// A pickle, of protocol 2, of the format's magic number.
  static let stackSignature: [UInt8] = [
    0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
  ]
  private static let version = 1001

  /// The format before torch 1.6: the magic number, the format's version, what the writing machine was
  /// like, the tensors and a list of keys, each a pickle; then for each key its storage, 8 bytes of element
  /// count and the elements.
  init(stack file: FileBytes) throws(TensorError) {
    let version = try Unpickler.read(
      PickleReader(file, in: Self.stackSignature.count..<file.bytes.count))
    guard case .integer(Self.version) = version.root else {
      throw .notATorchFile(path: file.path)
    }
    let machine = try Unpickler.read(version.reader)
    guard !machine.isBigEndian else { throw .bigEndian(path: file.path) }
    let pickle = try Unpickler.read(machine.reader)
    let keys = try Unpickler.read(pickle.reader)
    self.init(pickle: pickle, storages: try Self.findStorages(keys, of: pickle, in: file))
  }

  private static func findStorages(
    _ keys: Pickle, of pickle: Pickle, in file: FileBytes
  ) throws(TensorError) -> [String: Range<Int>] {
    var described: [String: TorchStorage] = [:]
    for storage in pickle.heap.storages {
      guard let key = pickle.reader.name(storage.key) else { continue }
      if described[key] == nil { described[key] = storage }
    }
    var position = keys.reader.position
    guard case .list(let list) = keys.root else {
      throw .malformedPickle(path: file.path, offset: position)
    }
    var storages: [String: Range<Int>] = [:]
    for case .text(let range) in keys.heap.lists[list] {
      guard let key = keys.reader.name(range), let storage = described[key] else {
        throw .malformedPickle(path: file.path, offset: range.lowerBound)
      }
      let start = position + 8
      guard let count: UInt64 = file.bytes.number(at: position),
        storage.byteCount <= file.bytes.count - start
      else {
        throw .storageOutside(
          path: file.path, storage: key, size: storage.byteCount,
          available: max(0, file.bytes.count - start))
      }
      guard count == storage.count else {
        let width = UInt64(storage.elementType.width)
        let (size, overflow) = count.multipliedReportingOverflow(by: width)
        throw .storageMismatch(
          path: file.path, storage: key, expected: storage.byteCount,
          found: overflow ? .max : Int(clamping: size))
      }
      position = start + storage.byteCount
      storages[key] = start..<position
    }
    return storages
  }
}

extension Pickle {
  fileprivate var isBigEndian: Bool {
    guard case .dictionary(let index) = root else { return false }
    return heap.dictionaries[index].contains { key, value in
      guard case .text(let name) = key, case .bool(false) = value else { return false }
      return reader.name(name) == "little_endian"
    }
  }
}
