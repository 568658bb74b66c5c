import Files
import TestSupport

@testable import Tensors

/// Values as Python 3 pickles them with protocol 2, without memo; storages and tensors as torch does.
enum PickledValue {
  static let none = text("N")

  static func text(_ opcode: String) -> [UInt8] { Array(opcode.utf8) }

  static func string(_ value: String) -> [UInt8] {
    text("X") + littleEndian(UInt32(value.utf8.count)) + text(value)
  }

  static func integer(_ value: Int) -> [UInt8] {
    [0x8a, 8] + littleEndian(UInt64(bitPattern: Int64(value)))
  }

  static func tuple(_ elements: [[UInt8]]) -> [UInt8] {
    text("(") + elements.joined() + text("t")
  }

  static func list(_ elements: [[UInt8]]) -> [UInt8] {
    text("](") + elements.joined() + text("e")
  }

  static func dictionary(_ items: [(String, [UInt8])]) -> [UInt8] {
    text("}(") + items.flatMap { string($0.0) + $0.1 } + text("u")
  }

  static func global(_ module: String, _ name: String) -> [UInt8] { text("c\(module)\n\(name)\n") }

  static func call(_ global: [UInt8], _ arguments: [[UInt8]]) -> [UInt8] {
    global + tuple(arguments) + text("R")
  }

  static func storage(
    count: Int, view: [UInt8]? = nil
  ) -> [UInt8] {
    let id = [
      string("storage"), global("torch", "FloatStorage"), string("0"), string("cpu"),
      integer(count),
    ]
    return tuple(id + (view.map { [$0] } ?? [])) + text("Q")
  }

  static func tensor(
    _ storage: [UInt8], offset: Int = 0, shape: [Int], strides: [Int]
  ) -> [UInt8] {
    call(
      global("torch._utils", "_rebuild_tensor_v2"),
      [
        storage, integer(offset), tuple(shape.map(integer)), tuple(strides.map(integer)),
        none, call(global("collections", "OrderedDict"), []),
      ])
  }

  static func pickle(_ value: [UInt8]) -> [UInt8] { [0x80, 2] + value + text(".") }
}

/// An archive of torch.save with a pickle of the given value, and storages of numbers 1, 2, 3, …
func torchArchive(
  _ value: [UInt8], storages: [(key: String, count: Int)] = [("0", 6)]
) -> [UInt8] {
  var zip = ZipBuilder()
  zip.records = [.init("toy/data.pkl", PickledValue.pickle(value))]
  zip.records += storages.map { .init("toy/data/\($0.key)", floats($0.count)) }
  return zip.bytes
}

func floats(_ count: Int) -> [UInt8] {
  (0..<count).flatMap { littleEndian(Float($0 + 1).bitPattern) }
}

func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  withUnsafeBytes(of: number.littleEndian, Array.init)
}

/// A zip archive made of its parts, each of which can be made wrong.
struct ZipBuilder {
  struct Record {
    var name: String
    var bytes: [UInt8]
    var localName: String
    var flags: UInt16 = 0
    var method: UInt16 = 0
    var checksum: UInt32 = 0
    /// In the directory; nil: the true ones.
    var packedSize: UInt32?
    var size: UInt32?
    var offset: UInt32?
    /// Of the directory's entry.
    var extra: [UInt8] = []

    init(_ name: String, _ bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
      localName = name
    }
  }

  var records: [Record] = []
  var comment = ""
  /// Whether the numbers at the end are 64-bit ones.
  var isLong = false
  /// In the end record; nil: the true ones.
  var entryCount: UInt64?
  var directorySize: UInt64?
  var directoryOffset: UInt64?

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for record in records {
      let start = UInt32(bytes.count)
      let size = UInt32(record.bytes.count)
      bytes += littleEndian(0x0403_4b50 as UInt32) + [20, 0] + littleEndian(record.flags)
      bytes += littleEndian(record.method) + [UInt8](repeating: 0, count: 16)
      // As torch pads: the data begin at an address of their own.
      bytes += littleEndian(UInt16(record.localName.utf8.count)) + [6, 0]
      bytes += Array(record.localName.utf8) + [0x46, 0x42, 2, 0, 0x5a, 0x5a] + record.bytes

      directory += littleEndian(0x0201_4b50 as UInt32) + [20, 0, 20, 0]
      directory += littleEndian(record.flags) + littleEndian(record.method)
      directory += [0, 0, 0, 0] + littleEndian(record.checksum)
      directory += littleEndian(record.packedSize ?? record.size ?? size)
      directory += littleEndian(record.size ?? size)
      directory += littleEndian(UInt16(record.name.utf8.count))
      directory += littleEndian(UInt16(record.extra.count)) + [UInt8](repeating: 0, count: 10)
      directory += littleEndian(record.offset ?? start) + Array(record.name.utf8) + record.extra
    }
    let count = entryCount ?? UInt64(records.count)
    let size = directorySize ?? UInt64(directory.count)
    let offset = directoryOffset ?? UInt64(bytes.count)
    bytes += directory
    if isLong {
      let end = UInt64(bytes.count)
      bytes += littleEndian(0x0606_4b50 as UInt32) + [UInt8](repeating: 0, count: 20)
      bytes += littleEndian(count) + littleEndian(count) + littleEndian(size) + littleEndian(offset)
      bytes +=
        littleEndian(0x0706_4b50 as UInt32) + [0, 0, 0, 0] + littleEndian(end) + [1, 0, 0, 0]
    }
    bytes += littleEndian(0x0605_4b50 as UInt32) + [0, 0, 0, 0]
    for _ in 0..<2 { bytes += littleEndian(isLong ? .max : UInt16(count)) }
    bytes += littleEndian(isLong ? .max : UInt32(size))
    bytes += littleEndian(isLong ? .max : UInt32(offset))
    return bytes + littleEndian(UInt16(comment.utf8.count)) + Array(comment.utf8)
  }
}

/// What reading `bytes` as a checkpoint of torch throws; nil where it succeeds.
func torchFailure(_ bytes: [UInt8]) -> TensorError? {
  do throws(TensorError) {
    _ = try TorchFile(FileBytes(bytes))
    return nil
  } catch {
    return error
  }
}

/// A file in the format before torch 1.6, with one storage of the numbers 1, 2, 3, …, 6.
struct StackBuilder {
  var machine = PickledValue.dictionary([("little_endian", [0x88])])
  var value = PickledValue.dictionary([])
  var keys = ["0"]
  /// Announced for the storage.
  var count: UInt64 = 6

  var bytes: [UInt8] {
    let pickles = [
      PickledValue.integer(1001), machine, value, PickledValue.list(keys.map(PickledValue.string)),
    ]
    return TorchContents.stackSignature + pickles.flatMap(PickledValue.pickle)
      + littleEndian(count) + floats(6)
  }
}
