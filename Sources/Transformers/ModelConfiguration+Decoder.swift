import Attention

/// The common parts of decoders' configurations, in the spellings of transformers 4 and 5.
extension ModelConfiguration {
  /// The number of tokens that a layer looks back on; `layer_types` names one for each layer.
  enum LayerType: String, Sendable {
    case full = "full_attention"
    case sliding = "sliding_attention"
  }

  /// The number of layers, for configurations that describe each of them before there are weights to bear it out.
  func layerCount(_ key: String = "num_hidden_layers") throws(TransformerError) -> Int {
    try size(key, limit: 4096)
  }

  /// `layer_types`, or where that is absent what `otherwise` says of each layer.
  func layerTypes(
    count: Int, otherwise: (Int) -> LayerType
  ) throws(TransformerError) -> [LayerType] {
    guard let names = try strings("layer_types") else { return (0..<count).map(otherwise) }
    guard names.count == count else {
      throw .wrongCount(key: "layer_types", expected: count, found: names.count, path: path)
    }
    var types: [LayerType] = []
    for name in names {
      guard let type = LayerType(rawValue: name) else {
        throw unsupported(
          "layer_types", value: "\"\(name)\"", because: "only full and sliding attention are known")
      }
      types.append(type)
    }
    return types
  }

  /// The number of key heads, which the query heads share evenly: as many as those where it is `null`.
  /// - Parameter default: Where the key is absent, unless it is as many.
  func keyHeadCount(
    _ key: String = "num_key_value_heads", headCount: Int, default: Int? = nil
  ) throws(TransformerError) -> Int {
    let count = try optionalSize(key, default: `default`) ?? headCount
    guard headCount.isMultiple(of: count) else {
      throw .keyHeadsDoNotDivide(keyHeadCount: count, headCount: headCount, path: path)
    }
    return count
  }

  /// The size of a head: what `hidden_size` gives each of them, unless a key names another.
  func headSize(
    _ key: String = "head_dim", hiddenSize: Int, headCount: Int
  ) throws(TransformerError) -> Int {
    if let size = try optionalSize(key) { return size }
    try requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
    return hiddenSize / headCount
  }

  /// The limit of scores, which `null` takes away.
  func cap(_ key: String, default: Double?) throws(TransformerError) -> Float? {
    let cap = contains(key) ? try positive(key) : `default`
    return cap.map { Float($0) }
  }

  /// The mask of a decoder's layer, which looks both ways where `is_causal` is false: in models that make vectors of
  /// texts.
  func mask(
    _ type: LayerType = .full, window: Int? = nil
  ) throws(TransformerError) -> AttentionMask {
    let isCausal = try flag("is_causal", default: true)
    switch (type, window) {
    case (.sliding, let window?):
      return isCausal ? .causalWindow(width: window) : .band(distance: window)
    default:
      return isCausal ? .causal : .bidirectional
    }
  }
}
