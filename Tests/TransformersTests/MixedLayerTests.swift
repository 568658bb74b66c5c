import Files
import TestSupport
import Testing

@testable import Transformers

/// Models with layers that have no attention weights are refused in a sentence that says which have some.
@Suite struct MixedLayerTests {
  @Test(arguments: [
    (
      #""model_type": "qwen3_next", "num_hidden_layers": 8"#,
      "mixes tokens by a gated delta rule, and only layers 3, 7 have attention weights"
    ),
    (
      #""model_type": "lfm2", "num_hidden_layers": 4, "full_attn_idxs": [2]"#,
      "mixes tokens by short convolutions, and only layer 2 has attention weights"
    ),
    (
      #""model_type": "nemotron_h", "hybrid_override_pattern": "M-M*-M*""#,
      "mixes tokens by a state space (Mamba), and only layers 3, 6 have attention weights"
    ),
    (
      #""model_type": "granitemoehybrid", "layers_block_type": ["mamba", "attention", "mamba"]"#,
      "mixes tokens by a state space (Mamba), and only layer 1 has attention weights"
    ),
    (
      #""model_type": "jamba", "num_hidden_layers": 16"#,
      "mixes tokens by a state space (Mamba), without attention weights"
    ),
    (
      #""model_type": "jamba", "num_hidden_layers": 8, "attn_layer_period": 4, "attn_layer_offset": 1"#,
      "mixes tokens by a state space (Mamba), and only layers 1, 5 have attention weights"
    ),
    (
      #""model_type": "qwen3_5", "text_config": {"layer_types": ["linear_attention", "full_attention"]}"#,
      "mixes tokens by a gated delta rule, and only layer 1 has attention weights"
    ),
    (
      #""model_type": "of_tomorrow", "layer_types": ["full_attention", "conv", "sliding_attention"]"#,
      "mixes tokens by other means than attention, and only layers 0, 2 have attention weights"
    ),
    (
      #""model_type": "falcon_h1", "num_hidden_layers": 4"#,
      "mixes tokens by a state space (Mamba) in every layer, beside the attention: its weights are not all that a layer does"
    ),
  ])
  func refuses(_ settings: String, _ reason: String) throws {
    let text = "{\(settings)}"
    let files = ModelFiles(
      builtIn: "", files: ["config.json": FileBytes(name: "config.json", Array(text.utf8))])
    var message = ""
    do {
      _ = try ModelRegistry.loadModel(from: files)
    } catch {
      message = "\(error)"
    }
    #expect(message.hasSuffix("cannot be shown: it \(reason)"), "\(message)")
  }

  /// Before there is a configuration, as when the hub is asked.
  @Test func refusesByTheTypeAlone() {
    #expect(throws: TransformerError.self) {
      try ModelRegistry.requireSupported("lfm2", path: "org/model")
    }
    #expect(throws: Never.self) {
      for type in ["gemma3", "qwen2_vl", "gpt_oss", "esm"] {
        try ModelRegistry.requireSupported(type, path: "org/model")
      }
    }
  }
}
