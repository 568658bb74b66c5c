import Files

/// An error in a file of tensors, or in a request for one.
public enum TensorError: Error, Equatable, Sendable, CustomStringConvertible {
  case file(FileError)
  /// The file cannot hold the header that its first 8 bytes announce. `available` counts the bytes
  /// after these; nil for a file that has fewer than 8.
  case headerLength(path: String, announced: UInt64?, available: Int)
  case headerNotAnObject(path: String)
  /// A member of a tensor's header entry (`dtype`, `shape`, `data_offsets`) is missing or of another kind.
  case malformedEntry(path: String, tensor: String, member: String)
  case malformedMetadata(path: String, key: String?)
  case duplicateTensor(path: String, tensor: String)
  case unknownElementType(path: String, tensor: String, type: String)
  /// The shape has more bytes than can be counted.
  case shapeTooLarge(path: String, tensor: String, shape: [Int])
  /// `expected` bytes by type and shape, `found` by the offsets.
  case sizeMismatch(path: String, tensor: String, shape: [Int], expected: Int, found: Int)
  /// The tensor's data end behind the file's.
  case dataOutside(path: String, tensor: String, end: Int, available: Int)
  /// The tensor's data do not begin where those before end: they overlap, or leave a hole.
  case dataNotContiguous(path: String, tensor: String, begin: Int, expected: Int)
  /// Data that belong to no tensor follow the last.
  case dataLeftOver(path: String, end: Int, available: Int)

  case malformedNPY(path: String, array: String)
  /// The byte order, the type, or Python objects.
  case unsupportedNPYType(path: String, array: String, type: String)
  case notATorchFile(path: String)
  /// A zip archive without the directory at its end.
  case zipCutOff(path: String)
  /// `offset` counts bytes from the start of the file, here and below.
  case malformedZip(path: String, offset: Int)
  case zipRecordOutside(path: String, record: String, size: Int, available: Int)
  case zipRecordsOverlap(path: String, record: String, other: String)
  /// The record is compressed or encrypted.
  case zipRecordPacked(path: String, record: String)
  /// Unpacked, the record would have `size` bytes.
  case zipRecordTooLarge(path: String, record: String, size: Int)
  /// Packed contents that differ from what the directory announces.
  case malformedPackedRecord(path: String, record: String)
  case zipRecordTwice(path: String, record: String)
  /// There is not exactly one such record.
  case missingRecord(path: String, record: String)
  case bigEndian(path: String)
  case pickleCutOff(path: String)
  case pickleTooLong(path: String, limit: Int)
  /// Lists in lists, deeper or more than those of any saved tensors.
  case pickleTooNested(path: String)
  case malformedPickle(path: String, offset: Int)
  case unknownOpcode(path: String, opcode: UInt8, offset: Int)
  /// `name` is a class or function of Python that has nothing to do with tensors.
  case refusedGlobal(path: String, name: String)
  /// `keys` are the first of the outermost dictionary.
  case noStateDict(path: String, keys: [String])
  case severalStateDicts(path: String, keys: [String])
  case missingStorage(path: String, storage: String)
  /// `size` bytes are described, and `available` are left in the file.
  case storageOutside(path: String, storage: String, size: Int, available: Int)
  /// `expected` bytes by the description, `found` in the file.
  case storageMismatch(path: String, storage: String, expected: Int, found: Int)
  /// Offset, shape and strides are not whole numbers that go together.
  case malformedView(path: String, tensor: String)
  case outsideStorage(path: String, tensor: String, shape: [Int], storageSize: Int)
  /// The view repeats or rearranges so much that its copy would not be of use.
  case viewTooLarge(path: String, tensor: String, shape: [Int], storageSize: Int)

  case notGGUF(path: String)
  case unreadVersion(path: String, version: UInt32)
  /// The file cannot hold what `part` of its header announces.
  case headerCutOff(path: String, part: String)
  case unknownValueType(path: String, key: String, type: UInt32)
  case nestedList(path: String, key: String)
  case duplicateKey(path: String, key: String)
  /// `found` is a number, or what kind of value it is.
  case wrongAlignment(path: String, found: String)
  case wrongDimensionCount(path: String, tensor: String, count: Int)
  case emptyDimension(path: String, tensor: String, shape: [Int])
  /// The rows of the tensor do not consist of whole blocks.
  case rowNotInBlocks(
    path: String, tensor: String, type: ElementType, columnCount: Int, blockSize: Int)
  case unalignedOffset(path: String, tensor: String, offset: UInt64, alignment: Int)
  /// The file is one of `count`, and its name does not tell those of the others.
  case unnamedPart(path: String, count: Int)

