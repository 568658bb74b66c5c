import Attention
import Files
import TestSupport
import Testing
import Transformers

/// What the configurations of decoders must not say, and what the models say then.
@Suite struct DecoderConfigurationTests {
  /// A checkpoint with a change in its configuration.
  private func edited(_ model: String, _ old: String, _ new: String) throws -> ModelFiles {
    let files = try ModelFiles(folder: Fixtures.path("models/\(model)"))
    let file = try files.open("config.json")
    let text = withExtendedLifetime(file) { String(decoding: file.bytes, as: UTF8.self) }
    try #require(text.contains(old), "\(model): \(old)")
    return ModelFiles(
      builtIn: "edited",
      files: [
        "config.json": FileBytes(name: "config.json", Array(text.replacing(old, with: new).utf8)),
        "model.safetensors": try files.open("model.safetensors"),
      ])
  }

  private func failure(_ files: ModelFiles) -> String? {
    do {
      let ids = [1, 2, 3, 4, 5, 6, 7]
      let tokens = ids.map { Token(text: "", display: "", id: $0) }
      _ = try ModelRegistry.loadModel(from: files).forward(ModelInput(tokens: tokens, ids: ids))
      return nil
    } catch {
      return "\(error)"
    }
  }

  struct Edit: Sendable, CustomTestStringConvertible {
    let model: String
    let old: String
    let new: String
    let message: String
    var testDescription: String { message }

    init(_ model: String, _ old: String, _ new: String, _ message: String) {
      self.model = model
      self.old = old
      self.new = new
      self.message = message
    }
  }

