import Attention
import Foundation
import Testing

@testable import Explorer
@testable import TerminalUI

/// What a person presses and clicks in the neuron view, and reads.
@Suite struct NeuronVisitTests {
  private let mono = Theme(.mono, depth: .none, glyphs: .unicode)

  private func visit(
    _ record: AttentionRecord, width: Int = 80, height: Int = 24
  ) -> ExplorerState {
    ExplorerState(record: record, request: nil, view: .neuron, width: width, height: height)
  }

  // MARK: Weights alone

  /// Of saved weights nobody knows whether a 0 was masked.
  @Test func aZeroOfSavedWeightsIsZeroOrMasked() throws {
    let few = visit(MatrixSample.record(queries: 3, keys: 3, mask: .causal) { $1 > $0 ? 0 : 1 })
    #expect(few.rows().filter { $0.contains("0 or masked") }.count == 2)
    var many = visit(MatrixSample.record(queries: 60, keys: 60, mask: .causal) { $1 > 0 ? 0 : 1 })
    #expect(many.rows().contains { $0.hasPrefix(" ▼ ") && $0.hasSuffix(" keys Σ .00") })
    #expect(!many.rows().contains { $0.contains("best") })
    many.view = .head
    #expect(!many.rows().contains { $0.contains("best") })
    try many.press("Tab G")
    #expect(!many.rows().contains { $0.contains("best") })
  }

  // MARK: Rotation

  @Test func vectorsBeforeRotationMakeNoScore() throws {
    var state = visit(NeuronSamples.rotary(NeuronSamples.tiny()), width: 100)
    try state.press("j")
    #expect(state.rows()[1].contains("   1 of 2 neurons makes 90%   rotated"))
    #expect(
      state.readoutText.contains("q×k +6.00  100% of |Σ|   Σ 6.00 × 0.500 = +3.00 → .881  off by"))
    let after = state.rows()

