import Files
import Tensors
import TestSupport
import Testing

@testable import Transformers

/// The text side of a model that reads pictures besides is the text model that it is by itself.
@Suite struct TextSideTests {
  /// The checkpoint of a fixture as the text side of a larger model.
  private func wrapped(
    _ model: String, in type: String, isFlat: Bool = false, _ name: (String) -> String
  ) throws -> ModelFiles {
    let files = try ModelFiles(folder: Fixtures.path("models/\(model)"))
    let file = try files.open("config.json")
    let text = withExtendedLifetime(file) { String(decoding: file.bytes, as: UTF8.self) }
    let configuration =
      isFlat
      ? text.replacing(
        #/"model_type": "[a-z0-9_]+"/#,
        with: #""model_type": "\#(type)", "rope_theta": 10000, "vision_config": {}"#)
      : #"{"model_type": "\#(type)", "text_config": \#(text), "vision_config": {"hidden_size": 9}}"#
    let stored = try SafetensorsFile(files.open("model.safetensors")).tensors
    var tensors = try stored.values.sorted { $0.name < $1.name }.map {
      TensorSource(name: name($0.name), shape: $0.shape, values: try $0.floats())
    }
    for other in [
      "vision_tower.vision_model.encoder.layers.0.mlp.fc1.weight", "visual.blocks.0.norm1.weight",
      "model.visual.blocks.0.norm1.weight", "multi_modal_projector.linear_1.weight",
    ] {
      tensors.append(TensorSource(name: other, shape: [1, 2], values: [1, 2]))
    }
    var bytes: [UInt8] = []
    try SafetensorsWriter.write(tensors, metadata: [:]) { bytes += $0 }
    return ModelFiles(
      builtIn: "wrapped",
      files: [
        "config.json": FileBytes(name: "config.json", Array(configuration.utf8)),
        "model.safetensors": FileBytes(name: "model.safetensors", bytes),
      ])
  }

  /// - Parameter left: What tensors that are left out begin with.
  private func expectSame(
    _ files: ModelFiles, as model: String, leaving left: [String] = []
  ) throws {
    let loaded = try ModelRegistry.loadModel(from: files)
    for golden in try GoldenCase.all(of: model) {
      try expect(try loaded.forward(golden.input), matches: golden)
    }
    // Pictures are no part of the model that is shown, and nothing that it has left over.
    let unused = loaded.summary.unusedTensors.filter { name in
      !left.contains { name.hasPrefix($0) }
    }
    #expect(unused == [])
  }

  /// As on the hub, as transformers 5 writes them, and as a part of another name.
  @Test func namesBehindAPart() throws {
    try expectSame(
      wrapped("gemma3_nested", in: "gemma3") { "language_model.\($0)" }, as: "gemma3_nested")
    try expectSame(
      wrapped("qwen3_typed_layers", in: "qwen3_vl") {
        $0.replacing("model.", with: "model.language_model.")
      }, as: "qwen3_typed_layers")
    try expectSame(
      wrapped("llama_by_wavelength", in: "smolvlm") {
        $0.replacing("model.", with: "model.text_model.")
      }, as: "llama_by_wavelength")
  }

  @Test func settingsAmongThoseOfTheWhole() throws {
    try expectSame(
      wrapped("qwen2_upper_window", in: "qwen2_vl", isFlat: true) { $0 }, as: "qwen2_upper_window")
  }

  @Test func whatAPartLeavesOut() throws {
    let text = #"{"model_type": "gemma3", "text_config": {"model_type": "gemma3_text"}}"#
    let configuration = try ModelConfiguration(
      ModelFiles(
        builtIn: "", files: ["config.json": FileBytes(name: "config.json", Array(text.utf8))]))
    #expect(configuration.modelType == "gemma3_text")
    #expect(try configuration.size("hidden_size") == 2304)
    #expect(
      configuration.notes() == [
        "a model of type \"gemma3\" reads more than text: only its text side is shown"
      ])
  }

  /// Without a picture there is nothing that these could look at.
  @Test func layersThatLookAtPicturesAreLeftOut() throws {
    try expectSame(
      wrapped("mllama_text", in: "mllama") { "language_model.\($0)" }, as: "mllama_text",
      leaving: ["language_model.model.layers.1.", "language_model.model.layers.3."])
    let files = try ModelFiles(folder: Fixtures.path("models/mllama_text"))
    #expect(
      try ModelConfiguration(files).notes() == [
        "layers 1, 3 look at pictures alone, and are left out: the others are numbered without them"
      ])
    let all = #""cross_attention_layers": [0, 1, 2, 3], "formerly": [\#n  1"#
    #expect {
      _ = try ModelRegistry.loadModel(
        from: .edited("models/mllama_text", "\"cross_attention_layers\": [\n  1", all))
    } throws: { "\($0)".contains("no layer is left that looks at text") }
  }

  @Test func aPartThatIsNotKnown() throws {
    let text = #"{"model_type": "llava", "text_config": {"model_type": "hyena"}}"#
    let files = ModelFiles(
      builtIn: "", files: ["config.json": FileBytes(name: "config.json", Array(text.utf8))])
    #expect(
      throws: TransformerError.refusedModelType(
        "hyena", reason: "mixes tokens by long convolutions and has no attention weights",
        path: "config.json")
    ) { try ModelRegistry.loadModel(from: files) }
  }
}
