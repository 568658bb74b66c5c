import Attention

/// Rotary position embeddings as configurations describe them.
///
/// transformers 5 has one object `rope_parameters`, or one for each type of layer inside it; transformers 4 has
/// `rope_theta` at the top and `rope_scaling` for what goes beyond it.
extension ModelConfiguration {
  /// - Parameters:
  ///   - layerType: Whose parameters are meant if they differ by layer.
  ///   - share: The share of a head's features that is rotated, unless the file names another.
  ///   - base: The base, unless the file names another.
  ///   - scaling: Where the file has none.
  func rotaryEmbedding(
    headSize: Int, layerType: LayerType = .full, pairing: Rotation.Pairing = .halves,
    share: Double = 1, base: Double = 10_000, scaling: RotaryScaling = .none
  ) throws(TransformerError) -> RotaryEmbedding {
    let outerShare = try positive("partial_rotary_factor", default: share)
    let outerBase = try positive("rope_theta", default: base)
    guard let parameters = try ropeParameters(layerType) else {
      return RotaryEmbedding(
        size: try rotarySize(Double(headSize) * outerShare, headSize: headSize), pairing: pairing,
        base: outerBase, scaling: scaling)
    }
    guard try parameters.string("rope_type", default: "default") != "proportional" else {
      return RotaryEmbedding(
        size: try rotarySize(Double(headSize), headSize: headSize), pairing: pairing,
        base: try parameters.positive("rope_theta", default: outerBase),
        scaling: .proportional(
          RotaryScaling.Proportional(
            share: try parameters.positive("partial_rotary_factor", default: 1),
            factor: try parameters.positive("factor", default: 1))))
    }
    let share = try parameters.positive("partial_rotary_factor", default: outerShare)
    let size = try rotarySize(Double(headSize) * share, headSize: headSize)
    return RotaryEmbedding(
      size: size, pairing: pairing, base: try parameters.positive("rope_theta", default: outerBase),
      scaling: try parameters.rotaryScaling(size: size, in: self))
  }

  /// That of the layers with a window, where it differs from that of the others.
  ///
  /// transformers 4 has no key for more than the base: `rope_scaling` is not for these layers.
  func slidingRotaryEmbedding(
    headSize: Int, base: Double
  ) throws(TransformerError) -> RotaryEmbedding {
    let nested = try object("rope_parameters")
    if try nested?.object(LayerType.sliding.rawValue) != nil {
      return try rotaryEmbedding(headSize: headSize, layerType: .sliding, base: base)
    }
    return RotaryEmbedding(
      size: try rotarySize(Double(headSize), headSize: headSize), base: base)
  }

  /// Checks that so many features of a head can be rotated in pairs; a fraction is dropped.
  func rotarySize(_ features: Double, headSize: Int) throws(TransformerError) -> Int {
    let size = Int(min(features, Double(Self.sizeLimit)))
    guard size >= 2, size <= headSize, size.isMultiple(of: 2) else {
      throw .rotarySize(size, headSize: headSize, path: path)
    }
    return size
  }

  /// The longest input: what the positions were trained for, and as many times that as the scaling is for.
  func rotaryPositionCount(_ scaling: RotaryScaling) throws(TransformerError) -> Int {
    let count = try size("max_position_embeddings")
    let scaled =
      switch scaling {
      case .linear(let factor): Double(count) * factor
      case .dynamic(let factor, _): Double(count) * factor
      case .yarn(let yarn): Double(yarn.originalLength) * yarn.factor
      case .none, .alpha, .graded, .llama3, .longRope, .proportional, .stored: Double(count)
      }
    return max(count, Int(min(scaled, Double(Self.sizeLimit))))
  }

  private func ropeParameters(
    _ layerType: LayerType
  ) throws(TransformerError) -> ModelConfiguration? {
    for key in ["rope_scaling", "rope_parameters"] {
      guard let parameters = try object(key) else { continue }
      guard let ofLayerType = try parameters.object(layerType.rawValue) else { return parameters }
      return ofLayerType
    }
    return nil
  }

