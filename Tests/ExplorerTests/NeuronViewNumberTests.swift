import Attention
import Testing

@testable import Explorer
@testable import TerminalUI

/// The arithmetic behind the neuron view, against numbers worked out by hand.
@Suite struct NeuronViewNumberTests {
  @Test func contributionsAreRankedAndShared() {
    let contributions = NeuronContributions(query: [1, -2, 0.5, 1], key: [1, 3, 2, -1])
    #expect(contributions.products == [1, -6, 1, -1])
    #expect(contributions.ranking == [1, 0, 2, 3])
    #expect(contributions.total == 9)
    #expect(contributions.share(of: 1) == Float(6) / 9)
    #expect(contributions.cumulativeShares == [Float(7) / 9, Float(6) / 9, Float(8) / 9, 1])
    #expect(contributions.count(reaching: 0.5) == 1)
    #expect(contributions.count(reaching: 0.7) == 2)
    #expect(contributions.count(reaching: 0.9) == 4)
  }

  @Test func nothingAndInfinityHaveNoShares() {
    let nothing = NeuronContributions(query: [0, 0], key: [1, 1])
    #expect(nothing.share(of: 0) == 0)
    #expect(nothing.count(reaching: 0.9) == nil)
    let infinite = NeuronContributions(query: [.infinity, 1], key: [1, 1])
    #expect(infinite.ranking == [0, 1])
    #expect(infinite.count(reaching: 0.9) == nil)
    let broken = NeuronContributions(query: [1, .nan, 3], key: [1, 1, 1])
    #expect(broken.ranking == [1, 2, 0])
    #expect(broken.count(reaching: 0.9) == nil)
  }

  @Test func aScoreAddsUp() throws {
    var score = try #require(NeuronSamples.tiny().stacks[0].layers[0].score)
    let plain = NeuronScore(score, head: 0, query: 1, key: 0)
    #expect(plain.sum == 6)
    #expect(plain.scaled == 3)
    #expect(plain.value == 3)
    score.bias = NeuronSamples.dense([0, 0, -4, 0.5], for: score)
    #expect(NeuronScore(score, head: 0, query: 1, key: 0).value == -1)
    score.softcap = 2
    let capped = NeuronScore(score, head: 0, query: 1, key: 0)
    // 2 · tanh(3 / 2)
    #expect(abs((capped.capped ?? 0) - 1.810_296) < 1e-6)
    #expect(abs(capped.value - (1.810_296 - 4)) < 1e-6)
  }

  @Test func softmaxIsThatOfTheScores() throws {
    let score = try #require(NeuronSamples.tiny().stacks[0].layers[0].score)
    let scores = (0..<2).map { NeuronScore(score, head: 0, query: 1, key: $0) }
    // e³ / (e³ + e¹)
    #expect(abs(NeuronScore.softmax(of: 0, among: scores) - 0.880_797) < 1e-6)
    #expect(NeuronScore.softmax(of: 2, among: scores) == 0)
  }

  @Test func windowsKeepTheCursorAndMoveByHalves() {
    #expect(NeuronLayout.window(around: 3, count: 10, room: 10) == 0..<10)
    #expect(NeuronLayout.window(around: 77, count: 128, room: 104) == 24..<128)
    #expect(NeuronLayout.window(around: 0, count: 128, room: 40) == 0..<40)
    #expect(NeuronLayout.window(around: 60, count: 128, room: 40) == 50..<90)
    #expect(NeuronLayout.window(around: 79, count: 128, room: 40) == 50..<90)
    for count in 0..<40 {
      for room in 1...12 {
        for cursor in 0..<count {
          let window = NeuronLayout.window(around: cursor, count: count, room: room)
          #expect(window.contains(cursor) && window.count <= max(room, 0))
          #expect(window.upperBound <= count)
        }
      }
    }
  }

  @Test func largeValuesLoseDecimalsBeforeTheyLoseTheirPlace() {
    func text(_ value: Float) -> String { NumberText.signed(value, columns: 6, glyphs: .unicode) }
    #expect(text(1.234) == "+1.23")
    #expect(text(-12.34) == "−12.34")
    #expect(text(-123.46) == "−123.5")
    #expect(text(12345.6) == "+12346")
    #expect(text(-1_234_567) == "−1e+06")
    #expect(text(.nan) == "NaN")
    #expect(text(.infinity) == "+inf")
    #expect(text(-.infinity) == "−inf")
  }

  @Test func smallNumbersAreScientific() {
    #expect(NumberText.scientific(8.74e-8) == "8.7e-08")
    #expect(NumberText.scientific(9.97e-8) == "1.0e-07")
    #expect(NumberText.scientific(0) == "0")
    #expect(NumberText.scientific(.leastNonzeroMagnitude) == "0")
    #expect(NumberText.scientific(2.5e120) == "2.5e+120")
    #expect(NumberText.scientific(.infinity) == "inf")
    #expect(NumberText.scientific(.nan) == "NaN")
  }

  @Test func barsGrowLeftByHalves() {
    #expect(Glyphs.unicode.leftwardBar(0.5, columns: 4) == "██")
    #expect(Glyphs.unicode.leftwardBar(0.6, columns: 4) == "▐██")
    #expect(Glyphs.ascii.leftwardBar(0.6, columns: 4) == "-##")
    #expect(Glyphs.unicode.leftwardBar(.nan, columns: 4) == "")
    #expect(Glyphs.unicode.leftwardBar(7, columns: 2) == "██")
  }

  @Test func vectorsTurnBackForTheView() throws {
    let record = NeuronSamples.rotary(NeuronSamples.tiny())
    var state = ExplorerState(record: record, request: nil, view: .neuron, width: 80, height: 24)
    state.selection.query = 1
    // A quarter turn at position 1: (3, −1) was (−1, −3).
    #expect(state.neuronContributions?.query == [3, -1])
    state.display.neuron.isBeforeRotation = true
    let query = try #require(state.neuronContributions?.query)
    #expect(abs(query[0] + 1) < 1e-6 && abs(query[1] + 3) < 1e-6)
    #expect(state.neuronContributions?.key == [2, 0])
  }

  @Test func levelsOfAFractionStepAsThoseOfTanh() {
    #expect(Theme.signedLevel(ofFraction: 0.09) == 0)
    #expect(Theme.signedLevel(ofFraction: 0.1) == 1)
    #expect(Theme.signedLevel(ofFraction: -0.5) == -3)
    #expect(Theme.signedLevel(ofFraction: 1) == 6)
    #expect(Theme.signedLevel(ofFraction: .nan) == 0)
  }
}
