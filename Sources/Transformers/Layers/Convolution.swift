/// A linear function of each token and its neighbours, those beyond the ends being 0.
struct Convolution: Sendable {
  /// The number of tokens that make an output: an odd number, its own in their middle.
  let width: Int
  /// One for each group of features, which reads the features of its group alone: `[out, in · width]`.
  private let groups: [Linear]

  /// Reads `weight` `[size, size / groups, width]` and `bias`.
  /// - Precondition: `width` is odd, and `groupCount` divides `size`.
  init(
    _ reader: WeightReader, size: Int, width: Int, groupCount: Int
  ) throws(TransformerError) {
    precondition(!width.isMultiple(of: 2) && size.isMultiple(of: groupCount))
    self.width = width
    let groupSize = size / groupCount
    let whole = Linear(
      weight: WeightMatrix(try reader.tensor("weight", shape: [size, groupSize, width])),
      bias: try reader.vector("bias", count: size))
    groups = (0..<groupCount).map { whole[$0 * groupSize..<($0 + 1) * groupSize] }
  }

  func callAsFunction(_ x: HiddenStates) -> HiddenStates {
    let groupSize = x.size / groups.count
    var y = HiddenStates(tokenCount: x.tokenCount, size: x.size)
    for (group, linear) in groups.enumerated() {
      let features = group * groupSize..<(group + 1) * groupSize
      let sums = linear(neighbourhoods(of: x, features))
      for token in 0..<x.tokenCount {
        let row = token * groupSize..<(token + 1) * groupSize
        y.values.replaceSubrange(
          token * x.size + features.lowerBound..<token * x.size + features.upperBound,
          with: sums.values[row])
      }
    }
    return y
  }

  /// Each token's features with those of its neighbours, feature by feature: `[T, features · width]`.
  private func neighbourhoods(of x: HiddenStates, _ features: Range<Int>) -> HiddenStates {
    let size = features.count * width
    var y = HiddenStates(tokenCount: x.tokenCount, size: size)
    for token in 0..<x.tokenCount {
      for place in 0..<width {
        let neighbour = token + place - width / 2
        guard (0..<x.tokenCount).contains(neighbour) else { continue }
        for (index, feature) in features.enumerated() {
          y.values[token * size + index * width + place] =
            x.values[neighbour * x.size + feature]
        }
      }
    }
    return y
  }
}
