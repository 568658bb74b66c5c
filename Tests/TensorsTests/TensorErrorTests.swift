import Tensors
import Testing

@Suite struct TensorErrorTests {
  @Test(arguments: [
    (
      TensorError.headerLength(path: "f", announced: nil, available: 0),
      "f: not a safetensors file: shorter than 8 bytes"
    ),
    (
      .headerLength(path: "f", announced: 9, available: 4),
      "f: not a safetensors file: it announces a header of 9 bytes and has 4"
    ),
    (.headerNotAnObject(path: "f"), "f: not a safetensors file: the header is no JSON object"),
    (
      .malformedEntry(path: "f", tensor: "t", member: "data_offsets"),
      #"f: tensor t: "data_offsets" is missing or not [begin, end]"#
    ),
    (
      .malformedMetadata(path: "f", key: nil), #"f: "__metadata__" is not an object of strings"#
    ),
    (
      .malformedMetadata(path: "f", key: "k"), #"f: "k" in "__metadata__" is not a string"#
    ),
    (.duplicateTensor(path: "f", tensor: "t"), "f: tensor t is there twice"),
    (
      .unknownElementType(path: "f", tensor: "t", type: "F12"),
      #"f: tensor t: unknown dtype "F12""#
    ),
    (
      .shapeTooLarge(path: "f", tensor: "t", shape: [4, 2]),
      "f: tensor t: the shape [4, 2] is too large"
    ),
    (
      .sizeMismatch(path: "f", tensor: "t", shape: [4], expected: 16, found: 8),
      "f: tensor t: the shape [4] takes 16 bytes, the file gives it 8"
    ),
    (
      .dataOutside(path: "f", tensor: "t", end: 8, available: 4),
      "f: tensor t ends at byte 8 of the data, the file has 4: cut off?"
    ),
    (
      .dataNotContiguous(path: "f", tensor: "t", begin: 8, expected: 4),
      "f: tensor t begins at byte 8 of the data instead of 4: overlap or hole"
    ),
    (
      .dataLeftOver(path: "f", end: 8, available: 9),
      "f: the tensors end at byte 8 of the data, the file has 9"
    ),
    (.noWeights(location: "m", lookedFor: ["a", "b"]), "m: no weights: looked for a, b"),
    (.notGGUF(path: "f"), "f: not a GGUF file: it does not begin with these letters"),
    (
      .unreadVersion(path: "f", version: 1),
      "f: GGUF of version 1, and 2 and 3 are read: convert it again with llama.cpp's convert_hf_to_gguf.py"
    ),
    (
      .headerCutOff(path: "f", part: "the metadata"),
      "f: the file ends within the metadata: cut off, or damaged?"
    ),
    (
      .unknownValueType(path: "f", key: "k", type: 77),
      "f: k: unknown type 77 of a value: is the file damaged?"
    ),
    (
      .nestedList(path: "f", key: "k"),
      "f: k is a list of lists, which no model has: is the file damaged?"
    ),
    (.duplicateKey(path: "f", key: "k"), "f: k is there twice"),
    (
      .wrongAlignment(path: "f", found: "7"),
      "f: general.alignment is 7 instead of a power of two"
    ),
    (
      .wrongDimensionCount(path: "f", tensor: "t", count: 9),
      "f: tensor t: 9 dimensions instead of 1 to 4"
    ),
    (
      .emptyDimension(path: "f", tensor: "t", shape: [0, 3]),
      "f: tensor t: the shape [0, 3] has nothing in it"
    ),
    (
      .rowNotInBlocks(path: "f", tensor: "t", type: .q4K, columnCount: 33, blockSize: 256),
      "f: tensor t: rows of 33 do not consist of Q4_K's blocks of 256"
    ),
    (
      .unalignedOffset(path: "f", tensor: "t", offset: 8, alignment: 32),
      "f: tensor t: the data begin at byte 8, no multiple of general.alignment, 32"
    ),
    (
      .unnamedPart(path: "f", count: 3),
      "f: one of 3 files; to find the others, its name has to end as llama.cpp has it, in -00001-of-00003.gguf"
    ),
    (
      .notATorchFile(path: "f"),
      "f: not a checkpoint of torch.save, neither a zip archive nor the older format"
    ),
    (.zipCutOff(path: "f"), "f: the zip archive has no directory at its end: cut off?"),
    (
      .malformedZip(path: "f", offset: 9),
      "f: broken zip archive: makes no sense at byte 9"
    ),
    (
      .zipRecordOutside(path: "f", record: "r", size: 8, available: 4),
      "f: broken zip archive: r has 8 bytes where there is room for 4"
    ),
    (
      .zipRecordsOverlap(path: "f", record: "r", other: "s"),
      "f: broken zip archive: r and s overlap"
    ),
    (
      .zipRecordPacked(path: "f", record: "r"),
      "f: r is encrypted, or compressed in a way that is not read"
    ),
    (.zipRecordTwice(path: "f", record: "r"), "f: r is there twice"),
    (
      .zipRecordTooLarge(path: "f", record: "r", size: 8),
      "f: r unpacks to 8 bytes, too many for an archive of this size to be attention"
    ),
    (
      .malformedPackedRecord(path: "f", record: "r"),
      "f: broken zip archive: r cannot be unpacked"
    ),
    (
      .malformedNPY(path: "f", array: "a"),
      "f: a is no array of NumPy's: its header makes no sense"
    ),
    (
      .unsupportedNPYType(path: "f", array: "a", type: ">f4"),
      "f: a: dtype >f4 is not read; save it as float32"
    ),
    (
      .pickleTooNested(path: "f"), "f: too many lists and dictionaries inside each other"
    ),
    (
      .missingRecord(path: "f", record: "data.pkl"),
      "f: not a checkpoint of torch.save: a zip archive without (one) data.pkl"
    ),
    (
      .bigEndian(path: "f"),
      "f: written on a big-endian machine; only little-endian files are read"
    ),
    (.pickleCutOff(path: "f"), "f: the description of the tensors breaks off"),
    (
      .pickleTooLong(path: "f", limit: 9),
      "f: the description of the tensors has more than 9 instructions"
    ),
    (
      .malformedPickle(path: "f", offset: 9),
      "f: the description of the tensors makes no sense at byte 9"
    ),
    (
      .unknownOpcode(path: "f", opcode: 7, offset: 9),
      "f: the description of the tensors has the unknown instruction 7 at byte 9"
    ),
    (
      .refusedGlobal(path: "f", name: "os.getcwd"),
      "f: refuses os.getcwd: only tensors are read from a pickle, nothing is run"
    ),
    (
      .noStateDict(path: "f", keys: []),
      "f: no tensors: the outermost value is no dictionary, or is empty"
    ),
    (
      .noStateDict(path: "f", keys: ["a", "b"]),
      "f: no dictionary of tensors; the outermost keys are a, b"
    ),
    (
      .severalStateDicts(path: "f", keys: ["a", "b"]),
      "f: several dictionaries of tensors: a, b"
    ),
    (.missingStorage(path: "f", storage: "7"), "f: storage 7 is missing"),
    (
      .storageOutside(path: "f", storage: "7", size: 8, available: 4),
      "f: storage 7 takes 8 bytes, the file has 4 left: cut off?"
    ),
    (
      .storageMismatch(path: "f", storage: "7", expected: 8, found: 4),
      "f: storage 7 takes 8 bytes, the file gives it 4"
    ),
    (
      .malformedView(path: "f", tensor: "t"),
      "f: tensor t: offset, shape and strides do not go together"
    ),
    (
      .outsideStorage(path: "f", tensor: "t", shape: [4], storageSize: 8),
      "f: tensor t: the shape [4] reaches beyond its storage of 8 bytes"
    ),
    (
      .viewTooLarge(path: "f", tensor: "t", shape: [4], storageSize: 8),
      "f: tensor t: the shape [4] is made of only 8 bytes, too few to be of use"
    ),
    (.malformedIndex(path: "f", tensor: nil), #"f: no "weight_map" object"#),
    (
      .malformedIndex(path: "f", tensor: "t"),
      #"f: "weight_map": the entry of t is not a file name"#
    ),
    (.missingShard(path: "s", index: "f"), "s: no such file, but f names it"),
    (
      .missingFromShard(tensor: "t", shard: "s", index: "f"),
      "s: no tensor t, but f says so"
    ),
    (
      .notFloatingPoint(path: "f", tensor: "t", type: .int64),
      "f: tensor t: dtype I64 where F32, F16, BF16 or F64 is needed"
    ),
    (.tooLargeForZip, "more than 4 GB do not fit an .npz file; write .safetensors instead"),
  ]) func wording(_ error: TensorError, _ text: String) {
    #expect(error.description == text)
  }
}
