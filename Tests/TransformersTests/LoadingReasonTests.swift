import Files
import Tensors
import TestSupport
import Testing

@testable import Transformers

/// Folders that hold no model this program reads are named for what they are.
@Suite struct LoadingReasonTests {
  private func failure(_ files: ModelFiles) -> String? {
    do {
      _ = try ModelRegistry.loadModel(from: files)
      return nil
    } catch {
      return "\(error)"
    }
  }

  private func files(_ names: [String], configuration: String? = nil) -> ModelFiles {
    var files = Dictionary(
      uniqueKeysWithValues: names.map { ($0, FileBytes(name: $0, Array("{}".utf8))) })
    if let configuration {
      files["config.json"] = FileBytes(name: "config.json", Array(configuration.utf8))
    }
    return ModelFiles(builtIn: "m", files: files)
  }

  // MARK: Formats

  @Test(arguments: [
    (
      "model.onnx",
      "a model in ONNX, which is not read: give the folder that it was exported from, with model.safetensors or pytorch_model.bin"
    ),
    (
      "flax_model.msgpack",
      "weights of Flax, which is not read: save it for PyTorch, in Python with transformers 4: from_pretrained(…, from_flax=True).save_pretrained(…)"
    ),
    (
      "tf_model.h5",
      "weights of TensorFlow, which is not read: save it for PyTorch, in Python with transformers 4: from_pretrained(…, from_tf=True).save_pretrained(…)"
    ),
    (
      "bert_model.ckpt.index",
      "weights of TensorFlow, which is not read: save it for PyTorch, in Python with transformers 4: from_pretrained(…, from_tf=True).save_pretrained(…)"
    ),
    (
      "openvino_model.xml",
      "a model of OpenVINO, which is not read: give the folder that it was exported from, with model.safetensors or pytorch_model.bin"
    ),
    (
      "consolidated.00.pth",
      "weights as their authors published them, which is not read: give a folder in Hugging Face layout, with config.json and model.safetensors; transformers has a script that makes one"
    ),
    (
      "model_index.json",
      "a pipeline of several models, which is not read: give the folder of one of them, such as text_encoder"
    ),
  ])
  func formats(name: String, message: String) {
    // With a configuration and without.
    #expect(failure(files([name])) == "m/\(name): \(message)")
    let bert = #"{"model_type": "bert"}"#
    #expect(failure(files([name], configuration: bert)) == "m/\(name): \(message)")
  }

  @Test func firstBytes() {
    func format(_ name: String, _ bytes: [UInt8]) -> ForeignFormat? {
      ForeignFormat(FileBytes(name: name, bytes))
    }
    #expect(format("/a/weights.bin", [0x89, 0x48, 0x44, 0x46, 13, 10, 0x1A, 10]) == .tensorFlow)
    #expect(format("/a/model.onnx", [8, 7]) == .onnx)
    #expect(format("/a/attention.safetensors", [8, 7]) == nil)
    #expect(format("/a/consolidated.safetensors", [8, 7]) == nil)
    #expect(format("", []) == nil)
  }

  @Test func nothingThere() {
    #expect(failure(files([])) == "m/config.json: no such file or folder")
    #expect(
      failure(files([], configuration: #"{"model_type": "bert"}"#))?.hasPrefix(
        "m: no weights: looked for ")
        == true)
  }

  // MARK: Adapters

  @Test(arguments: [
    (
      #"{"peft_type": "LORA", "base_model_name_or_path": "org/base"}"#,
      "m: a LoRA adapter of org/base, not a model by itself: give its base as MODEL, and this folder with --adapter"
    ),
    (
      #"{"peft_type": "IA3", "base_model_name_or_path": null}"#,
      "adapter_config.json: an adapter of kind IA3, which is not read, only LoRA is: merge it first, in Python with PEFT's merge_and_unload(), save that, and give its folder"
    ),
    ("{}", #"adapter_config.json: "peft_type" is missing"#),
  ])
  func adapters(configuration: String, message: String) {
    let file = FileBytes(name: "adapter_config.json", Array(configuration.utf8))
    let files = ModelFiles(builtIn: "m", files: ["adapter_config.json": file])
    #expect(failure(files) == message)
  }

  /// As PEFT has named tensors since 2023, and before that.
  @Test(arguments: ["base_layer.weight", "lora_A.default.weight", "lora_A.weight"])
  func unmerged(ending: String) throws {
    let added = "base_model.model.encoder.layer.0.attention.self.query.\(ending)"
    let files = try ModelFiles.renamed("corrupt/ok_control") {
      $0 == "pooler.dense.weight" ? added : "base_model.model.\($0)"
    }
    #expect(
      failure(files)
        == "model.safetensors: an adapter (LoRA or another of PEFT's) is not merged into the weights (tensor \(added)): merge it first, in Python with merge_and_unload(), and save that"
    )
  }

  // MARK: Quantised weights