  /// - Parameter whole: The configuration that this object is part of.
  private func rotaryScaling(
    size: Int, in whole: ModelConfiguration
  ) throws(TransformerError) -> RotaryScaling {
    let key = contains("rope_type") ? "rope_type" : "type"
    let type = try string(key, default: "default")
    guard whole.modelType != "phimoe" || ["default", "longrope", "su"].contains(type) else {
      throw unsupported(
        key, value: "\"\(type)\"", because: "only \"longrope\" is known of this family")
    }
    switch type {
    // The axes of pictures are all the same in texts.
    case "default", "mrope":
      return .none
    case "linear":
      return .linear(factor: try requiredPositive("factor"))
    case "dynamic":
      if whole.modelType.hasPrefix("hunyuan"), let alpha = try positive("alpha") {
        return .alpha(alpha)
      }
      return .dynamic(
        factor: try requiredPositive("factor"), length: try whole.size("max_position_embeddings"))
    case "ntk" where ["gte", "new"].contains(whole.modelType):
      return .graded(
        factor: try requiredPositive("factor"), power: try positive("mixed_b", default: 1))
    case "yarn":
      return .yarn(try yarn(in: whole))
    case "llama3":
      return .llama3(
        RotaryScaling.Llama3(
          factor: try requiredPositive("factor"),
          lowFactor: try requiredPositive("low_freq_factor"),
          highFactor: try requiredPositive("high_freq_factor"),
          originalLength: try originalLength(in: whole)))
    case "longrope", "su":
      return .longRope(try longRope(size: size, in: whole))
    case let name:
      throw unsupported(
        key, value: "\"\(name)\"", because: "this way to rotate positions is not implemented")
    }
  }

  /// The file's top level goes before the object: Phi-3 has it there.
  private func originalLength(in whole: ModelConfiguration) throws(TransformerError) -> Int {
    let key = "original_max_position_embeddings"
    for scope in [whole, self] {
      if let length = try scope.optionalSize(key) { return length }
    }
    return try whole.size("max_position_embeddings")
  }

  /// The factor by which inputs became longer; where no file gives it, it follows from the lengths.
  private func lengthFactor(
    originalLength: Int, in whole: ModelConfiguration
  ) throws(TransformerError) -> Double {
    if let factor = try positive("factor") { return factor }
    return Double(try whole.size("max_position_embeddings")) / Double(originalLength)
  }

  private func yarn(in whole: ModelConfiguration) throws(TransformerError) -> RotaryScaling.Yarn {
    let originalLength = try originalLength(in: whole)
    let factor = try lengthFactor(originalLength: originalLength, in: whole)
    let attentionFactor = RotaryScaling.Yarn.attentionFactor(
      factor, scale: try positive("mscale"), scaleOfAll: try positive("mscale_all_dim"))
    return RotaryScaling.Yarn(
      factor: factor, originalLength: originalLength,
      fastTurns: try positive("beta_fast", default: 32),
      slowTurns: try positive("beta_slow", default: 1),
      truncates: try flag("truncate", default: true),
      attentionFactor: try positive("attention_factor", default: attentionFactor))
  }

  private func longRope(
    size: Int, in whole: ModelConfiguration
  ) throws(TransformerError) -> RotaryScaling.LongRope {
    let originalLength = try originalLength(in: whole)
    let shortFactors = try positives("short_factor", count: size / 2)
    if whole.modelType == "phimoe" {
      // The reference has the short ones whatever the length, and factors of its own for the turned vectors.
      let scale = try requiredPositive("short_mscale")
      guard try requiredPositive("long_mscale") == scale else {
        throw unsupported(
          "long_mscale", value: "another than \"short_mscale\"",
          because: "one factor for all lengths is implemented")
      }
      return RotaryScaling.LongRope(
        shortFactors: shortFactors, longFactors: shortFactors, originalLength: originalLength,
        attentionFactor: scale)
    }
    let attentionFactor = RotaryScaling.LongRope.attentionFactor(
      try lengthFactor(originalLength: originalLength, in: whole), originalLength: originalLength)
    return RotaryScaling.LongRope(
      shortFactors: shortFactors,
      longFactors: try positives("long_factor", count: size / 2), originalLength: originalLength,
      attentionFactor: try positive("attention_factor", default: attentionFactor))
  }
}
