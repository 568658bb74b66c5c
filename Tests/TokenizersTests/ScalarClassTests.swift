import Testing

@testable import Tokenizers

@Suite struct ScalarClassTests {
  /// How many scalars of the first two planes the reference library puts in each class, counted by asking it
  /// about each one.
  @Test func sizes() {
    var control = 0
    var punctuation = 0
    var nonspacing = 0
    var combining = 0
    var whitespace = 0
    var word = 0
    var ideographs = 0
    for value in 0...0x1FFFF as ClosedRange<UInt32> {
      guard let scalar = Unicode.Scalar(value) else { continue }
      if scalar.isBertControl { control += 1 }
      if scalar.isPunctuation { punctuation += 1 }
      if scalar.isNonspacingMark { nonspacing += 1 }
      if scalar.isCombiningMark { combining += 1 }
      if scalar.isWhitespace { whitespace += 1 }
      if scalar.isWord { word += 1 }
      if scalar.isCJKIdeograph { ideographs += 1 }
    }
    #expect(control == 6515)
    #expect(punctuation == 726)
    // 1309 and those 18 that decompose before the library looks.
    #expect(nonspacing == 1327)
    #expect(combining == 1857)
    #expect(whitespace == 25)
    #expect(word == 73_801)
    #expect(ideographs == 28_096)
  }
}
