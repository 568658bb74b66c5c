import Testing

@testable import Explorer

/// What tokens are called on the screen.
@Suite struct TokenAxisTests {
  @Test func aJoinerAloneShowsAsABlank() {
    let tokens = [SampleRecord.token("\u{200C}", segment: 0)]
    let blank = TokenAxis([SampleRecord.token(" ", segment: 0)]).items[0].label
    #expect(TokenAxis(tokens).items.map(\.label) == [blank])
  }

  @Test func aMarkAloneStandsOnACircle() {
    var second = SampleRecord.token("\u{0E48}", segment: 0)
    second.continuesWord = true
    let tokens = [SampleRecord.token("\u{0E35}", segment: 0), second]
    #expect(TokenAxis(tokens).items.map(\.label) == ["◌\u{0E35}", "·◌\u{0E48}"])
    #expect(TokenAxis(tokens, mergesWords: true).items.map(\.label) == ["◌\u{0E35}\u{0E48}"])
  }
}
