import Attention
import DemoModels
import Testing
import Transformers

@testable import Runs

/// What many texts say of heads.
@Suite struct EvidenceTests {
  private static let texts = [
    "The cat sat on the mat", "The dog lay on the old rug", "A bird sang in the tree",
  ]

  private func measures(
    _ texts: [String], of model: LoadedModel? = nil, from line: Int = 1
  ) throws -> TextMeasures {
    let model = try model ?? LoadedModel(DemoModel.bert.files)
    var measures = TextMeasures()
    for (index, text) in texts.enumerated() {
      measures.add(
        try model.run(ModelRequest(text: text)).record,
        of: TextMeasures.Text(line: line + index, text: text))
    }
    return measures
  }

  /// One head with these values of `prev`, and of its chance.
  private func measures(_ values: [Float], chance: Float = 0.1) -> TextMeasures {
    var head = TextMeasures.Head()
    head.labels = values.map { $0 > 0.4 ? .previous : .mixed }
    for (index, measure) in HeadMeasure.allCases.enumerated() {
      let isPrevious = measure == .score(.previous)
      head.values[index] = values.map { isPrevious ? $0 : .nan }
      head.chances[index] = values.map { _ in isPrevious ? chance : .nan }
    }
    return TextMeasures(
      texts: values.indices.map { TextMeasures.Text(line: $0 + 1, text: "\($0)") },
      heads: [HeadAddress(layer: 0, head: 0): head])
  }

