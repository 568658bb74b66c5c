import Attention
import Glibc
import Tensors

/// A feed-forward block of several experts, of which a router chooses some for each token: the sum of what these make of
/// it, each times its weight (arXiv:1701.06538). Of the other experts' weights nothing is read.
///
/// Shape letters: T tokens, C hidden size, E experts, K of them for each token.
struct MixtureOfExperts: TokenMap {
  /// `[E, C]`.
  let router: Linear
  let routing: Routing
  /// K.
  let countPerToken: Int
  let experts: any ExpertBank
  /// An expert that all tokens have, and what decides how much it counts, if not all the same (Qwen2 MoE).
  var shared: (expert: GatedFeedForward, gate: Linear?)?
  /// Of what the router and what the experts read, where these differ (Gemma 4).
  var norms: (router: RMSNorm, experts: RMSNorm)?
  /// The factor of each expert's weight (Gemma 4).
  var weightScales: [Float]?

  /// The rule by which the router's scores become experts with weights.
  enum Routing: Sendable {
    /// The likeliest of all; their probabilities as they are, or so that they sum to 1.
    case likeliest(isNormalized: Bool)
    /// The softmax of the highest scores alone.
    case softmaxOfHighest
    /// Two, one after the other, each by a softmax over those scores alone that are near the highest
    /// (arXiv:2409.12136).
    case sparseMixer(tolerance: Float)
  }

  func callAsFunction(_ x: HiddenStates) -> HiddenStates { apply(choices(x), to: x) }

  func callAsFunction(_ x: HiddenStates, in run: inout LayerRun) -> HiddenStates {
    let choices = choices(x)
    run.take(choices)
    return apply(choices, to: x)
  }

  private func apply(_ choices: ExpertChoices, to x: HiddenStates) -> HiddenStates {
    let x = norms?.experts(x) ?? x
    var sum = HiddenStates(tokenCount: x.tokenCount, size: x.size)
    for expert in Set(choices.experts).sorted() {
      let places = choices.experts.indices.filter { choices.experts[$0] == expert }
      let tokens = places.map { $0 / choices.countPerToken }
      let y = experts(expert, x.rows(tokens))
      for (row, (token, place)) in zip(tokens, places).enumerated() {
        let weight = choices.weights[place]
        for (index, value) in y.row(row).enumerated() {
          sum.values[token * x.size + index] += weight * value
        }
      }
    }
    if let shared {
      var y = shared.expert(x)
      if let gates = shared.gate?(x) {
        for token in 0..<x.tokenCount {
          let gate = 1 / (1 + expf(-gates.values[token]))
          y.replaceRow(token, with: y.row(token).map { $0 * gate })
        }
      }
      sum += y
    }
    return sum
  }

  private func choices(_ x: HiddenStates) -> ExpertChoices {
    let scores = router(norms?.router(x) ?? x)
    var experts: [Int] = []
    var weights: [Float] = []
    for token in 0..<x.tokenCount {
      for (expert, weight) in routing.choices(scores.row(token).map(\.self), countPerToken) {
        experts.append(expert)
        weights.append(weight * (weightScales?[expert] ?? 1))
      }
    }
    return ExpertChoices(
      expertCount: scores.size, countPerToken: countPerToken, experts: experts, weights: weights)
  }
}

extension MixtureOfExperts.Routing {
  /// - Parameter scores: One for each expert.
  fileprivate func choices(_ scores: [Float], _ count: Int) -> [(expert: Int, weight: Float)] {
    switch self {
    case .likeliest(let isNormalized):
      let chosen = Self.highest(scores, count)
      let probabilities = Self.softmax(scores)
      let sum = isNormalized ? chosen.reduce(0) { $0 + probabilities[$1] } : 1
      return chosen.map { ($0, probabilities[$0] / sum) }
    case .softmaxOfHighest:
      let chosen = Self.highest(scores, count)
      return Array(zip(chosen, Self.softmax(chosen.map { scores[$0] })))
    case .sparseMixer(let tolerance):
      var rest = scores
      return (0..<2).map { _ in
        let expert = Self.highest(rest, 1)[0]
        let highest = rest[expert]
        let near = scores.indices.map { index in
          let distance = (highest - scores[index]) / max(abs(scores[index]), highest)
          return distance > 2 * tolerance ? -Float.infinity : rest[index]
        }
        rest[expert] = -.infinity
        return (expert, Self.softmax(near)[expert])
      }
    }
  }

  /// The highest first; of equal ones the first. Scores that are NaN come last.
  private static func highest(_ scores: [Float], _ count: Int) -> [Int] {
    func key(_ index: Int) -> Float { scores[index].isNaN ? -.infinity : scores[index] }
    return Array(scores.indices.sorted { key($0) > key($1) }.prefix(count))
  }

  private static func softmax(_ scores: [Float]) -> [Float] {
    let highest = scores.max() ?? 0
    let powers = scores.map { expf($0 - highest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }
}

/// The experts of a layer.
protocol ExpertBank: Sendable {
  /// The output of one of them for the tokens that have it.
  func callAsFunction(_ expert: Int, _ x: HiddenStates) -> HiddenStates
}

/// Experts each of which is a gated feed-forward block.
struct GatedExperts: ExpertBank {
  let experts: [GatedFeedForward]

  func callAsFunction(_ expert: Int, _ x: HiddenStates) -> HiddenStates { experts[expert](x) }
}

extension GatedExperts {
  /// - Parameters:
  ///   - gateUp: `[E, 2 · I, C]`.
  ///   - down: `[E, C, I]`.
  init(gateUp: Tensor, down: Tensor, activation: Activation) {
    experts = (0..<gateUp.shape[0]).map {
      GatedFeedForward(
        gateUp: Linear(weight: WeightMatrix(gateUp.part($0)), bias: nil),
        down: Linear(weight: WeightMatrix(down.part($0)), bias: nil), activation: activation)
    }
  }
}

/// gpt-oss's experts: gate and up are both cut off, and 1 is added to the latter.
struct ClampedExperts: ExpertBank {
  let gateUp: GateUp
  let down: [ExpertMatrix]
  /// The steepness of the gate.
  let steepness: Float
  let limit: Float

  enum GateUp: Sendable {
    /// Rows of gate and up in turn, in one matrix.
    case interleaved([ExpertMatrix])
    case separate(gate: [Linear], up: [Linear])
  }

  func callAsFunction(_ expert: Int, _ x: HiddenStates) -> HiddenStates {
    let (gates, ups): ([Float], [Float])
    switch gateUp {
    case .interleaved(let matrices):
      let both = matrices[expert].linear(x).values
      gates = stride(from: 0, to: both.count, by: 2).map { both[$0] }
      ups = stride(from: 1, to: both.count, by: 2).map { both[$0] }
    case .separate(let gate, let up):
      (gates, ups) = (gate[expert](x).values, up[expert](x).values)
    }
    let inner = HiddenStates(
      tokenCount: x.tokenCount, size: gates.count / x.tokenCount,
      values: zip(gates, ups).map { gate, up in
        let gate = min(gate, limit)
        return (max(-limit, min(up, limit)) + 1) * gate / (1 + expf(-steepness * gate))
      })
    return down[expert].linear(inner)
  }
}
