import Attention
import TerminalUI
import Testing

@testable import Explorer

/// What the second row says, and what it says first where it has no room for all.
@Suite struct StateLineTests {
  private let pair = SampleRecord.bert(isPair: true)

  private func stateLine(
    _ record: AttentionRecord, keys: String, width: Int = 80
  ) throws -> String {
    var state = ExplorerState(record: record, request: nil, width: width, height: 24)
    try state.press(keys)
    let rows = state.rows()
    return String(rows[1])
  }

  @Test(arguments: [
    ("1", " filter A→B   words merged   specials hidden   scale head"),
    ("2 c", " layer 0   heads 12/12 mean   filter A→B   words merged   specials hidden"),
    ("3", " layer 0   head 0   filter A→B   tokens, not words   specials hidden"),
    ("4", " layer 0   head 0   filter A→B   words merged   specials hidden   scale head"),
  ])
  func whatChangesNumbersComesFirst(_ view: String, _ beginning: String) throws {
    #expect(try stateLine(pair, keys: "1 f f f w d V \(view)").hasPrefix(beginning))
  }

  @Test func crossAttentionToo() throws {
    let line = try stateLine(SampleRecord.encoderDecoder(), keys: "2 x x w d V")
    #expect(
      line == " layer 0   heads 4/4 max   cross   words merged   specials hidden   scale head")
  }

  /// All weights of a model's only attention, bright by themselves, in the order of the neurons.
  @Test(arguments: ["1", "2 a", "3", "4"])
  func whatIsSoAnywayIsNotSaid(_ keys: String) throws {
    let line = try stateLine(pair, keys: keys, width: 160)
    for usual in ["self ", "filter", "scale", "bin", "size", "sort"] {
      #expect(!line.contains(usual))
    }
  }

  @Test func whatIsChosenIsSaid() throws {
    let rotary = NeuronSamples.rotary(
      NeuronSamples.grouped(SampleRecord.causal(count: 9, headSize: 16)))
    #expect(try stateLine(rotary, keys: "3 V").contains("   scale panel max   "))
    #expect(try stateLine(rotary, keys: "3 s").contains("   sort |q×k|   "))
    #expect(try stateLine(pair, keys: "2 f").contains("   filter A→A   "))
  }

  @Test func anItemThatDoesNotFitLeavesItsRoomToOthers() {
    let items = [
      FrameItem.value("1234"), .value("1234567890"), .value("12"),
    ]
    #expect(items.fitting(20, gap: 1).map(\.text) == ["1234", "1234567890", "12"])
    #expect(items.fitting(12, gap: 1).map(\.text) == ["1234", "12"])
  }

  // MARK: Labels

  @Test func theHeadsLabelsStandAtTheRightEnd() throws {
    let record = SampleRecord.bert()
    for keys in ["2 ] o", "3 ]", "4 ]"] {
      let line = try stateLine(record, keys: keys, width: 120)
      #expect(line.count == 119)
      #expect(line.hasSuffix("   " + labels(record, head: 0)))
    }
  }

  /// The two labels of a head of layer 1.
  private func labels(_ record: AttentionRecord, head: Int) -> String {
    record.stacks[0].summaries[1][head].patterns.map { $0.text(.unicode) }
      .joined(separator: "   ")
  }

  @Test func ofSeveralHeadsThoseOfTheOneInTheReadout() throws {
    let record = SampleRecord.bert()
    var state = ExplorerState(record: record, request: nil, width: 120, height: 24)
    try state.press("] j j } }")
    #expect(state.readoutText.contains("  head 2  "))
    let line = try stateLine(record, keys: "] j j } }", width: 120)
    #expect(line.hasSuffix("   head 2 " + labels(record, head: 2)))
  }

  @Test func labelsAreOfTheWholeText() throws {
    #expect(try stateLine(pair, keys: "2 o f").contains("   whole text: "))
    #expect(try !stateLine(pair, keys: "2 o").contains("whole text"))
  }

  // MARK: Notes

  @Test func whatWasDoneToTheTextIsSaidInShort() throws {
    let record = AttentionRecord(
      model: "m", stacks: SampleRecord.bert().stacks,
      notes: ["text cut to 9 of 20 tokens: the model takes no more", "said once"])
    for view in 1...4 {
      let line = try stateLine(record, keys: "\(view) j")
      #expect(line.contains(" text cut to 9 of 20 tokens   "))
      #expect(!line.contains("said once"))
    }
  }

  // MARK: Predictions

  /// An encoder-decoder that predicts behind its target, which has five tokens.
  private func predicting(
    _ record: AttentionRecord, at position: Int, _ texts: [String] = ["Hund", "und", "."],
    probability: Float = 0.25
  ) -> AttentionRecord {
    AttentionRecord(
      model: record.model, stacks: record.stacks,
      predictions: texts.map {
        Prediction(
          position: position, token: SampleRecord.token($0, segment: 0), probability: probability)
      })
  }

  @Test func ofUnlikelyPredictionsTheFirstIsNamed() throws {
    let record = predicting(SampleRecord.causal(count: 9), at: 8, probability: 0.004)
    let line = try stateLine(record, keys: "2", width: 160)
    #expect(line.contains("   predicts at 8 Hund .00   "))
  }

  @Test func aPredictionNamesATokenOnTheScreen() throws {
    let record = predicting(SampleRecord.encoderDecoder(), at: 4)
    #expect(try !stateLine(record, keys: "2", width: 160).contains("predicts"))
    #expect(try stateLine(record, keys: "2 x", width: 160).contains("predicts at 4 Hund .25  und"))
    #expect(try stateLine(record, keys: "2 x x", width: 160).contains("predicts at 4"))
  }

  @Test func aNarrowWindowSaysTheLikeliestToken() throws {
    let record = predicting(SampleRecord.causal(count: 9), at: 8)
    #expect(try stateLine(record, keys: "2").contains("   predicts at 8 Hund .25   "))
    // One that has no room does not push out what follows.
    let long = predicting(record, at: 8, ["Donaudampfschifffahrtsgesellschaft"])
    let line = try stateLine(long, keys: "2 o", width: 60)
    #expect(line.hasPrefix(" layer 0   heads 1/4   "))
    #expect(line.count == 59)
  }
}