  private func figures(_ values: [Float], chance: Float = 0.1) throws -> HeadEvidence.Measure {
    let evidence = measures(values, chance: chance).evidence(seed: 1)
    return try #require(
      evidence[HeadAddress(layer: 0, head: 0)]?.measures[.score(.previous)])
  }

  /// I24: copies of one text say what that text says, and leave no doubt.
  @Test func copiesOfOneTextLeaveNoDoubt() throws {
    let one = try measures([Self.texts[0]])
    let many = try measures(Array(repeating: Self.texts[0], count: 5))
    let (alone, copies) = (one.evidence(seed: 1), many.evidence(seed: 1))
    #expect(alone.count == 16 && many.repeatedCount == 4 && one.repeatedCount == 0)
    for (head, evidence) in alone {
      #expect(copies[head]?.label == evidence.label)
      for (measure, figures) in evidence.measures {
        let other = try #require(copies[head]?.measures[measure])
        #expect(other.mean == figures.mean && other.chance == figures.chance)
        #expect(other.interval == .init(low: figures.mean, high: figures.mean))
        #expect(other.deviation == 0 && other.textCount == 5)
        #expect(figures.interval == nil && figures.deviation == nil)
      }
    }
  }

  /// I25, I26: the order of the texts, and in how many parts they were read, changes nothing; the same seed draws the
  /// same, another one does not.
  @Test func figuresDependOnTheTextsAlone() throws {
    let model = try LoadedModel(DemoModel.bert.files)
    let texts = Self.texts
    let whole = try measures(texts, of: model)
    let parts = try [
      measures([texts[1]], of: model, from: 2), TextMeasures(),
      TextMeasures(
        merging: [
          measures([texts[2]], of: model, from: 3), measures([texts[0]], of: model, from: 1),
        ]),
    ]
    let evidence = whole.evidence(seed: 1)
    let merged = TextMeasures(merging: parts)
    #expect(merged.texts == whole.texts && merged.evidence(seed: 1) == evidence)
    #expect(try measures(texts.reversed(), of: model).evidence(seed: 1) == evidence)
    let many = measures((0..<40).map { Float($0) / 40 })
    #expect(many.evidence(seed: 1) == many.evidence(seed: 1))
    #expect(many.evidence(seed: 1) != many.evidence(seed: 2))
    let previous = try #require(evidence[HeadAddress(layer: 1, head: 3)])
    #expect(previous.label == .previous && previous.firsts == [.previous: 3])
    #expect(previous.share(of: .previous)?.textCount == 3)
  }

  /// I27: even attention is as good as chance, by every label.
  @Test func evenAttentionIsChance() throws {
    let model = try LoadedModel.changed { name, values in
      if name.contains("c_attn") { values = values.map { _ in 0 } }
    }
    let texts = [" red blue green red blue green", " moon bridge moon coat. moon bridge"]
    let evidence = try measures(texts, of: model).evidence(seed: 1)
    #expect(evidence.count == 16)
    for head in evidence.values {
      #expect(head.measures[.score(.induction)]?.lift != nil)
      for figures in head.measures.values {
        if let lift = figures.lift { #expect(abs(lift - 1) < 1e-4) }
        if let p = figures.p { #expect(p > 0.2) }
      }
    }
  }

  @Test func meansHaveTheirIntervals() throws {
    let values = (0..<40).map { Float($0 * 7 % 40) / 40 }
    let figures = try figures(values)
    #expect(abs(figures.mean - 0.4875) < 1e-6)
    let deviation = try #require(figures.deviation)
    #expect(abs(deviation - 0.29226) < 1e-4)
    // As wide as the normal distribution's, with so many texts.
    let interval = try #require(figures.interval)
    let reach: Float = 1.96 * deviation / Float(40).squareRoot()
    let errors = [
      abs(interval.low - (figures.mean - reach)), abs(interval.high - (figures.mean + reach)),
    ]
    #expect(errors.allSatisfy { $0 < 0.15 * reach })
    #expect(figures.lift == figures.mean / 0.1)
  }

  /// Of three texts that are all above chance, no other of the eight flips comes out as high.
  @Test func signsAreFlippedInAllWays() throws {
    #expect(try figures([0.4, 0.3, 0.2]).p == 0.125)
    #expect(try figures([0.4, 0.3, 0.05]).p == 0.25)
    #expect(try figures([0.1, 0.1]).p == 1)
    let many = try figures((0..<20).map { 0.5 + Float($0) / 100 })
    let least = 1 / Float(Resampling.count + 1)
    #expect(many.p == least)
  }

  /// Benjamini and Hochberg's own procedure on three heads: of p 1/8, 1/4 and 1/2, the last counts for itself.
  @Test func probabilitiesAreAdjustedForAllHeads() throws {
    let samples: [[Float]] = [[0.4, 0.3, 0.2], [0.4, 0.3, 0.05], [0.3, 0.05, 0.05]]
    let heads = try samples.enumerated().map { index, values in
      (
        HeadAddress(layer: 0, head: index),
        try #require(measures(values).heads[HeadAddress(layer: 0, head: 0)])
      )
    }
    let evidence = TextMeasures(
      texts: measures(samples[0]).texts, heads: Dictionary(uniqueKeysWithValues: heads)
    ).evidence(seed: 1)
    let found = (0..<3).map {
      evidence[HeadAddress(layer: 0, head: $0)]?.measures[.score(.previous)]
    }
    #expect(found.map { $0?.p } == [0.125, 0.25, 0.5])
    #expect(found.map { $0?.q } == [0.375, 0.375, 0.5])
  }

  @Test func aLabelHoldsByTheLowEnds() throws {
    func verdict(_ values: [Float], chance: Float = 0.1) throws -> HeadEvidence.Verdict? {
      measures(values, chance: chance).evidence(seed: 1)[HeadAddress(layer: 0, head: 0)]?
        .verdict(of: .previous)
    }
    let strong = (0..<10).map { 0.8 + Float($0) / 100 }
    #expect(try verdict(strong) == .holds)
    // Less than twice chance; in too few texts; in none.
    #expect(try verdict(strong, chance: 0.5) == .sometimes)
    #expect(try verdict(Array(strong[..<3])) == .sometimes)
    #expect(try verdict(strong.map { $0 / 4 }) == .notHere)
    let many = HeadEvidence(
      measures: [.score(.previous): .init(textCount: 50, mean: 0.9)], firsts: [.previous: 47])
    let share = try #require(many.share(of: .previous)).interval
    #expect(abs(share.low - 0.8378) < 1e-4)
    #expect(abs(share.high - 0.9794) < 1e-4)
    let none = HeadEvidence(measures: [.peak: .init(textCount: 3, mean: 0.2)], firsts: [.mixed: 3])
    #expect(none.label == .mixed && none.verdict(of: .mixed) == nil)
  }

  /// The queries to which a head adds most are the same however the texts came, and each tenth has one.
  @Test func exemplarsAreOfAllTexts() throws {
    let model = try LoadedModel(DemoModel.gpt2.files)
    let texts = [" red blue green red blue green", " moon bridge coat moon bridge", " a b c d e f"]
    func exemplars(_ order: [Int]) throws -> [HeadAddress: HeadExemplars] {
      var exemplars: [HeadAddress: HeadExemplars] = [:]
      for index in order {
        let run = try model.run(
          ModelRequest(text: texts[index]), recording: Recording(values: true))
        try run.addExemplars(
          to: &exemplars, of: TextMeasures.Text(line: index + 1, text: texts[index]), limit: 3)
      }
      return exemplars
    }
    let found = try exemplars([0, 1, 2])
    #expect(found == (try exemplars([2, 0, 1])))
    let head = try #require(found[HeadAddress(layer: 1, head: 2)])
    #expect(head.top.count == 3 && head.deciles.count == 10)
    #expect(head.top[0].size >= head.top[1].size)
    let sizes = head.deciles.map(\.size)
    #expect(sizes == sizes.sorted() && head.top[0].size >= sizes[9])
    // Queries without a choice show nothing.
    #expect(head.sample.allSatisfy { $0.exemplar.query >= 2 })
    let sums = try texts.flatMap { text in
      let run = try model.run(ModelRequest(text: text), recording: Recording(values: true))
      return try run.record.stacks[0].queries.indices.dropFirst(2).map { query in
        try run.writeSize(of: HeadAddress(layer: 1, head: 2), at: query) ?? 0
      }
    }
    #expect(head.sample.count == sums.count)
    for (exemplar, size) in zip(head.top, sums.sorted(by: >)) {
      #expect(abs(exemplar.size - size) < 1e-4 && exemplar.key <= exemplar.query)
    }
    var parts = try exemplars([1])
    for (address, own) in try exemplars([2, 0]) { parts[address]?.add(own) }
    #expect(parts == found)
  }
}
