import Attention

/// The facts in a tensor's name: `attention.self.7`, `encoder_attentions.0`, `blocks.3.attn.hook_pattern`.
struct TensorName {
  enum Part: String {
    case attention, query, key, bias
  }

  let part: Part?
  let kind: AttentionKind?
  /// Nil where the name has no number.
  let layer: Int?
  /// Of a generation; nil where the name has none.
  let step: Int?
  /// Whether the name says that it is what goes into the softmax, or, as in TransformerLens, what comes out.
  let isScores: Bool
  let isPattern: Bool
  /// Whether none of its numbers is known to be the layer's.
  let isLayerUnclear: Bool

  /// No model comes near.
  private static let layerLimit = 10_000

  /// Words before a number that make it the layer's.
  private static let layerWords: Set<String> = [
    "layer", "layers", "block", "blocks", "h", "l", "attention", "attentions", "attn", "attns",
  ]

  /// Words at the end of names of other things than weights of attention.
  private static let otherWords: Set<String> = [
    "mask", "query", "key", "value", "queries", "keys", "values", "q", "k", "v", "z", "weight",
    "bias", "output", "out", "in", "input", "scale", "normalized", "result", "hidden", "states",
    "logits", "ids",
  ]

  init(_ keys: [String]) {
    let name = keys.joined(separator: ".")
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count == 3, let part = Part(rawValue: String(parts[0])),
      let kind = AttentionKind(rawValue: String(parts[1])), let layer = Int(parts[2]),
      (0..<Self.layerLimit).contains(layer)
    {
      (self.part, self.kind, self.layer, isLayerUnclear) = (part, kind, layer, false)
      (step, isScores, isPattern) = (nil, false, false)
      return
    }
    let words = Self.words(of: name)
    let isAttention =
      words.contains { $0.contains("att") || $0.hasPrefix("pattern") }
      && !(words.last { Int($0) == nil }.map(Self.otherWords.contains) ?? false)
    part = isAttention ? .attention : nil
    kind = Self.kind(words)
    isScores = words.contains { $0.hasPrefix("score") }
    isPattern = isAttention && words.contains { $0.hasPrefix("pattern") }
    var numbers = words.indices.filter { Int(words[$0]) != nil }
    // Named so, or else of lists in a list the outer.
    let isNested = numbers.count == 2 && numbers.elementsEqual(words.indices.suffix(2))
    let marksStep = { (index: Int) in index > 0 && ["step", "steps"].contains(words[index - 1]) }
    let stepPlace = numbers.first(where: marksStep) ?? (isNested ? numbers[0] : nil)
    step = stepPlace.flatMap { Int(words[$0]) }
    numbers.removeAll { $0 == stepPlace }
    let marked = numbers.first { $0 > 0 && Self.layerWords.contains(words[$0 - 1]) }
    layer = (numbers.count == 1 ? numbers[0] : marked).flatMap { Int(words[$0]) }
      .flatMap { $0 < Self.layerLimit ? $0 : nil }
    isLayerUnclear = layer == nil && !numbers.isEmpty
  }

  var isAttention: Bool { part == .attention }

  /// Whether the name is a number, or a number behind a word that says nothing: `3`, `arr_0`, `layer_7`.
  static func isOnlyNumbered(_ keys: [String]) -> Bool {
    let words = words(of: keys.joined(separator: ".")).filter { Int($0) == nil }
    return Set(words).isSubset(of: [
      "arr", "array", "tensor", "layer", "layers", "block", "blocks", "step", "steps",
    ])
  }

  private static func kind(_ words: [String]) -> AttentionKind? {
    let isEncoder = words.contains { $0.hasPrefix("enc") }
    let isDecoder = words.contains { $0.hasPrefix("dec") }
    if words.contains(where: { $0.hasPrefix("cross") }) || isEncoder && isDecoder { return .cross }
    return isEncoder ? .encoder : isDecoder ? .decoder : nil
  }

  /// Letters and digits apart, in lower case, also at capitals inside: `EncDecAttention` is three words.
  private static func words(of name: String) -> [String] {
    var words: [String] = []
    var last: Unicode.Scalar = "."
    for scalar in name.unicodeScalars {
      let isLetter = scalar.properties.isAlphabetic
      let isDigit = ("0"..."9").contains(scalar)
      if isLetter || isDigit {
        let isCapitalInside = scalar.properties.isUppercase && last.properties.isLowercase
        let goesOn =
          isDigit ? ("0"..."9").contains(last) : last.properties.isAlphabetic && !isCapitalInside
        if goesOn, !words.isEmpty {
          words[words.count - 1].unicodeScalars.append(scalar)
        } else {
          words.append(String(scalar))
        }
      }
      last = scalar
    }
    return words.map { $0.lowercased() }
  }
}
