import Attention
import Files
import TestSupport
import Testing
import Transformers

/// Checkpoints whose tensors are called otherwise than the family calls them: the same numbers come out.
@Suite struct TensorNameTests {
  private func expect(_ files: ModelFiles, equals model: String) throws {
    for golden in try GoldenCase.all(of: model) {
      let output = try ModelRegistry.loadModel(from: files).forward(golden.input)
      try TransformersTests.expect(output, matches: golden)
      if let logits = golden.logits, !golden.input.predictionPositions.isEmpty {
        #expect(output.predictions.map(\.id) == logits.ids)
      }
    }
  }

  private func failure(_ files: ModelFiles) -> String? {
    do {
      _ = try ModelRegistry.loadModel(from: files)
      return nil
    } catch {
      return "\(error)"
    }
  }

  // MARK: Tied weights

  /// Of tensors that are one, a file may have any: `save_model` of safetensors keeps the first by name.
  @Test(arguments: [
    ("bert_mlm_cased", "bert.embeddings.word_embeddings", "cls.predictions.decoder"),
    ("roberta", "roberta.embeddings.word_embeddings", "lm_head.decoder"),
    ("mpnet_masked", "mpnet.embeddings.word_embeddings", "lm_head.decoder"),
    ("distilbert", "distilbert.embeddings.word_embeddings", "vocab_projector"),
    ("electra_generator", "electra.embeddings.word_embeddings", "generator_lm_head"),
    ("albert_groups", "albert.embeddings.word_embeddings", "predictions.decoder"),
    ("deberta_v2_linear", "deberta.embeddings.word_embeddings", "cls.predictions.decoder"),
    ("modernbert_biased", "model.embeddings.tok_embeddings", "decoder"),
    ("gpt2_layer_scales", "transformer.wte", "lm_head"),
    ("gpt_neo_local", "transformer.wte", "lm_head"),
    ("opt_norms_behind", "model.decoder.embed_tokens", "lm_head"),
    ("bloom_six_heads", "transformer.word_embeddings", "lm_head"),
    ("falcon_groups", "transformer.word_embeddings", "lm_head"),
    ("llama_biased", "model.embed_tokens", "lm_head"),
    ("gemma2_caps", "model.embed_tokens", "lm_head"),
    ("starcoder2_window", "model.embed_tokens", "lm_head"),
    ("t5_small", "shared", "decoder.embed_tokens"),
    ("t5_small", "shared", "encoder.embed_tokens"),
    ("t5_small", "shared", "lm_head"),
    ("umt5", "shared", "decoder.embed_tokens"),
    ("bart_small", "shared", "lm_head"),
    ("bart_small", "shared", "decoder.embed_tokens"),
    ("m2m_small", "model.shared", "lm_head"),
    ("marian_split", "model.decoder.embed_tokens", "lm_head"),
  ])
  func tied(model: String, table: String, other: String) throws {
    var isFound = false
    let files = try ModelFiles.renamed("models/\(model)") { name in
      guard name == "\(table).weight" else { return name }
      isFound = true
      return "\(other).weight"
    }
    try #require(isFound)
    try expect(files, equals: model)
  }

  /// Where the output layer is one of its own, it says nothing of the embeddings.
  @Test func untied() throws {
    let llama = try ModelFiles.renamed("models/llama_linear") {
      $0 == "model.embed_tokens.weight" ? nil : $0
    }
    #expect(failure(llama) == "model.safetensors: tensor model.embed_tokens.weight is missing")
    let mbart = try ModelFiles.renamed("models/mbart") {
      $0.contains("shared") || $0.contains("embed_tokens") ? nil : $0
    }
    #expect(failure(mbart) == "model.safetensors: tensor model.shared.weight is missing")
  }

  // MARK: Prefixes

  /// What training, compiling or another model around it puts before the names, or between their parts.
  @Test(
    arguments: [
      "bert_base", "bert_mlm_cased", "gpt2_layer_scales", "llama_biased", "opt_norms_before",
      "t5_small", "bart_small", "m2m_small",
    ],
    [
      "_orig_mod.", "module.", "model.", "0.auto_model.", "module._orig_mod.0.auto_model.",
      "net.student.", "_fsdp_wrapped_module.",
    ])
  func prefixed(model: String, prefix: String) throws {
    try expect(try .renamed("models/\(model)") { prefix + $0 }, equals: model)
  }

  @Test func prefixesWithin() throws {
    let files = try ModelFiles.renamed("models/llama_biased") {
      "model." + $0.replacing("layers.0.", with: "layers.0._checkpoint_wrapped_module._orig_mod.")
    }
    try expect(files, equals: "llama_biased")
  }

  /// What stands beside a model is of no use to it, as its classifier.
  @Test func beside() throws {
    let files = try ModelFiles.renamed("models/bert_mlm_cased") {
      $0.hasPrefix("bert.") ? "0.auto_model.\($0.dropFirst(5))" : "2.\($0)"
    }
    let model = try ModelRegistry.loadModel(from: files)
    #expect(!model.summary.predictsTokens)
    #expect(model.summary.unusedTensors.contains("2.cls.predictions.bias"))
    for golden in try GoldenCase.all(of: "bert_mlm_cased") {
      try TransformersTests.expect(try model.forward(golden.input), matches: golden)
    }
  }

  /// Which of two is meant, nothing says.
  @Test func severalModels() throws {
    let files = try ModelFiles.renamed("models/bert_mlm_cased") {
      ($0.contains("layer.0") ? "query." : "document.") + $0.replacing("layer.1", with: "layer.0")
    }
    #expect(
      failure(files)
        == "model.safetensors: has several models of this type, behind the prefixes document.bert, query.bert"
    )
  }

  // MARK: Encoders alone

  @Test(arguments: ["t5_small", "umt5"])
  func encoderAlone(model: String) throws {
    let files = try ModelFiles.renamed("models/\(model)") {
      $0.hasPrefix("decoder.") || $0.hasPrefix("lm_head.") ? nil : $0
    }
    let encoder = try ModelRegistry.loadModel(from: files)
    #expect(!encoder.summary.isEncoderDecoder && !encoder.summary.predictsTokens)
    #expect(encoder.summary.unusedTensors == [])
    for golden in try GoldenCase.all(of: model) {
      let output = try encoder.forward(golden.input)
      #expect(output.predictions.isEmpty)
      let tensors = golden.tensors.filter { $0.key.contains(".encoder") }.map {
        ($0.key.replacing(".encoder", with: ".self"), $0.value)
      }
      try TransformersTests.expect(
        output,
        matches: GoldenCase(
          model: model, id: golden.id, input: golden.input,
          tensors: Dictionary(uniqueKeysWithValues: tensors)))
    }
  }

  /// An output layer that the checkpoint lacks is not made up.
  @Test func noOutputLayer() throws {
    let files = try ModelFiles.renamed("models/mbart") { $0 == "lm_head.weight" ? nil : $0 }
    #expect(try ModelRegistry.loadModel(from: files).summary.predictsTokens == false)
  }
}
