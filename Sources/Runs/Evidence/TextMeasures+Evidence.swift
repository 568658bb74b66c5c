import Attention

extension TextMeasures {
  /// What the measures of each head come to over the texts.
  ///
  /// Figures depend on the values alone, and not on the order of the texts: what is drawn is drawn from the values in
  /// the order of their size.
  ///
  /// - Parameter seed: Of what is drawn.
  /// - Complexity: O(`Resampling.count` · texts · heads · measures).
  public func evidence(seed: Int) -> [HeadAddress: HeadEvidence] {
    var series: [Series] = []
    for (address, head) in heads.sorted(by: { $0.key < $1.key }) {
      for (index, measure) in HeadMeasure.allCases.enumerated() {
        let places = texts.indices.filter { !head.values[index][$0].isNaN }
        if places.isEmpty { continue }
        let values = places.map { head.values[index][$0] }
        let chances = places.map { head.chances[index][$0] }
        series.append(
          Series(
            address, measure, values: values,
            chances: chances.contains(where: \.isNaN) ? nil : chances))
      }
    }
    // What is drawn is the same for all series of as many texts.
    for count in Set(series.map(\.values.count)) where count > 1 {
      let places = series.indices.filter { series[$0].values.count == count }
      let resampling = Resampling(count: count, seed: seed)
      let intervals = resampling.intervals(of: places.map { series[$0].values })
      for (place, interval) in zip(places, intervals) { series[place].figures.interval = interval }
    }
    for count in Set(series.compactMap(\.gains?.count)) {
      let places = series.indices.filter { series[$0].gains?.count == count }
      let resampling = Resampling(count: count, seed: seed)
      let probabilities = resampling.flips(of: places.compactMap { series[$0].gains })
      for (place, p) in zip(places, probabilities) { series[place].figures.p = p }
    }
    series.adjustProbabilities()

    var evidence = heads.mapValues { head in
      HeadEvidence(
        firsts: head.labels.reduce(into: [:]) { firsts, label in
          if let label { firsts[label, default: 0] += 1 }
        })
    }
    for one in series { evidence[one.head]?.measures[one.measure] = one.figures }
    return evidence
  }
}

/// A measure of one head over texts.
private struct Series {
  let head: HeadAddress
  let measure: HeadMeasure
  /// In the order of their size.
  let values: [Float]
  /// By how much they are above chance, likewise; nil for what has none.
  let gains: [Float]?
  var figures: HeadEvidence.Measure

  init(_ head: HeadAddress, _ measure: HeadMeasure, values: [Float], chances: [Float]?) {
    self.head = head
    self.measure = measure
    self.values = values.sorted()
    gains = chances.map { zip(values, $0).map { $0 - $1 }.sorted() }
    let mean = Self.mean(self.values)
    figures = HeadEvidence.Measure(
      textCount: values.count, mean: mean, chance: chances.map { Self.mean($0.sorted()) })
    if values.count > 1 {
      let squares = self.values.reduce(into: 0.0) {
        $0 += (Double($1) - Double(mean)) * (Double($1) - Double(mean))
      }
      figures.deviation = Float((squares / Double(values.count - 1)).squareRoot())
    }
  }

  /// The mean of values in order, exact where all are the same.
  private static func mean(_ sorted: [Float]) -> Float {
    let sum = sorted.reduce(into: 0.0) { $0 += Double($1) - Double(sorted[0]) }
    return Float(Double(sorted[0]) + sum / Double(sorted.count))
  }
}

extension [Series] {
  /// Makes q of all p: by Benjamini and Hochberg's procedure, over all heads and labels.
  fileprivate mutating func adjustProbabilities() {
    let order = indices.filter { self[$0].figures.p != nil }.sorted {
      self[$0].figures.p ?? 1 < self[$1].figures.p ?? 1
    }
    var least: Float = 1
    for (rank, place) in order.enumerated().reversed() {
      least = Swift.min(least, (self[place].figures.p ?? 1) * Float(order.count) / Float(rank + 1))
      self[place].figures.q = least
    }
  }
}
