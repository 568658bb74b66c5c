import Files
import TestSupport
import Testing

@testable import Tensors

@Suite struct TorchFileTests {
  private func read(_ name: String) throws -> TorchFile {
    try TorchFile(FileBytes(mapping: Fixtures.path("torch/\(name).bin")))
  }

  @Test(arguments: ["archive", "stack"])
  func equalsTheSafetensorsCopy(_ name: String) throws {
    let file = try read(name)
    let expected = try SafetensorsFile(
      FileBytes(mapping: Fixtures.path("torch/expected.safetensors"))
    ).tensors
    #expect(file.tensors.keys.sorted() == expected.keys.sorted())
    #expect(expected.count == 24)
    for tensor in expected.values {
      let found = try #require(file.tensors[tensor.name])
      #expect(found.name == tensor.name)
      #expect(found.path == file.path)
      #expect(found.elementType == tensor.elementType, "\(tensor.name)")
      #expect(found.shape == tensor.shape, "\(tensor.name)")
      #expect(found.bytes.elementsEqual(tensor.bytes), "\(tensor.name)")
    }
  }

  @Test(arguments: ["archive", "stack"])
  func copiesOnlyWhatIsNotDense(_ name: String) throws {
    let bytes = try FileBytes(mapping: Fixtures.path("torch/\(name).bin"))
    let tensors = try TorchFile(bytes).tensors
    let inside = tensors.values.filter { tensor in
      guard let start = tensor.bytes.baseAddress, let first = bytes.bytes.baseAddress else {
        return true
      }
      return first <= start && start + tensor.bytes.count <= first + bytes.bytes.count
    }
    #expect(
      Set(tensors.keys).subtracting(inside.map(\.name))
        == ["transposed", "column", "every_second", "permuted", "expanded"])
    let query = try #require(tensors["query"]?.bytes.baseAddress)
    let key = try #require(tensors["key"]?.bytes.baseAddress)
    #expect(key - query == 4 * 4 * 4)
    #expect(tensors["tied"]?.bytes.baseAddress == query)
  }

  /// Outlives the file's own variable.
  @Test func copiesLiveAsLongAsTheirTensor() throws {
    let transposed = try #require(try read("archive").tensors["transposed"])
    let base = try #require(try read("stack").tensors["column"])
    #expect(transposed.shape == [5, 6])
    #expect(try transposed.row(2) == base.floats())
  }

  @Test(arguments: [1, 2, 4, 5]) func readsWhatTrainingSaves(_ protocolNumber: Int) throws {
    let file = try read("nested-protocol\(protocolNumber)")
    #expect(file.tensors.keys.sorted() == ["bias", "weight"])
    #expect(try file.tensors["weight"]?.floats() == [1, 1, 1])
    #expect(try file.tensors["bias"]?.floats() == [0, 0, 0])
  }

  @Test(arguments: [[], [0x80, 2], Array("<!DOCTYPE html>".utf8), PickledValue.pickle([])])
  func refusesOtherFiles(_ bytes: [UInt8]) {
    #expect(torchFailure(bytes) == .notATorchFile(path: "test"))
  }

  @Test func refusesBigEndianFiles() throws {
    var zip = ZipBuilder()
    zip.records = [.init("a/data.pkl", []), .init("a/byteorder", Array("big".utf8))]
    #expect(torchFailure(zip.bytes) == .bigEndian(path: "test"))
    let machine = PickledValue.dictionary([("little_endian", [0x89])])
    #expect(torchFailure(StackBuilder(machine: machine).bytes) == .bigEndian(path: "test"))
  }

  @Test func refusesAnArchiveWithoutPickle() {
    for names in [["a/version"], ["data.pkl"], ["a/b/data.pkl"], ["a/data.pkl", "b/data.pkl"]] {
      var zip = ZipBuilder()
      zip.records = names.map { .init($0, []) }
      #expect(torchFailure(zip.bytes) == .missingRecord(path: "test", record: "data.pkl"))
    }
  }

  // MARK: Storages

  private func one(_ tensor: [UInt8]) -> [UInt8] { PickledValue.dictionary([("t", tensor)]) }

  @Test func refusesAStorageOfAnotherSize() {
    let tensor = PickledValue.tensor(PickledValue.storage(count: 6), shape: [6], strides: [1])
    #expect(torchFailure(torchArchive(one(tensor))) == nil)
    for count in [0, 5, 7] {
      #expect(
        torchFailure(torchArchive(one(tensor), storages: [("0", count)]))
          == .storageMismatch(path: "test", storage: "0", expected: 24, found: 4 * count))
    }
    #expect(
      torchFailure(torchArchive(one(tensor), storages: [("1", 6)]))
        == .missingStorage(path: "test", storage: "0"))
  }

  @Test func refusesAStackThatBreaksOff() {
    let tensor = PickledValue.tensor(PickledValue.storage(count: 6), shape: [6], strides: [1])
    var stack = StackBuilder(value: one(tensor))
    #expect(torchFailure(stack.bytes) == nil)
    let end = stack.bytes.count
    #expect(
      torchFailure(stack.bytes.dropLast(1))
        == .storageOutside(path: "test", storage: "0", size: 24, available: 23))
    #expect(
      torchFailure(stack.bytes.dropLast(25))
        == .storageOutside(path: "test", storage: "0", size: 24, available: 0))
    stack.count = 1 << 62
    #expect(
      torchFailure(stack.bytes)
        == .storageMismatch(path: "test", storage: "0", expected: 24, found: .max))
    stack.count = 5
    #expect(
      torchFailure(stack.bytes)
        == .storageMismatch(path: "test", storage: "0", expected: 24, found: 20))
    stack.keys = []
    #expect(torchFailure(stack.bytes) == .missingStorage(path: "test", storage: "0"))
    stack.keys = ["9"]
    #expect(
      torchFailure(stack.bytes) == .malformedPickle(path: "test", offset: end - 32 - 3))
  }

  /// Before torch 0.4, a part of a storage could be saved as a storage of its own.
  @Test func readsPartsOfStorages() throws {
    func tensor(offset: Int, count: Int, size: Int) -> [UInt8] {
      let view = PickledValue.tuple(
        [PickledValue.string("7")] + [offset, count].map(PickledValue.integer))
      return PickledValue.tensor(
        PickledValue.storage(count: 6, view: view), offset: 1, shape: [size], strides: [1])
    }
    let stack = StackBuilder(value: one(tensor(offset: 2, count: 3, size: 2)))
    #expect(try TorchFile(FileBytes(stack.bytes)).tensors["t"]?.floats() == [4, 5])
    #expect(
      torchFailure(StackBuilder(value: one(tensor(offset: 2, count: 3, size: 3))).bytes)
        == .outsideStorage(path: "test", tensor: "t", shape: [3], storageSize: 12))
    for (offset, count) in [(4, 3), (-1, 3), (2, -1), (7, 0)] {
      guard
        case .malformedPickle = torchFailure(
          StackBuilder(value: one(tensor(offset: offset, count: count, size: 1))).bytes)
      else {
        Issue.record()
        return
      }
    }
  }

  // MARK: Which dictionary

  private let tensor = PickledValue.tensor(
    PickledValue.storage(count: 6), shape: [6], strides: [1])

  @Test func takesTheOutermostTensors() throws {
    let value = PickledValue.dictionary([
      ("step", PickledValue.integer(3)), ("model", one(tensor)), ("w", tensor),
    ])
    #expect(try TorchFile(FileBytes(torchArchive(value))).tensors.keys.sorted() == ["w"])
  }

  @Test func takesTheOnlyDictionaryOfTensors() throws {
    let value = PickledValue.dictionary([
      ("step", PickledValue.integer(3)), ("empty", PickledValue.dictionary([])),
      ("model", one(tensor)), ("optimizer", PickledValue.dictionary([("state", one(tensor))])),
    ])
    #expect(try TorchFile(FileBytes(torchArchive(value))).tensors.keys.sorted() == ["t"])
  }

  @Test func saysWhatItFoundInstead() {
    let two = PickledValue.dictionary([("model", one(tensor)), ("ema", one(tensor))])
    #expect(
      torchFailure(torchArchive(two)) == .severalStateDicts(path: "test", keys: ["model", "ema"]))
    let deep = PickledValue.dictionary([
      ("step", PickledValue.none), ("a", PickledValue.dictionary([("b", one(tensor))])),
    ])
    #expect(torchFailure(torchArchive(deep)) == .noStateDict(path: "test", keys: ["step", "a"]))
    for value in [tensor, PickledValue.list([tensor]), PickledValue.dictionary([])] {
      #expect(torchFailure(torchArchive(value)) == .noStateDict(path: "test", keys: []))
    }
  }

  @Test func refusesTwoTensorsOfOneName() {
    #expect(
      torchFailure(torchArchive(PickledValue.dictionary([("t", tensor), ("t", tensor)])))
        == .duplicateTensor(path: "test", tensor: "t"))
  }

  // MARK: Broken models

  @Test(arguments: [
    (
      "bin_truncated",
      "the zip archive has no directory at its end: cut off?"
    ),
    (
      "bin_unknown_global",
      "refuses posix.getcwd: only tensors are read from a pickle, nothing is run"
    ),
    (
      "bin_short_storage",
      "storage 4 takes 4672 bytes, the file gives it 100"
    ),
  ]) func refusesBrokenModels(_ folder: String, _ text: String) throws {
    let files = try ModelFiles(folder: Fixtures.path("corrupt/\(folder)"))
    let error = #expect(throws: TensorError.self) { try Checkpoint(files) }
    #expect(error?.description == "\(files.path(of: "pytorch_model.bin")): \(text)")
  }
}