  case noWeights(location: String, lookedFor: [String])
  /// The index has no `weight_map`, or the entry of `tensor` is no file name.
  case malformedIndex(path: String, tensor: String?)
  case missingShard(path: String, index: String)
  case missingFromShard(tensor: String, shard: String, index: String)

  case notFloatingPoint(path: String, tensor: String, type: ElementType)
  /// The plain zip format counts to 4 GB.
  case tooLargeForZip

  public var description: String {
    switch self {
    case .file(let error):
      return error.description
    case .headerLength(let path, nil, _):
      return "\(path): not a safetensors file: shorter than 8 bytes"
    case .headerLength(let path, let announced?, let available):
      return
        "\(path): not a safetensors file: it announces a header of \(announced) bytes and has \(available)"
    case .headerNotAnObject(let path):
      return "\(path): not a safetensors file: the header is no JSON object"
    case .malformedEntry(let path, let tensor, let member):
      let meaning =
        switch member {
        case "dtype": "a string"
        case "shape": "a list of sizes"
        case "data_offsets": "[begin, end]"
        default: "an object"
        }
      return "\(path): tensor \(tensor): \"\(member)\" is missing or not \(meaning)"
    case .malformedMetadata(let path, nil):
      return "\(path): \"__metadata__\" is not an object of strings"
    case .malformedMetadata(let path, let key?):
      return "\(path): \"\(key)\" in \"__metadata__\" is not a string"
    case .duplicateTensor(let path, let tensor):
      return "\(path): tensor \(tensor) is there twice"
    case .unknownElementType(let path, let tensor, let type):
      return "\(path): tensor \(tensor): unknown dtype \"\(type)\""
    case .shapeTooLarge(let path, let tensor, let shape):
      return "\(path): tensor \(tensor): the shape \(shape) is too large"
    case .sizeMismatch(let path, let tensor, let shape, let expected, let found):
      return
        "\(path): tensor \(tensor): the shape \(shape) takes \(expected) bytes, the file gives it \(found)"
    case .dataOutside(let path, let tensor, let end, let available):
      return
        "\(path): tensor \(tensor) ends at byte \(end) of the data, the file has \(available): cut off?"
    case .dataNotContiguous(let path, let tensor, let begin, let expected):
      return
        "\(path): tensor \(tensor) begins at byte \(begin) of the data instead of \(expected): overlap or hole"
    case .dataLeftOver(let path, let end, let available):
      return "\(path): the tensors end at byte \(end) of the data, the file has \(available)"
    case .malformedNPY(let path, let array):
      return "\(path): \(array) is no array of NumPy's: its header makes no sense"
    case .unsupportedNPYType(let path, let array, "|O"):
      return "\(path): \(array) holds Python objects; save it with a plain dtype, such as float32"
    case .unsupportedNPYType(let path, let array, let type):
      return "\(path): \(array): dtype \(type) is not read; save it as float32"
    case .notATorchFile(let path):
      return "\(path): not a checkpoint of torch.save, neither a zip archive nor the older format"
    case .zipCutOff(let path):
      return "\(path): the zip archive has no directory at its end: cut off?"
    case .malformedZip(let path, let offset):
      return "\(path): broken zip archive: makes no sense at byte \(offset)"
    case .zipRecordOutside(let path, let record, let size, let available):
      return
        "\(path): broken zip archive: \(record) has \(size) bytes where there is room for \(available)"
    case .zipRecordsOverlap(let path, let record, let other):
      return "\(path): broken zip archive: \(record) and \(other) overlap"
    case .zipRecordPacked(let path, let record):
      return "\(path): \(record) is encrypted, or compressed in a way that is not read"
    case .zipRecordTooLarge(let path, let record, let size):
      return
        "\(path): \(record) unpacks to \(size) bytes, too many for an archive of this size to be attention"
    case .malformedPackedRecord(let path, let record):
      return "\(path): broken zip archive: \(record) cannot be unpacked"
    case .zipRecordTwice(let path, let record):
      return "\(path): \(record) is there twice"
    case .missingRecord(let path, let record):
      return "\(path): not a checkpoint of torch.save: a zip archive without (one) \(record)"
    case .bigEndian(let path):
      return "\(path): written on a big-endian machine; only little-endian files are read"
    case .pickleCutOff(let path):
      return "\(path): the description of the tensors breaks off"
    case .pickleTooLong(let path, let limit):
      return "\(path): the description of the tensors has more than \(limit) instructions"
    case .pickleTooNested(let path):
      return "\(path): too many lists and dictionaries inside each other"
    case .malformedPickle(let path, let offset):
      return "\(path): the description of the tensors makes no sense at byte \(offset)"
    case .unknownOpcode(let path, let opcode, let offset):
      return
        "\(path): the description of the tensors has the unknown instruction \(opcode) at byte \(offset)"
    case .refusedGlobal(let path, "torch.storage._load_from_bytes"):
      return "\(path): tensors pickled without torch.save, which are not read; save them with it"
    case .refusedGlobal(let path, let name) where name.hasPrefix("joblib."):
      return "\(path): written by joblib, which is not read; save the arrays with numpy.savez"
    case .refusedGlobal(let path, let name):
      return "\(path): refuses \(name): only tensors are read from a pickle, nothing is run"
    case .noStateDict(let path, []):
      return "\(path): no tensors: the outermost value is no dictionary, or is empty"
    case .noStateDict(let path, let keys):
      return
        "\(path): no dictionary of tensors; the outermost keys are \(keys.joined(separator: ", "))"
    case .severalStateDicts(let path, let keys):
      return "\(path): several dictionaries of tensors: \(keys.joined(separator: ", "))"
    case .missingStorage(let path, let storage):
      return "\(path): storage \(storage) is missing"
    case .storageOutside(let path, let storage, let size, let available):
      return
        "\(path): storage \(storage) takes \(size) bytes, the file has \(available) left: cut off?"
    case .storageMismatch(let path, let storage, let expected, let found):
      return "\(path): storage \(storage) takes \(expected) bytes, the file gives it \(found)"
    case .malformedView(let path, let tensor):
      return "\(path): tensor \(tensor): offset, shape and strides do not go together"
    case .outsideStorage(let path, let tensor, let shape, let storageSize):
      return
        "\(path): tensor \(tensor): the shape \(shape) reaches beyond its storage of \(storageSize) bytes"
    case .viewTooLarge(let path, let tensor, let shape, let storageSize):
      return
        "\(path): tensor \(tensor): the shape \(shape) is made of only \(storageSize) bytes, too few to be of use"
    case .notGGUF(let path):
      return "\(path): not a GGUF file: it does not begin with these letters"
    case .unreadVersion(let path, let version):
      return
        "\(path): GGUF of version \(version), and 2 and 3 are read: convert it again with llama.cpp's convert_hf_to_gguf.py"
    case .headerCutOff(let path, let part):
      return "\(path): the file ends within \(part): cut off, or damaged?"
    case .unknownValueType(let path, let key, let type):
      return "\(path): \(key): unknown type \(type) of a value: is the file damaged?"
    case .nestedList(let path, let key):
      return "\(path): \(key) is a list of lists, which no model has: is the file damaged?"
    case .duplicateKey(let path, let key):
      return "\(path): \(key) is there twice"
    case .wrongAlignment(let path, let found):
      return "\(path): general.alignment is \(found) instead of a power of two"
    case .wrongDimensionCount(let path, let tensor, let count):
      return "\(path): tensor \(tensor): \(count) dimensions instead of 1 to 4"
    case .emptyDimension(let path, let tensor, let shape):
      return "\(path): tensor \(tensor): the shape \(shape) has nothing in it"
    case .rowNotInBlocks(let path, let tensor, let type, let columnCount, let blockSize):
      return
        "\(path): tensor \(tensor): rows of \(columnCount) do not consist of \(type.rawValue)'s blocks of \(blockSize)"
    case .unalignedOffset(let path, let tensor, let offset, let alignment):
      return
        "\(path): tensor \(tensor): the data begin at byte \(offset), no multiple of general.alignment, \(alignment)"
    case .unnamedPart(let path, let count):
      return
        "\(path): one of \(count) files; to find the others, its name has to end as llama.cpp has it, in \(GGUFParts.ending(1, of: count))"
    case .noWeights(let location, let lookedFor):
      return "\(location): no weights: looked for \(lookedFor.joined(separator: ", "))"
    case .malformedIndex(let path, nil):
      return "\(path): no \"weight_map\" object"
    case .malformedIndex(let path, let tensor?):
      return "\(path): \"weight_map\": the entry of \(tensor) is not a file name"
    case .missingShard(let path, let index):
      return "\(path): no such file, but \(index) names it"
    case .missingFromShard(let tensor, let shard, let index):
      return "\(shard): no tensor \(tensor), but \(index) says so"
    case .notFloatingPoint(let path, let tensor, let type):
      return
        "\(path): tensor \(tensor): dtype \(type.rawValue) where F32, F16, BF16 or F64 is needed"
    case .tooLargeForZip:
      return "more than 4 GB do not fit an .npz file; write .safetensors instead"
    }
  }
}

extension TensorError {
  static func wrapping<Value>(
    _ body: () throws(FileError) -> Value
  ) throws(TensorError) -> Value {
    do { return try body() } catch { throw .file(error) }
  }
}