    try state.press("r")
    #expect(state.rows()[1].contains("head 0   before rotation   "))
    #expect(!state.rows()[1].contains("90%"))
    #expect(state.rows()[2].contains("2 neurons, before rotation"))
    // (−1, −3) × (2, 0): the score stays what the model made of the turned vectors.
    #expect(
      state.readoutText
        == "n 0  q −1.00  k +2.00  q×k −2.00  100% of |Σ|   Σ −2.00, not the score +3.00 → .881")
    #expect(state.rows()[5].hasSuffix("+3.00 .88 ███████████████████████████████████▎"))

    try state.press("r")
    #expect(state.rows() == after)
  }

  @Test func whereNothingTurnsItIsSaid() throws {
    var state = visit(NeuronSamples.tiny())
    try state.press("r")
    #expect(
      state.rows()[23].hasPrefix(
        " no rotation is known of these queries and keys"))
    #expect(!state.display.neuron.isBeforeRotation)
    var weights = visit(NeuronSamples.weightsOnly(NeuronSamples.tiny()))
    // What needs queries and keys is not offered, and says why.
    let footer = try #require(weights.rows().last)
    #expect(!["neuron", "panel", "sort", "table"].contains(where: footer.contains))
    for key in [",", "T", "s", "V", "Right"] {
      try weights.press(key)
      #expect(weights.message?.text == "only the weights are known here, not queries and keys")
    }
    try weights.press("r")
    #expect(weights.rows()[23].hasPrefix(" only the weights are known here, not queries and keys"))
  }

  /// The choice stays, and holds only where there is something to turn back.
  @Test func layersWithoutRotationShowTheirVectors() throws {
    let record = NeuronSamples.rotary(SampleRecord.bert(layers: 2, heads: 2))
    let stack = record.stacks[0]
    var score = try #require(stack.layers[1].score)
    score.rotation = nil
    let layers = [
      stack.layers[0], LayerAttention(index: 1, mask: stack.layers[1].mask, score: score),
    ]
    let mixed = AttentionRecord(
      model: "mixed",
      stacks: [
        AttentionStack(
          kind: .own, queries: stack.queries, keys: stack.keys, layers: layers,
          summaries: stack.summaries)
      ])
    var state = visit(mixed)
    try state.press("r ]")
    #expect(!state.rows()[1].contains("rotat"))
    #expect(state.readoutText.contains(" = "))
    try state.press("[")
    #expect(state.rows()[1].contains("before rotation"))
  }

  // MARK: From a query to its strongest neuron

  @Test func whyDoesItLookThere() throws {
    var state = visit(NeuronSamples.enlarged(SampleRecord.bert()))
    // "sat" looks most at "cat", the peak of its row; sorted, the strongest neuron of the pair comes first.
    try state.press("j j j < < < < < < < < s")
    #expect(state.selection.key == 2)
    try state.press(Array(repeating: ",", count: 32).joined(separator: " "))
    #expect(state.rows()[1].contains("sort |q×k|   16 of 32 neurons make 90%"))
    #expect(state.readoutText.hasPrefix("n 23  q −3.49  k −2.86  q×k +10.00   Σ 84.62"))
    // The same as numbers: the rows go down from the strongest, and Escape leads back.
    try state.press("T")
    #expect(state.rows()[3] == "    n       q       k     q×k    %  cum%")
    #expect(state.rows()[4].hasPrefix("▸  23   −3.49   −2.86  +10.00 11.7    12"))
    try state.press("Esc")
    #expect(state.rows()[7].hasPrefix("›2 cat"))
  }

  @Test(arguments: [false, true])
  func aTableGoesThroughAllItsRows(isSorted: Bool) throws {
    var state = visit(SampleRecord.causal(count: 9, headSize: 128))
    try state.press(isSorted ? "s T g" : "T g")
    let order = state.neuronOrder
    #expect(state.rows()[2].hasSuffix("rows 1–18 of 128"))
    #expect(state.selection.neuron == order[0])
    try state.press("PgDn")
    #expect(state.selection.neuron == order[17])
    try state.press("PgDn PgDn")
    #expect(state.selection.neuron == order[51])
    #expect(state.selection.query == 0)
    _ = state.handle(.mouse(MouseEvent(.wheelDown, x: 3, y: 8)))
    #expect(state.selection.neuron == order[52])
    try state.press("G")
    #expect(state.rows()[2].hasSuffix("rows 111–128 of 128"))
    #expect(state.rows()[21].hasPrefix("▸"))
    try state.press("g")
    #expect(state.rows()[4].hasPrefix("▸"))
  }

  // MARK: The mouse

  @Test func aSecondClickTakesTheOtherOfTwo() {
    var state = visit(SampleRecord.bert(headSize: 64))
    state.click(x: 14, y: 7)
    #expect(state.selection.neuron == 10)
    #expect(state.selection.key == 2)
    state.click(x: 14, y: 8)
    #expect(state.selection.neuron == 11)
    #expect(state.selection.key == 3)
    state.click(x: 14, y: 8)
    #expect(state.selection.neuron == 10)
  }

  @Test func theListOfTheStrongestTakesClicks() throws {
    var state = visit(SampleRecord.bert())
    let ranking = try #require(state.neuronContributions?.ranking)
    let y = try #require(state.rows().firstIndex { $0.hasPrefix(" top") })
    let second = try #require(state.rows()[y].range(of: "n\(ranking[1]) "))
    let line = state.rows()[y]
    state.click(x: line.distance(from: line.startIndex, to: second.lowerBound), y: y)
    #expect(state.selection.neuron == ranking[1])
    #expect(state.selection.key == 0)
  }

  // MARK: Broken values

  @Test(arguments: [Glyphs.unicode, .ascii])
  func whatIsNoNumberIsNamed(_ glyphs: Glyphs) throws {
    let record = NeuronSamples.changing(NeuronSamples.tiny()) { score in
      score.queries = HeadVectors(
        headCount: 1, rowCount: 2, headSize: 2, values: [.nan, 0, .infinity, 1])
    }
    var state = visit(record)
    // Each neuron has four columns.
    let broken = state.rows(Theme(.mono, depth: .none, glyphs: glyphs))
    #expect(broken[3].hasSuffix("a ????"))
    #expect(broken[5].contains("NaN"))
    #expect(state.readoutText.contains("q NaN"))
    try state.press("j")
    #expect(state.readoutText.contains("q +inf"))
    #expect(state.readoutText.contains("Σ inf × 0.500 = +inf"))
    #expect(
      state.rows(Theme(.mono, depth: .none, glyphs: glyphs))[3].hasSuffix(
        glyphs.isUnicode ? "b ████░░░░" : "b MMMM++++"))
  }

  @Test func zeroScoresHaveNoShares() throws {
    let record = NeuronSamples.changing(NeuronSamples.tiny()) { score in
      score.queries = HeadVectors(headCount: 1, rowCount: 2, headSize: 2, values: [0, 0, 0, 0])
    }
    var state = visit(record, width: 100)
    #expect(!state.rows()[1].contains("90%"))
    #expect(
      state.readoutText
        == "n 0  q +0.00  k +2.00  q×k +0.00  0% of |Σ|   Σ 0.00 × 0.500 = +0.00 → .500  off by 0")
    try state.press("V T")
    #expect(state.rows()[4].hasPrefix("▸   0   +0.00   +2.00   +0.00  0.0     0"))
  }
}
