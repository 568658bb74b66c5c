import Attention
import Glibc

extension PatternFinder {
  /// Weight that falls off with the distance of the key, whatever the tokens.
  ///
  /// Measured on the distances 1, 2, … up to that which takes in 99 % of the weight, at least five.
  var decay: Finding? {
    guard !rules.isCross, rules.queryCount == rules.keyCount, explainsHalf else { return nil }
    let profile = distanceProfile
    guard profile.count >= 5 else { return nil }

    let logarithms = profile.map { log(max($0, 1e-6)) }
    let count = Float(profile.count)
    let meanDistance = (count + 1) / 2
    let meanLogarithm = logarithms.reduce(0, +) / count
    var covariance: Float = 0
    var distanceVariance: Float = 0
    var logarithmVariance: Float = 0
    for (index, logarithm) in logarithms.enumerated() {
      let distance = Float(index + 1) - meanDistance
      covariance += distance * (logarithm - meanLogarithm)
      distanceVariance += distance * distance
      logarithmVariance += (logarithm - meanLogarithm) * (logarithm - meanLogarithm)
    }
    guard logarithmVariance > 0 else { return nil }
    let fall = -covariance / distanceVariance * (count - 1)
    guard fall >= log(4) else { return nil }
    let correlation = covariance / (distanceVariance * logarithmVariance).squareRoot()
    return finding(Pattern(label: .decay, score: min(-correlation, 1)), threshold: 0.9)
  }

  /// Mean weight at the distances 1, 2, …, relative to uniform attention.
  private var distanceProfile: [Float] {
    let middle = rules.queryCount - 1
    func sum(_ values: [Float], _ distance: Int) -> Float {
      values[middle - distance] + values[middle + distance]
    }
    let distances = 1..<max(1, rules.queryCount)
    let total = distances.reduce(0) { $0 + sum(head.matrix.diagonals, $1) }
    var seen: Float = 0
    var profile: [Float] = []
    for distance in distances where seen < 0.99 * total {
      let uniform = sum(chance.matrix.diagonals, distance)
      guard uniform > 0 else { break }
      let weight = sum(head.matrix.diagonals, distance)
      seen += weight
      profile.append(weight / uniform)
    }
    return profile
  }

  /// Whether place relative to the query explains half of the variance of the weights.
  private var explainsHalf: Bool {
    var pairCount: Float = 0
    var sum: Float = 0
    var explained: Float = 0
    for (weight, count) in zip(head.matrix.diagonals, rules.diagonalCounts) where count > 0 {
      pairCount += Float(count)
      sum += weight
      explained += weight * weight / Float(count)
    }
    guard pairCount > 0 else { return false }
    let ofMean = sum * sum / pairCount
    return explained - ofMean >= 0.5 * (head.matrix.sumOfSquares - ofMean)
  }
}
