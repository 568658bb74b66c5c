import Testing

@testable import TerminalUI

@Suite struct SimilarNameTests {
  private let names = ["export", "explore", "heads", "help", "layer", "layers", "undo", "zoom"]

  @Test(
    arguments: [
      // Two letters changed over, one too few, too many or wrong.
      ("exprot", "export"), ("exort", "export"), ("exportt", "export"), ("exqort", "export"),
      ("EXPLROE", "explore"), ("layre", "layer"), ("hepl", "help"), ("zomm", "zoom"),
      // A longer word that begins with it.
      ("exporting", "export"),
    ])
  func namesTheNearest(typed: String, name: String) {
    #expect(SimilarName.nearest(to: typed, among: names).first == name)
  }

  @Test(arguments: ["", "x", "foo", "quit", "attention", "é"])
  func namesNothingThatIsFar(typed: String) {
    #expect(SimilarName.nearest(to: typed, among: names).isEmpty)
  }
}
