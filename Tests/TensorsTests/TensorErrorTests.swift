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
    (
      .unsupportedFormat(path: "f"),
      "f: this format is not read yet; convert it to model.safetensors with "
        + "save_pretrained(…, safe_serialization=True)"
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
