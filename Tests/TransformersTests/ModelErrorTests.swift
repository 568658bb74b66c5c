import Attention
import Files
import TestSupport
import Testing
import Transformers

/// Each kind of broken model gives one clear error: at loading or, for damaged numbers, when it runs.
@Suite struct ModelErrorTests {
  /// Loads a model and runs it over `ids`; the words of the error, paths without their folder.
  private func failure(_ files: ModelFiles, ids: [Int] = [2, 64, 3], types: [Int]? = nil) -> String?
  {
    do {
      let tokens = ids.map { Token(text: "", display: "", id: $0) }
      let model = try ModelRegistry.loadModel(from: files)
      _ = try model.forward(ModelInput(tokens: tokens, ids: ids, tokenTypeIds: types))
      return nil
    } catch {
      return "\(error)".replacing(Fixtures.path("corrupt/"), with: "")
    }
  }

  private func fixture(_ name: String) throws -> ModelFiles {
    try ModelFiles(folder: Fixtures.path("corrupt/\(name)"))
  }

  /// The valid checkpoint with a change in its configuration.
  private func edited(_ old: String, _ new: String) throws -> ModelFiles {
    try .edited("corrupt/ok_control", old, new)
  }

  struct Edit: Sendable, CustomTestStringConvertible {
    let old: String
    let new: String
    let message: String
    var testDescription: String { message }

    init(_ old: String, _ new: String, _ message: String) {
      self.old = old
      self.new = new
      self.message = message
    }
  }