  private func edited(_ addition: String, _ rename: (String) -> String?) throws -> ModelFiles {
    let renamed = try ModelFiles.renamed("corrupt/ok_control", rename)
    let edited = try ModelFiles.edited(
      "corrupt/ok_control", #""model_type": "bert""#, #""model_type": "bert"\#(addition)"#)
    return ModelFiles(
      builtIn: "m",
      files: [
        "config.json": try edited.open("config.json"),
        "model.safetensors": try renamed.open("model.safetensors"),
      ])
  }

  @Test(arguments: [
    (#"{"quant_method": "hqq", "bits": 4}"#, "HQQ"), (#"{"quant_method": "aqlm"}"#, "AQLM"),
    (#"{"quant_method": "quanto"}"#, "quanto"), (#"{"bits": 4}"#, "quantization_config"),
    (
      #"{"quant_method": "gptq", "bits": 4}"#,
      "GPTQ in which encoder.layer.0.attention.self.query has qweight of dtype F32"
    ),
  ])
  func quantised(settings: String, method: String) throws {
    let files = try edited(#", "quantization_config": \#(settings)"#) {
      $0.replacing("query.weight", with: "query.qweight")
    }
    #expect(
      failure(files)
        == "config.json: the weights are quantised (\(method)), which is not supported: give the model that they were made from, or save it dequantised, in Python with dequantize()"
    )
  }

  @Test func quantisedByTheTensors() throws {
    for (ending, method) in [
      ("qweight", "GPTQ or AWQ"), ("SCB", "bitsandbytes"),
      ("weight_scale_inv", "FP8 or compressed"),
    ] {
      let files = try edited("") { $0.replacing("query.weight", with: "query.\(ending)") }
      #expect(
        failure(files)?.hasPrefix("model.safetensors: the weights are quantised (\(method))")
          == true)
    }
  }

  /// Weights that are no longer quantised, although the configuration still says so, are as any.
  @Test func dequantised() throws {
    #expect(failure(try edited(#", "quantization_config": {"quant_method": "fp8"}"#) { $0 }) == nil)
  }

  // MARK: Code of a model's own

  private static let code =
    #""auto_map": {"AutoConfig": "conf.C", "AutoModelForMaskedLM": "a.B", "AutoModel": "bert_layers.BertModel"}"#

  @Test func ownCode() throws {
    let message =
      #"config.json: the model brings code of its own ("auto_map": bert_layers.BertModel), which is not run: let Python run it and save its attention, and open the file"#
    let files = try edited(", " + Self.code) { $0.replacing("query.weight", with: "Wqkv.weight") }
    #expect(failure(files) == message)
    #expect(
      failure(self.files([], configuration: #"{"model_type": "nova", \#(Self.code)}"#)) == message)
    // What cannot be shown for another reason says that.
    #expect(
      failure(self.files([], configuration: #"{"model_type": "mamba", \#(Self.code)}"#))?
        .contains("state-space") == true)
  }

  @Test func ownCodeThatIsNotRun() throws {
    let files = try edited(", " + Self.code) { $0 }
    #expect(failure(files) == nil)
    #expect(
      try ModelConfiguration(files).notes() == [
        #"the model has code of its own ("auto_map": bert_layers.BertModel), which is not run: shown is what a plain "bert" makes of its weights"#
      ])
    // A tokenizer's or a configuration's is not the model's.
    let others = try edited(#", "auto_map": {"AutoTokenizer": ["a.T", null], "AutoConfig": "c.C"}"#)
    {
      $0
    }
    #expect(try ModelConfiguration(others).notes() == [])
  }

  @Test func adapterBesideTheModel() throws {
    let model = try edited("") { $0 }
    let files = ModelFiles(
      builtIn: "m",
      files: [
        "config.json": try model.open("config.json"),
        "adapter_config.json": FileBytes(name: "adapter_config.json", Array("{}".utf8)),
      ])
    #expect(
      try ModelConfiguration(files).notes()
        == ["the adapter beside the model (adapter_config.json) is not applied"])
  }

  // MARK: Numbers that are none

  @Test func notFinite() throws {
    let ignored = try ModelFiles.edited(
      "corrupt/ok_control", #""pad_token_id": 0"#, #""time_step_limit": [0.0, Infinity], "x": NaN"#)
    #expect(failure(ignored) == nil)
    for (value, key) in [
      ("NaN", "layer_norm_eps"), ("-Infinity", "layer_norm_eps"), ("Infinity", "vocab_size"),
    ] {
      let old = key == "vocab_size" ? #""vocab_size": 73"# : #""layer_norm_eps": 1e-12"#
      let files = try ModelFiles.edited("corrupt/ok_control", old, #""\#(key)": \#(value)"#)
      let expected = key == "vocab_size" ? "a whole number" : "a number"
      #expect(
        failure(files) == #"config.json: "\#(key)" is NaN or infinite instead of \#(expected)"#)
    }
  }
}
