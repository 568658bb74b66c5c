import Attention
import Files
import Tensors
import TestSupport
import Testing
import Transformers

/// The same numbers in another format give the same result, up to the rounding of another kernel variant:
/// tests that run meanwhile may switch it.
@Suite struct WeightFormatTests {
  private let control = Fixtures.path("corrupt/ok_control")

  /// The control checkpoint with every tensor's elements written by `encode`, beginning `offset`
  /// bytes behind where they would be aligned.
  private func checkpoint(
    _ type: String, offset: Int, _ encode: (Float) -> [UInt8]
  ) throws -> ModelFiles {
    let folder = try ModelFiles(folder: control)
    let tensors = try SafetensorsFile(folder.open("model.safetensors")).tensors
    var data: [UInt8] = []
    var entries: [String] = []
    for (name, tensor) in tensors {
      let begin = data.count
      for value in try tensor.floats() { data += encode(value) }
      entries.append(
        #""\#(name)":{"dtype":"\#(type)","shape":\#(tensor.shape),"data_offsets":[\#(begin),\#(data.count)]}"#
      )
    }
    var header = Array("{\(entries.joined(separator: ","))}".utf8)
    while header.count % 16 != offset { header.append(UInt8(ascii: " ")) }
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init)
    return ModelFiles(
      builtIn: type,
      files: [
        "config.json": try folder.open("config.json"),
        "model.safetensors": FileBytes(name: "model.safetensors", length + header + data),
      ])
  }

  private func states(_ files: ModelFiles) throws -> [Float] {
    let ids = [2, 63, 64, 65, 3]
    let tokens = ids.map { Token(text: "", display: "", id: $0) }
    let output = try ModelRegistry.loadModel(from: files).forward(
      ModelInput(tokens: tokens, ids: ids, recording: .hiddenStates))
    return try #require(output.hiddenStates(.own)?.last).values
  }

  private func expectEqual(
    _ found: [Float], _ expected: [Float], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    let isClose = zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 }
    #expect(isClose, sourceLocation: sourceLocation)
  }

  private func bytes(_ bits: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: bits.littleEndian, Array.init)
  }

  @Test(arguments: [0, 1, 2, 7])
  func float32AtAnyAddress(offset: Int) throws {
    let moved = try checkpoint("F32", offset: offset) { bytes($0.bitPattern) }
    try expectEqual(states(moved), states(ModelFiles(folder: control)))
  }

  @Test func float64() throws {
    let doubles = try checkpoint("F64", offset: 1) { bytes(Double($0).bitPattern) }
    try expectEqual(states(doubles), states(ModelFiles(folder: control)))
  }

  @Test func bfloat16() throws {
    let short = try checkpoint("BF16", offset: 1) { bytes(UInt16($0.bitPattern >> 16)) }
    let long = try checkpoint("F32", offset: 0) { bytes($0.bitPattern & 0xffff_0000) }
    try expectEqual(states(short), states(long))
  }

  @Test func float16() throws {
    let short = try checkpoint("F16", offset: 1) { bytes(Float16($0).bitPattern) }
    let long = try checkpoint("F32", offset: 0) { bytes(Float(Float16($0)).bitPattern) }
    try expectEqual(states(short), states(long))
  }

  @Test func integersAreRefused() throws {
    let integers = try checkpoint("I32", offset: 0) { bytes(UInt32($0.bitPattern)) }
    #expect(
      throws: TransformerError.wrongElementType(
        tensor: "embeddings.word_embeddings.weight", found: .int32, path: "model.safetensors")
    ) { try ModelRegistry.loadModel(from: integers) }
    #expect(
      "\(TransformerError.wrongElementType(tensor: "t", found: .int32, path: "f"))"
        == "f: tensor t: dtype I32 where F32, F16, BF16 or F64 is needed")
  }
}