  static let refusedEdits = [
    Edit(#""hidden_size": 16,"#, "", #"config.json: "hidden_size" is missing"#),
    Edit(#""vocab_size": 73"#, #""vocab_size": null"#, #"config.json: "vocab_size" is missing"#),
    Edit(
      #""num_attention_heads": 2"#, #""num_attention_heads": "four""#,
      #"config.json: "num_attention_heads" is a string instead of a whole number"#),
    Edit(
      #""num_attention_heads": 2"#, #""num_attention_heads": 3"#,
      #"config.json: 3 heads cannot share the hidden size 16 evenly"#),
    Edit(
      #""num_attention_heads": 2"#, #""num_attention_heads": 0"#,
      #"config.json: "num_attention_heads" is 0, outside 1 … 16777216"#),
    Edit(
      #""num_attention_heads": 2"#, #""num_attention_heads": -2"#,
      #"config.json: "num_attention_heads" is -2, outside 1 … 16777216"#),
    Edit(
      #""hidden_size": 16"#, #""hidden_size": 1099511627776"#,
      #"config.json: "hidden_size" is 1099511627776, outside 1 … 16777216"#),
    Edit(
      #""hidden_size": 16"#, #""hidden_size": 1e30"#,
      #"config.json: "hidden_size" is a number with a fraction, or too large instead of a whole number"#
    ),
    Edit(
      #""num_hidden_layers": 1"#, #""num_hidden_layers": 2000000000"#,
      #"config.json: "num_hidden_layers" is 2000000000, outside 1 … 16777216"#),
    Edit(
      #""num_hidden_layers": 1"#, #""num_hidden_layers": 16000000"#,
      "ok_control/model.safetensors: tensor encoder.layer.1.attention.self.query.weight is missing"),
    Edit(
      #""hidden_act": "gelu""#, #""hidden_act": "swoosh""#,
      #"config.json: "hidden_act": unknown activation "swoosh""#),
    Edit(
      #""hidden_act": "gelu""#, #""hidden_act": {"a": 1}"#,
      #"config.json: "hidden_act" is an object instead of a string"#),
    Edit(
      #""layer_norm_eps": 1e-12"#, #""layer_norm_eps": -1"#,
      #"config.json: "layer_norm_eps" is -1.0, outside 0 … 1"#),
    Edit(
      #""position_embedding_type": "absolute""#, #""position_embedding_type": "relative_key""#,
      #"config.json: "position_embedding_type" is "relative_key", which is not supported: other positions change the attention scores in a way that is not implemented"#
    ),
    Edit(
      #""pad_token_id": 0"#, #""add_cross_attention": true"#,
      #"config.json: "add_cross_attention" is true, which is not supported: a decoder by itself has no encoder to look at"#
    ),
    Edit(
      #""model_type": "bert""#, #""model_type": "quantumformer""#,
      #"config.json: unknown model_type "quantumformer""#),
    Edit(
      #""model_type": "bert""#, #""model_type": "mamba""#,
      #"config.json: a model of type "mamba" cannot be shown: it is a state-space model and has no attention weights"#
    ),
    Edit(
      #""vocab_size": 73"#, #""vocab_size": 74"#,
      "ok_control/model.safetensors: tensor embeddings.word_embeddings.weight: the shape is [73, 16], by the configuration it should be [74, 16]"
    ),
  ]

  @Test(arguments: refusedEdits)
  func configuration(_ edit: Edit) throws {
    #expect(failure(try edited(edit.old, edit.new)) == edit.message)
  }

  /// What files leave out is as in transformers' `BertConfig`.
  @Test(arguments: [
    #""hidden_act": "gelu","#, #""layer_norm_eps": 1e-12,"#, #""type_vocab_size": 2,"#,
    #""position_embedding_type": "absolute","#,
  ])
  func absentKeysTakeTheDefaults(line: String) throws {
    let tokens = [2, 64, 3].map { Token(text: "", display: "", id: $0) }
    let input = ModelInput(tokens: tokens, ids: [2, 64, 3], recording: .hiddenStates)
    let states = try [fixture("ok_control"), edited(line, "")].map {
      try ModelRegistry.loadModel(from: $0).forward(input).hiddenStates(.own)?.last?.values
    }
    #expect(states[0] != nil && states[0] == states[1])
  }

  /// A token of a decoder does not depend on those behind it.
  @Test func decodersAreCausal() throws {
    let model = try ModelRegistry.loadModel(
      from: edited(#""pad_token_id": 0"#, #""is_decoder": true"#))
    let states = try [[2, 64], [2, 64, 3, 65]].map { ids in
      let tokens = ids.map { Token(text: "", display: "", id: $0) }
      let output = try model.forward(
        ModelInput(tokens: tokens, ids: ids, recording: .hiddenStates))
      #expect(output.stacks[0].layers[0].mask == .causal)
      return try #require(output.hiddenStates(.own)?.last).values.prefix(2 * 16)
    }
    #expect(states[0] == states[1])
  }

  @Test(arguments: [
    ("missing_tensor", "tensor encoder.layer.0.attention.self.key.weight is missing"),
    (
      "wrong_shape",
      "tensor encoder.layer.0.attention.self.query.weight: the shape is [16, 12], by the configuration it should be [16, 16]"
    ),
  ])
  func weights(name: String, message: String) throws {
    #expect(failure(try fixture(name)) == "\(name)/model.safetensors: \(message)")
  }

  @Test(arguments: ["nan_weights", "huge_weights"])
  func damagedNumbers(name: String) throws {
    let message = failure(try fixture(name))
    #expect(
      message?.hasSuffix("attention scores are NaN or infinite; are the weights damaged?") == true)
    #expect(message?.hasPrefix("layer 0, head ") == true)
  }

  @Test func wordsForWhatTheOthersDoNotReach() throws {
    #expect(
      failure(
        ModelFiles(
          builtIn: "list", files: ["config.json": FileBytes(name: "config.json", Array("[]".utf8))])
      )
        == "config.json: not a JSON object")
    #expect(
      "\(TransformerError.nonFiniteScores(kind: .cross, layer: 1, head: 2))"
        == "layer 1, head 2 (cross): attention scores are NaN or infinite; are the weights damaged?"
    )
    #expect(
      "\(TransformerError.nonFiniteLogits(position: 3))"
        == "the logits at position 3 are NaN or infinite; are the weights damaged?")
  }

  @Test func inputs() throws {
    let control = try fixture("ok_control")
    let words = "embeddings.word_embeddings.weight, which has 73"
    #expect(failure(control, ids: [2, 9999, 3]) == "id 9999 has no row in \(words)")
    #expect(failure(control, ids: [2, -1, 3]) == "id -1 has no row in \(words)")
    #expect(failure(control, ids: [72]) == nil)
    #expect(
      failure(control, ids: [2, 3], types: [0, 2])
        == "id 2 has no row in embeddings.token_type_embeddings.weight, which has 2")
    #expect(failure(control, ids: []) == "the input has no tokens")
    let limit = [Int](repeating: 5, count: 32)
    #expect(failure(control, ids: limit) == nil)
    #expect(
      failure(control, ids: limit + [5])
        == "the input has 33 tokens, the model has positions for 32")
  }
}
