import Attention
import CKernels

/// What becomes of means and sums if the texts had been others: texts drawn from those that there are, and signs that
/// might as well be the other way round. By a seed, so that the same values have the same figures.
public struct Resampling {
  /// How often is drawn.
  public static let count = 2000
  /// Up to so many texts, signs are flipped in every way that there is.
  public static let exactLimit = 12

  private let textCount: Int
  private let seed: UInt64

  /// - Parameter count: Of texts.
  init(count: Int, seed: Int) {
    textCount = count
    self.seed = UInt64(bitPattern: Int64(seed))
  }

  /// The intervals that hold 95 % of the means of as many texts drawn from these with replacement.
  ///
  /// - Parameter series: As many values each as there are texts, in the order of their size.
  func intervals(of series: [[Float]]) -> [HeadEvidence.Interval] {
    // Less the least one, so that the mean of equal values is that value.
    let rises = series.map { values in values.map { $0 - values[0] } }
    var means = series.map { _ in [Float]() }
    var random = SplitMix64(seed: seed)
    draw(Self.count) { row in
      for _ in 0..<textCount { row[Int(random.next(upperBound: UInt64(textCount)))] += 1 }
    } use: { row in
      for (index, rises) in rises.enumerated() {
        means[index].append(series[index][0] + ck_dot(row, rises, textCount) / Float(textCount))
      }
    }
    return means.map { means in
      let sorted = means.sorted()
      return HeadEvidence.Interval(
        low: Self.quantile(0.025, of: sorted), high: Self.quantile(0.975, of: sorted))
    }
  }

  /// The shares of flips of signs that sum to as much as the values do, or more.
  ///
  /// - Parameter series: As many values each as there are texts, in the order of their size.
  func flips(of series: [[Float]]) -> [Float] {
    let isExact = textCount <= Self.exactLimit
    let sums = series.map { $0.reduce(0, +) }
    // What differs by rounding alone is as much.
    let bounds = zip(series, sums).map { values, sum in
      sum - 1e-5 * values.reduce(0) { $0 + abs($1) }
    }
    var hits = series.map { _ in 0 }
    var random = SplitMix64(seed: ~seed)
    var pattern: UInt64 = 0
    let count = isExact ? 1 << textCount : Self.count
    draw(count) { row in
      var bits = pattern
      for place in 0..<textCount {
        if !isExact, place % 64 == 0 { bits = random.next() }
        row[place] = bits & 1 == 0 ? 1 : -1
        bits >>= 1
      }
      pattern += 1
    } use: { row in
      for (index, values) in series.enumerated()
      where ck_dot(row, values, textCount) >= bounds[index] {
        hits[index] += 1
      }
    }
    // Drawn ones are counted with the one that was measured: a share of none would be made up.
    return hits.map {
      isExact ? Float($0) / Float(count) : Float($0 + 1) / Float(count + 1)
    }
  }

  /// Fills a row of as many numbers as there are texts, which are 0, and uses it, `count` times.
  private func draw(
    _ count: Int, fill: (UnsafeMutablePointer<Float>) -> Void, use: (UnsafePointer<Float>) -> Void
  ) {
    var row = [Float](repeating: 0, count: textCount)
    row.withUnsafeMutableBufferPointer { row in
      guard let start = row.baseAddress else { return }
      for _ in 0..<count {
        row.update(repeating: 0)
        fill(start)
        use(start)
      }
    }
  }

  /// By linear interpolation between the two nearest values.
  private static func quantile(_ share: Double, of sorted: [Float]) -> Float {
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    let (one, two) = (sorted[below], sorted[min(below + 1, sorted.count - 1)])
    return one + Float(place - Double(below)) * (two - one)
  }
}

extension SplitMix64 {
  /// A number below `upperBound`, each as likely as the next but for one in 2⁶⁴ / `upperBound`.
  fileprivate mutating func next(upperBound: UInt64) -> UInt64 {
    next().multipliedFullWidth(by: upperBound).high
  }
}
