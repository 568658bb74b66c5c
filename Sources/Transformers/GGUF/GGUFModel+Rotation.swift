import Files
import Tensors

extension GGUFModel {
  /// How positions turn queries and keys.
  func rotary(headSize: Int) throws(TransformerError) -> Members {
    var members: Members = []
    // Ollama has two names for Gemma 3.
    let base = try metadata.number(anyOf: "rope.freq_base", "rope.global.freq_base")
    if let base {
      members.append(("rope_theta", .number(Float(base))))
      if modelType == "olmo3" {
        // Of the layers with a window, too, which only newer files of the family say.
        let sliding = JSONNode.object([("rope_theta", .number(Float(base)))])
        members.append(("rope_parameters", .object([("sliding_attention", sliding)])))
      }
    }
    if let size = try metadata.optionalSize("rope.dimension_count") {
      members.append(("partial_rotary_factor", .number(Float(size) / Float(headSize))))
    }
    if let scaling = try ropeScaling() { members.append(("rope_scaling", .object(scaling))) }
    return members
  }

  private func ropeScaling() throws(TransformerError) -> Members? {
    var members: Members = []
    func add(_ key: String, from stored: String) throws(TransformerError) {
      if let value = try metadata.number("rope.scaling.\(stored)") {
        members.append((key, .number(Float(value))))
      }
    }
    let length = try metadata.optionalSize("rope.scaling.original_context_length")
    if let length { members.append(("original_max_position_embeddings", .integer(length))) }
    // Divisors for each pair: those of Llama 3 for any length, those of Phi-3 for short inputs and for long ones.
    let all = try divisors("rope_freqs.weight")
    if let short = try divisors("rope_factors_short.weight") ?? all,
      let long = try divisors("rope_factors_long.weight") ?? all
    {
      try add("attention_factor", from: "attn_factor")
      if all != nil { members.append(("attention_factor", .integer(1))) }
      if modelType == "phimoe" {
        let factor = try metadata.number("rope.scaling.attn_factor") ?? 1
        members += ["short_mscale", "long_mscale"].map { ($0, .number(Float(factor))) }
      }
      return members + [
        ("rope_type", .string("longrope")), ("short_factor", short), ("long_factor", long),
      ]
    }
    guard let type = metadata.own("rope.scaling.type")?.string, type != "none" else { return nil }
    try add("factor", from: "factor")
    if type == "yarn" {
      try add("beta_fast", from: "yarn_beta_fast")
      try add("beta_slow", from: "yarn_beta_slow")
      // The pairs between are a matter of fractions here alone, as its authors have it.
      members.append(("truncate", .bool(modelType != "gpt_oss")))
      if let scale = try metadata.number("rope.scaling.yarn_log_multiplier"), scale > 0 {
        members += [("mscale", .integer(1)), ("mscale_all_dim", .number(Float(scale)))]
      }
      if let rate = try metadata.number("attention.temperature_scale"), modelType == "ministral3" {
        members.append(("llama_4_scaling_beta", .number(Float(rate))))
      }
    }
    return members + [("rope_type", .string(type))]
  }

  private func divisors(_ name: String) throws(TransformerError) -> JSONNode? {
    guard let tensor = parts.tensors[name] else { return nil }
    guard let values = try? tensor.floats() else {
      throw .wrongElementType(tensor: name, found: tensor.elementType, path: metadata.path)
    }
    return .list(values.map { .number($0) })
  }
}
