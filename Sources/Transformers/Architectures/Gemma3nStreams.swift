// The streams of states of Gemma 3n, of which each layer works on one and predicts the others from it.
//
// Papers, reference and shape letters: Gemma3n.swift.

import Attention

/// Several streams of states side by side, `[T, N · C]`, of which a layer works on one.
struct AltUp: Sendable {
  let streamCount: Int
  let active: Int
  let routerNorm: RMSNorm
  let router: Linear
  let predictionCoefficients: Linear
  let correctionCoefficients: Linear

  private func modalities(_ x: HiddenStates) -> HiddenStates {
    var y = routerNorm(x)
    y *= 1 / Float(x.size)
    return Activation.tanh(router(y))
  }

  /// The prediction of each stream, from all of them, by coefficients of the active one.
  func predict(_ x: HiddenStates) -> HiddenStates {
    let size = x.size / streamCount
    let coefficients = predictionCoefficients(modalities(x.stream(active, of: streamCount)))
    var y = x
    for token in 0..<x.tokenCount {
      for target in 0..<streamCount {
        for source in 0..<streamCount {
          let factor = coefficients.values[
            (token * streamCount + target) * streamCount + source]
          for feature in 0..<size {
            y.values[token * x.size + target * size + feature] +=
              factor * x.values[token * x.size + source * size + feature]
          }
        }
      }
    }
    return y
  }

  /// All streams, moved by how far the active one came out from what was predicted.
  func correct(_ predictions: HiddenStates, _ activated: HiddenStates) -> HiddenStates {
    let size = activated.size
    let coefficients = correctionCoefficients(modalities(activated))
    var y = predictions
    for token in 0..<y.tokenCount {
      for stream in 0..<streamCount {
        let factor = 1 + coefficients.values[token * streamCount + stream]
        for feature in 0..<size {
          let innovation =
            activated.values[token * size + feature]
            - predictions.values[token * y.size + active * size + feature]
          y.values[token * y.size + stream * size + feature] += factor * innovation
        }
      }
    }
    return y
  }
}

extension HiddenStates {
  /// One of several streams that lie side by side.
  func stream(_ index: Int, of count: Int) -> HiddenStates {
    let width = size / count
    return HiddenStates(
      tokenCount: tokenCount, size: width,
      values: (0..<tokenCount).flatMap { row($0).dropFirst(index * width).prefix(width) })
  }
}

/// The streams before the first layer and behind the last one.
struct StateStreams: Sendable {
  let projections: [Linear]
  let unembeddings: [Linear]

  private var count: Int { projections.count + 1 }

  /// `[T, N · C]`: the embeddings, and projections of them that are as large.
  func expand(_ x: HiddenStates) -> HiddenStates {
    let others = projections.map { Self.sized($0(x), like: x) }
    return HiddenStates(
      tokenCount: x.tokenCount, size: count * x.size,
      values: (0..<x.tokenCount).flatMap { token in
        ([x] + others).flatMap { Array($0.row(token)) }
      })
  }

  /// The embeddings that were expanded.
  func embeddings(in x: HiddenStates) -> HiddenStates { x.stream(0, of: count) }

  /// `[T, C]`: their mean, each projected back to the size of the first.
  func collect(_ x: HiddenStates) -> HiddenStates {
    let first = x.stream(0, of: count)
    var sum = first
    for (index, unembedding) in unembeddings.enumerated() {
      sum += Self.sized(unembedding(x.stream(index + 1, of: count)), like: first)
    }
    sum *= 1 / Float(count)
    return sum
  }

  private static func sized(_ x: HiddenStates, like other: HiddenStates) -> HiddenStates {
    func meanSquare(_ row: ArraySlice<Float>) -> Float {
      Float(row.reduce(into: 0.0) { $0 += Double($1) * Double($1) } / Double(row.count))
    }
    var y = x
    for token in 0..<x.tokenCount {
      let size = max(meanSquare(x.row(token)), 1e-5).squareRoot()
      let factor = meanSquare(other.row(token)).squareRoot() / size
      y.replaceRow(token, with: x.row(token).map { $0 * factor })
    }
    return y
  }
}

/// The changes to the streams before a layer's blocks, between them and behind them.
struct Gemma3nStreams: LayerEntry, LayerCompanion {
  let altUp: AltUp
  let laurelLeft: Linear
  let laurelRight: Linear
  let laurelNorm: RMSNorm
  /// nil where what was corrected is not scaled.
  let correctedScale: [Float]?
  let input: Gemma4LayerEnd.Input

  /// - Parameter reader: The scope of the layer.
  init(
    _ reader: WeightReader, _ configuration: Gemma3nConfiguration
  ) throws(TransformerError) {
    let (size, count) = (configuration.hiddenSize, configuration.streamCount)
    let (rank, inner) = (configuration.laurelRank, configuration.layerInputs.size)
    func linear(
      _ name: String, _ inputSize: Int, _ outputSize: Int
    ) throws(TransformerError) -> Linear {
      try Linear(reader[name], inputSize: inputSize, outputSize: outputSize, hasBias: false)
    }
    altUp = AltUp(
      streamCount: count, active: configuration.activeStream,
      routerNorm: try configuration.norm(reader["altup.router_norm"]),
      router: try linear("altup.modality_router", size, count),
      predictionCoefficients: try linear("altup.prediction_coefs", count, count * count),
      correctionCoefficients: try linear("altup.correction_coefs", count, count))
    laurelLeft = try linear("laurel.linear_left", size, rank)
    laurelRight = try linear("laurel.linear_right", rank, size)
    laurelNorm = try configuration.norm(reader["laurel.post_laurel_norm"])
    correctedScale =
      configuration.scalesCorrected
      ? try reader.vector("altup.correct_output_scale", count: size) : nil
    input = Gemma4LayerEnd.Input(
      gate: try linear("per_layer_input_gate", size, inner),
      projection: try linear("per_layer_projection", inner, size),
      norm: try configuration.norm(reader["post_per_layer_input_norm"]),
      activation: configuration.activation)
  }

  func enter(_ x: HiddenStates) -> HiddenStates {
    altUp.predict(x).stream(altUp.active, of: altUp.streamCount)
  }

  func middle(_ y: HiddenStates, input: HiddenStates) -> HiddenStates {
    var sum = laurelNorm(laurelRight(laurelLeft(input)))
    sum += input
    sum += y
    sum *= Float(0.5).squareRoot()
    return sum
  }

  func callAsFunction(
    _ x: HiddenStates, output: HiddenStates, in run: inout LayerRun
  ) -> HiddenStates {
    var y = altUp.correct(altUp.predict(x), output)
    var first = y.stream(altUp.active, of: altUp.streamCount)
    if let correctedScale {
      for token in 0..<first.tokenCount {
        first.replaceRow(token, with: zip(first.row(token), correctedScale).map { $0 * $1 })
      }
    }
    guard let own = run.layerInput(size: input.gate.weight.rowCount) else { return y }
    var gated = input.activation(input.gate(first))
    gated *= own
    let added = input.norm(input.projection(gated))
    let size = added.size
    for token in 0..<y.tokenCount {
      for stream in 1..<altUp.streamCount {
        for feature in 0..<size {
          y.values[token * y.size + stream * size + feature] +=
            added.values[token * size + feature]
        }
      }
    }
    return y
  }
}
