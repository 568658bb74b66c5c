// The feed-forward block of the Gemma 4 with experts: a dense one, and beside it those that a router chooses by the same
// state.
//
// Model and reference: Gemma4.swift.

extension Gemma4Configuration {
  struct Experts: Sendable {
    let count: Int
    let countPerToken: Int
    let innerSize: Int

    init(_ configuration: ModelConfiguration) throws(TransformerError) {
      count = try configuration.size("num_experts", limit: 4096)
      countPerToken = try configuration.size("top_k_experts", limit: count)
      innerSize = try configuration.size("moe_intermediate_size")
    }
  }
}

/// The sum of a dense block and of experts, each with a norm before it and one behind it.
struct Gemma4FeedForward: TokenMap {
  let dense: GatedFeedForward
  let denseNorms: (before: RMSNorm, behind: RMSNorm)
  let experts: MixtureOfExperts
  let expertsNorm: RMSNorm

  /// - Parameter reader: The scope of the layer.
  init(
    _ reader: WeightReader, _ dense: GatedFeedForward, _ experts: Gemma4Configuration.Experts,
    _ configuration: Gemma4Configuration
  ) throws(TransformerError) {
    let (size, epsilon) = (configuration.hiddenSize, configuration.normEpsilon)
    self.dense = dense
    denseNorms = (
      try configuration.norm(reader["pre_feedforward_layernorm"]),
      try configuration.norm(reader["post_feedforward_layernorm_1"])
    )
    expertsNorm = try configuration.norm(reader["post_feedforward_layernorm_2"])
    let router = reader["router"]
    let scale = 1 / Float(size).squareRoot()
    var mixture = MixtureOfExperts(
      router: try Linear(
        router["proj"], inputSize: size, outputSize: experts.count, hasBias: false),
      routing: .likeliest(isNormalized: true), countPerToken: experts.countPerToken,
      experts: GatedExperts(
        gateUp: try reader["experts"].tensor(
          "gate_up_proj", shape: [experts.count, 2 * experts.innerSize, size]),
        down: try reader["experts"].tensor(
          "down_proj", shape: [experts.count, size, experts.innerSize]),
        activation: configuration.activation))
    mixture.norms = (
      RMSNorm(
        gain: try router.vector("scale", count: size).map { $0 * scale }, epsilon: epsilon),
      try configuration.norm(reader["pre_feedforward_layernorm_2"])
    )
    mixture.weightScales = try router.vector("per_expert_scale", count: experts.count)
    self.experts = mixture
  }

  func callAsFunction(_ x: HiddenStates) -> HiddenStates { sum(x, experts(x)) }

  func callAsFunction(_ x: HiddenStates, in run: inout LayerRun) -> HiddenStates {
    sum(x, experts(x, in: &run))
  }

  private func sum(_ x: HiddenStates, _ chosen: HiddenStates) -> HiddenStates {
    var y = denseNorms.behind(dense(denseNorms.before(x)))
    y += expertsNorm(chosen)
    return y
  }
}