  static let refusedEdits = [
    Edit(
      "llama_linear", #""linear""#, #""spiral""#,
      #"config.json: "rope_scaling.type" is "spiral", which is not supported: this way to rotate positions is not implemented"#
    ),
    Edit(
      "llama_linear", #""factor": 2.5"#, #""other": 2.5"#,
      #"config.json: "rope_scaling.factor" is missing"#),
    Edit(
      "llama_linear", #""factor": 2.5"#, #""factor": -1"#,
      #"config.json: "rope_scaling.factor" is -1.0, which is not above 0"#),
    Edit(
      "llama_linear", #""rope_theta": 500.0"#, #""rope_theta": "500""#,
      #"config.json: "rope_theta" is a string instead of a number"#),
    Edit(
      "llama_linear", #""num_key_value_heads": 2"#, #""num_key_value_heads": 3"#,
      "config.json: 4 heads cannot share 3 key heads evenly"),
    Edit(
      "llama_biased", #""head_dim": 6"#, #""head_dim": 7"#,
      "config.json: the rotary position embedding has 7 features; they must be even and 2 … 7"),
    Edit(
      "gptj_neighbours", #""rotary_dim": 4"#, #""rotary_dim": 10"#,
      "config.json: the rotary position embedding has 10 features; they must be even and 2 … 8"),
    Edit(
      "phi_head_norms", #""partial_rotary_factor": 0.5"#, #""partial_rotary_factor": 1e300"#,
      "config.json: the rotary position embedding has 16777216 features; they must be even and 2 … 8"
    ),
    Edit(
      "phi3_longrope", "1.2,", "",
      #"config.json: "rope_scaling.short_factor" has 2 entries instead of 3"#),
    Edit(
      "phi3_longrope", "1.2,", #""a","#,
      #"config.json: "rope_scaling.short_factor" is a list instead of a list of numbers"#),
    Edit(
      "qwen3_typed_layers", #""full_attention""#, #""linear_attention""#,
      #"config.json: "layer_types" is "linear_attention", which is not supported: only full and sliding attention are known"#
    ),
    Edit(
      "qwen3_typed_layers", #""num_hidden_layers": 2"#, #""num_hidden_layers": 3"#,
      #"config.json: "layer_types" has 2 entries instead of 3"#),
    Edit(
      "gpt_neo_local", #""global""#, #""lokal""#,
      #"config.json: "attention_types" is "lokal", which is not supported: only global and local are known"#
    ),
    Edit(
      "gpt_neo_local", #""num_layers": 3"#, #""num_layers": 4"#,
      #"config.json: "attention_types" has 3 entries instead of 4"#),
    Edit(
      "gpt2_layer_scales", #""n_inner": 40"#, #""n_inner": 40, "add_cross_attention": true"#,
      #"config.json: "add_cross_attention" is true, which is not supported: there is no encoder to look at here"#
    ),
    Edit(
      "falcon_groups", #""new_decoder_architecture": true"#,
      #""new_decoder_architecture": true, "parallel_attn": false"#,
      #"config.json: "parallel_attn" is false, which is not supported: the new architecture has parallel blocks only"#
    ),
    Edit(
      "gemma2_caps", #""gemma2""#, #""gemma2", "use_bidirectional_attention": true"#,
      #"config.json: "use_bidirectional_attention" is true, which is not supported: only Gemma 3 looks both ways"#
    ),
    Edit(
      "llama_linear", #""num_hidden_layers": 2"#, #""num_hidden_layers": 16777216"#,
      #"config.json: "num_hidden_layers" is 16777216, outside 1 … 4096"#),
    Edit("bloom_six_heads", #""n_embed": 36,"#, "", #"config.json: "n_embed" is missing"#),
    Edit(
      "codegen", #""rotary_dim": 4"#, #""rotary_dim": null"#,
      "config.json: the rotary position embedding has 16 features; they must be even and 2 … 4"),
  ]

  /// Saved from a class without a head, a model whose head would be tied has none if that has a bias.
  @Test func aBodyAloneHasNoTiedHeadWithABias() throws {
    let tied = #""lm_head_bias": true, "tie_word_embeddings": true"#
    let whole = try edited("phimoe", #""lm_head_bias": true"#, tied)
    let body = try ModelFiles.rewritten(whole) { $0.hasPrefix("lm_head") ? nil : $0 }
    #expect(try ModelRegistry.loadModel(from: whole).summary.predictsTokens)
    #expect(try !ModelRegistry.loadModel(from: body).summary.predictsTokens)
  }

  @Test(arguments: refusedEdits)
  func refuses(_ edit: Edit) throws {
    #expect(failure(try edited(edit.model, edit.old, edit.new)) == edit.message)
  }

  /// Numbers at the ends of what a file can say give an error, at worst that of scores that are not finite.
  @Test(arguments: [
    ("llama_linear", #""factor": 2.5"#, #""factor": 1e-300"#),
    ("llama_linear", #""rope_theta": 500.0"#, #""rope_theta": 1e308"#),
    ("llama_linear", #""rope_theta": 500.0"#, #""rope_theta": 1e-308"#),
    ("llama_dynamic", #""factor": 2.0"#, #""factor": 1e308"#),
    ("llama_yarn", #""beta_fast": 2"#, #""beta_fast": 1e-308"#),
    ("llama_yarn", #""rope_theta": 500.0"#, #""rope_theta": 1.0"#),
    ("llama_by_wavelength", #""high_freq_factor": 4.0"#, #""high_freq_factor": 1.0"#),
    (
      "phi3_longrope", #""original_max_position_embeddings": 16"#,
      #""original_max_position_embeddings": 1"#
    ),
    ("gemma2_caps", #""attn_logit_softcapping": 3.0"#, #""attn_logit_softcapping": 1e-300"#),
    ("mistral_window", #""sliding_window": 5"#, #""sliding_window": 16777216"#),
    ("gpt_neo_local", "1", "9000000000000000000"),
  ])
  func survives(model: String, old: String, new: String) throws {
    if let message = failure(try edited(model, old, new)) {
      #expect(message.hasPrefix("config.json: ") || message.contains(" are NaN or infinite; "))
    }
  }

  /// `null` switches a window off; without the key there is that of the reference's class, longer than this input.
  @Test func windows() throws {
    let ids = (0..<7).map { $0 }
    let tokens = ids.map { Token(text: "", display: "", id: $0) }
    func mask(
      _ new: String, for old: String = #""sliding_window": 5"#, in model: String = "mistral_window"
    ) throws -> AttentionMask {
      let files = try edited(model, old, new)
      let output = try ModelRegistry.loadModel(from: files).forward(
        ModelInput(tokens: tokens, ids: ids))
      return output.stacks[0].layers[0].mask
    }
    #expect(try mask(#""sliding_window": null"#) == .causal)
    #expect(try mask(#""unused": 5"#) == .causalWindow(width: 4096))
    #expect(try mask(#""sliding_window": 3"#) == .causalWindow(width: 3))
    let first = #""max_window_layers": "#
    let qwen = "qwen2_upper_window"
    #expect(try mask(first + "0", for: first + "1", in: qwen) == .causalWindow(width: 5))
    #expect(try mask(first + "1", for: first + "1", in: qwen) == .causal)
  }

  /// `is_causal` makes an encoder of a decoder; its windows then reach as far ahead as back. GPT-Neo's reference
  /// does not know the key.
  @Test(arguments: [
    ("llama_linear", AttentionMask.bidirectional), ("mistral_window", .band(distance: 5)),
    ("gemma_legacy_gelu", .bidirectional), ("gemma2_caps", .band(distance: 6)),
    ("gemma3_nested", .band(distance: 6)), ("gpt2_layer_scales", .bidirectional),
    ("gpt_neox_parallel", .bidirectional), ("gptj_neighbours", .bidirectional),
    ("opt_norms_before", .bidirectional), ("bloom_six_heads", .bidirectional),
    ("phi_head_norms", .bidirectional), ("olmo2_joint_norms", .bidirectional),
    ("olmo3_windows", .band(distance: 5)), ("stablelm_parallel", .bidirectional),
    ("starcoder2_window", .band(distance: 5)), ("falcon_groups", .bidirectional),
    ("gpt_neo_local", .causal),
  ])
  func looksBothWays(model: String, mask: AttentionMask) throws {
    let files = try edited(model, #""model_type": "#, #""is_causal": false, "model_type": "#)
    let tokens = (0..<3).map { Token(text: "", display: "", id: $0) }
    let output = try ModelRegistry.loadModel(from: files).forward(
      ModelInput(tokens: tokens, ids: [0, 1, 2]))
    #expect(output.stacks[0].layers[0].mask == mask)
  }

  /// How long an input may be, where a scaling makes it longer than the positions of the training.
  @Test(arguments: [
    ("llama_linear", 160), ("llama_dynamic", 32), ("llama_yarn", 64), ("phi3_longrope", 64),
    ("bloom_six_heads", 2048), ("gpt2_layer_scales", 32),
  ])
  func longestInput(model: String, count: Int) throws {
    let files = try ModelFiles(folder: Fixtures.path("models/\(model)"))
    #expect(try ModelRegistry.loadModel(from: files).summary.positionCount == count)
  }
}
