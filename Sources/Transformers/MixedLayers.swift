import Files

/// Models of whose layers only some have attention weights: the others mix tokens by a recurrence or a convolution.
struct MixedLayers {
  /// The means by which the other layers mix tokens; completes "mixes tokens ".
  private let means: String
  /// Whether all layers have both.
  private let isBoth: Bool
  /// The numbers of the layers with attention; nil where the configuration does not say.
  let attention: [Int]?

  private static let means = [
    "bamba": stateSpace, "falcon_h1": stateSpace,
    "granitemoehybrid": stateSpace, "jamba": stateSpace, "kimi_linear": deltaRule,
    "lfm2": convolution,
    "lfm2_moe": convolution, "lfm2_vl": convolution,
    "minimax": "by linear attention, without weights",
    "nemotron_h": stateSpace, "olmo_hybrid": deltaRule, "qwen3_5": deltaRule,
    "qwen3_5_moe": deltaRule, "qwen3_5_moe_text": deltaRule, "qwen3_5_text": deltaRule,
    "qwen3_next": deltaRule, "recurrent_gemma": "by a recurrence", "zamba": stateSpace,
    "zamba2": stateSpace,
  ]

  /// The kinds of models of which some have such layers.
  static let families = Set(means.keys)

  private static let stateSpace = "by a state space (Mamba)"
  private static let deltaRule = "by a gated delta rule"
  private static let convolution = "by short convolutions"

  /// - Parameter configuration: nil where the kind of model is all that is known.
  init?(_ type: String, _ configuration: JSONValue? = nil) {
    let part = configuration?["text_config"] ?? configuration
    let types = part.flatMap { Self.layerTypes($0, type) }
    let attention = types?.indices.filter { types?[$0] == true }
    // Some configurations of such families leave out the other layers.
    isBoth = type == "falcon_h1"
    guard isBoth || attention == nil || attention?.count != types?.count else { return nil }
    let isMixed = attention?.isEmpty == false
    guard Self.means[type] != nil || isMixed else { return nil }
    means = Self.means[type] ?? "by other means than attention"
    self.attention = isMixed ? attention : nil
  }

  /// Whether each layer has attention, in the spellings that there are; nil where none is there.
  private static func layerTypes(_ configuration: JSONValue, _ type: String) -> [Bool]? {
    let attention: Set = [
      "full_attention", "sliding_attention", "chunked_attention", "attention", "hybrid",
    ]
    for key in ["layer_types", "layers_block_type"] {
      if let names = configuration[key]?.array {
        return names.map { attention.contains($0.string ?? "") }
      }
    }
    if let pattern = configuration["hybrid_override_pattern"]?.string {
      return pattern.map { $0 == "*" }
    }
    let sizes = ["num_hidden_layers"].lazy.compactMap { configuration[$0]?.integer }
    guard let count = sizes.first, (1...4096).contains(count) else { return nil }
    let indices = configuration["attn_layer_indices"] ?? configuration["full_attn_idxs"]
    if let indices = indices?.array?.compactMap(\.integer) {
      return (0..<count).map(indices.contains)
    }
    if let list = configuration["linear_attn_config"]?["full_attn_layers"]?.array?.compactMap(
      \.integer)
    {
      return (0..<count).map { list.contains($0 + 1) }
    }
    if let list = configuration["attn_type_list"]?.array?.compactMap(\.integer) {
      return list.map { $0 == 1 }
    }
    if let names = configuration["block_types"]?.array?.map({ $0.string == "attention" }),
      !names.isEmpty
    {
      return (0..<count).map { names[$0 % names.count] }
    }
    if let period = configuration["attn_layer_period"]?.integer, period > 0 {
      let offset = configuration["attn_layer_offset"]?.integer ?? 4
      return (0..<count).map { $0 % period == offset }
    }
    let usual = type.hasPrefix("qwen3_") ? 4 : nil
    if let period = configuration["full_attention_interval"]?.integer ?? usual, period > 0 {
      return (0..<count).map { ($0 + 1).isMultiple(of: period) }
    }
    return nil
  }

  /// Completes "it ".
  var reason: String {
    if isBoth {
      return
        "mixes tokens \(means) in every layer, beside the attention: its weights are not all that a layer does"
    }
    guard let attention else { return "mixes tokens \(means), without attention weights" }
    let numbers = attention.map(String.init).joined(separator: ", ")
    let layers = attention.count == 1 ? "layer \(numbers) has" : "layers \(numbers) have"
    return "mixes tokens \(means), and only \(layers) attention weights"
  }
}
