import Foundation
import TestSupport
import Testing

/// Adapters by `--adapter`, and in the place of a model.
@Suite struct AdapterTests {
  private let hub: HubFixture
  private let folder: TemporaryFolder

  init() throws {
    hub = try HubFixture()
    folder = try TemporaryFolder()
  }

  /// An adapter of the fixture `bert_base` which doubles the queries of its first layer, but for the bias.
  private func addAdapter(at path: String, base: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let module = "base_model.model.encoder.layer.0.attention.self.query"
    let weights = try SafetensorsText.file([
      ("\(module).lora_A.weight", [48, 48], identity),
      ("\(module).lora_B.weight", [48, 48], identity),
    ])
    try weights.write(to: URL(fileURLWithPath: path + "/adapter_model.safetensors"))
    try Data(
      #"{"peft_type": "LORA", "r": 48, "lora_alpha": 48, "base_model_name_or_path": "\#(base)"}"#
        .utf8
    ).write(to: URL(fileURLWithPath: path + "/adapter_config.json"))
  }

  private var identity: [Float] { (0..<48 * 48).map { $0 % 49 == 0 ? 1 : 0 } }

  @Test func isAppliedAndNamed() throws {
    let (base, lora) = (Fixtures.path("models/bert_base"), folder.path + "/lora")
    try addAdapter(at: lora, base: "org/bert_base")
    let file = folder.path + "/a.json"
    let run = try ProgramRun("dump", base, "the cat sat", "--adapter", lora, "--output", file)
    #expect(run.status == 0 && run.errors == "")
    let dump = try String(contentsOfFile: file, encoding: .utf8)
    #expect(dump.contains("bert_base with adapter lora"))
    let screen = try ProgramRun(
      "render", base, "the cat sat", "--adapter", lora, "--size", "120x30")
    #expect(screen.output.contains("bert_base with adapter lora"))
    let (plain, adapted) = (
      try ProgramRun("heads", base, "the cat sat"),
      try ProgramRun("heads", base, "the cat sat", "--adapter", lora)
    )
    #expect(adapted.status == 0 && adapted.output != plain.output)

    // By itself, with the base beside it, or in the cache.
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/bert_base", withDestinationPath: base)
    #expect(try ProgramRun("heads", lora, "the cat sat").output == adapted.output)
    try FileManager.default.removeItem(atPath: folder.path + "/bert_base")
    try hub.copy("models/bert_base", as: "org/bert_base")
    #expect(try hub.run("heads", lora, "the cat sat").output == adapted.output)
    try addAdapter(at: hub.snapshot("org/lora"), base: "org/bert_base")
    let refs = URL(fileURLWithPath: hub.snapshot("org/lora")).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("refs")
    try FileManager.default.createDirectory(at: refs, withIntermediateDirectories: true)
    try Data(HubServer.commit.utf8).write(to: refs.appendingPathComponent("main"))
    #expect(try hub.run("heads", "org/lora", "the cat sat").output == adapted.output)
    #expect(
      try hub.run("heads", "org/bert_base", "the cat sat", "--adapter", "org/lora").output
        == adapted.output)
    let rows = try hub.run("models").output.split(separator: "\n")
      .map { $0.split(separator: " ").prefix(4).joined(separator: " ") }
    #expect(rows.contains("org/lora main bert 3x4"))
  }

  @Test func whatIsMissingIsSaid() throws {
    let lora = folder.path + "/lora"
    try addAdapter(at: lora, base: "org/bert_base")
    let alone = try hub.run("heads", lora, "the cat sat")
    #expect(alone.status == 1)
    #expect(
      alone.errors
        == "bertviz-tui: \(lora): a LoRA adapter of org/bert_base, which is neither beside it nor in the cache: \"bertviz-tui pull org/bert_base\" downloads it, or give its folder as MODEL, and this one with --adapter\n"
    )
    let twice = try ProgramRun("heads", lora, "the cat sat", "--adapter", lora)
    #expect(twice.status == 64)
    #expect(twice.errors.contains("lora is an adapter itself"))
    let saved = try ProgramRun("heads", "Package.swift", "--adapter", lora)
    #expect(saved.status == 64 && saved.errors.contains("--adapter is for a model"))
    let nothing = try ProgramRun("heads", "demo-bert", "the cat", "--adapter", folder.path)
    #expect(nothing.errors.contains("no adapter of PEFT's: it has no adapter_config.json"))
  }
}

/// Tensors in the safetensors format.
private enum SafetensorsText {
  static func file(_ tensors: [(name: String, shape: [Int], values: [Float])]) throws -> Data {
    var data = Data()
    var entries: [String] = []
    for tensor in tensors {
      let begin = data.count
      tensor.values.withUnsafeBytes { data.append(contentsOf: $0) }
      entries.append(
        "\"\(tensor.name)\": {\"dtype\": \"F32\", \"shape\": \(tensor.shape), \"data_offsets\": [\(begin), \(data.count)]}"
      )
    }
    let header = Data("{\(entries.joined(separator: ", "))}".utf8)
    return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) } + header + data
  }
}
