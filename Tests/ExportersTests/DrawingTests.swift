import Attention
import Explorer
import Foundation
import FoundationXML
import TerminalUI
import Testing

@testable import Exporters

@Suite struct DrawingTests {
  private func svg(
    _ state: ExplorerState, _ appearance: Theme.Appearance? = nil
  ) throws -> String {
    String(
      decoding: try ExportedFile(state, as: .svg, .init(appearance: appearance)).bytes,
      as: UTF8.self)
  }

  /// The texts of a drawing, in order.
  private func texts(_ svg: String) throws -> [String] {
    let reader = TextReader()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = reader
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    return reader.texts
  }

  private final class TextReader: NSObject, XMLParserDelegate {
    var texts: [String] = []
    private var isText = false

    func parser(
      _: XMLParser, didStartElement name: String, namespaceURI _: String?,
      qualifiedName _: String?, attributes _: [String: String]
    ) {
      isText = name == "text"
      if isText { texts.append("") }
    }

    func parser(
      _: XMLParser, didEndElement _: String, namespaceURI _: String?, qualifiedName _: String?
    ) {
      isText = false
    }

    func parser(_: XMLParser, foundCharacters characters: String) {
      if isText { texts[texts.count - 1] += characters }
    }
  }

  @Test func aSmallHeadAsItIs() throws {
    let tokens = ["a", "b"].map { ExportSample.token($0) }
    let record = ExportSample.weights(tokens) { query, key in query == key ? 0.75 : 0.25 }
    #expect(
      try svg(ExportSample.state(record)) == """
        <?xml version="1.0" encoding="UTF-8"?>
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 475.3 122" width="475.3" height="122" font-family="'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="13" role="img">
        <title>weights, layer 0 head 0</title>
        <rect width="100%" height="100%" fill="#ffffff"/>
        <text x="16" y="24.55" fill="#000000" font-weight="bold">weights</text>
        <text x="86.78" y="24.55" fill="#6c6c6c">layer 0 head 0</text>
        <g fill="none">
        <path d="M47.65 94C177.65 94 177.65 74 307.65 74" stroke="#d0d0d0" stroke-width="1.2"/>
        <path d="M47.65 94C177.65 94 177.65 94 307.65 94" stroke="#c6c6c6" stroke-width="1.2"/>
        <path d="M47.65 74C177.65 74 177.65 94 307.65 94" stroke="#5997e5" stroke-width="1.6"/>
        <path d="M47.65 74C177.65 74 177.65 74 307.65 74" stroke="#2677dd" stroke-width="3.2"/>
        </g>
        <text x="39.65" y="57.85" fill="#6c6c6c" text-anchor="end" font-size="11">query</text>
        <rect x="27.83" y="65" width="15.83" height="18" rx="3" fill="#005faf"/>
        <text x="23.83" y="77.85" fill="#6c6c6c" text-anchor="end" font-size="11">0</text>
        <text x="39.65" y="78.55" fill="#ffffff" text-anchor="end" font-weight="bold">a</text>
        <text x="23.83" y="97.85" fill="#6c6c6c" text-anchor="end" font-size="11">1</text>
        <text x="39.65" y="98.55" fill="#262626" text-anchor="end">b</text>
        <text x="331.48" y="57.85" fill="#6c6c6c" font-size="11">key</text>
        <text x="323.48" y="77.85" fill="#6c6c6c" text-anchor="end" font-size="11">0</text>
        <text x="331.48" y="78.55" fill="#000000" font-weight="bold">a</text>
        <text x="323.48" y="97.85" fill="#6c6c6c" text-anchor="end" font-size="11">1</text>
        <text x="331.48" y="98.55" fill="#000000" font-weight="bold">b</text>
        <text x="379.3" y="78.55" fill="#000000" text-anchor="end" font-weight="bold">.750</text>
        <rect x="387.3" y="70" width="72" height="8" fill="#eeeeee"/>
        <rect x="387.3" y="70" width="54" height="8" fill="#2677dd"/>
        <text x="379.3" y="98.55" fill="#000000" text-anchor="end" font-weight="bold">.250</text>
        <rect x="387.3" y="90" width="72" height="8" fill="#eeeeee"/>
        <rect x="387.3" y="90" width="18" height="8" fill="#2677dd"/>
        </svg>

        """)
  }

  /// All parts, with their bars: a gain is filled, a loss hollow.
  @Test func theOutputIsDrawnInFull() throws {
    let svg = try svg(ExportSample.answered(.output), .light)
    let texts = try texts(svg)
    for text in ["0.0", "+3.000", "mlp 0", "−1.000", "Σ 2.000  model 2.000", "running sum"] {
      #expect(texts.contains(text), "\(text)")
    }
    #expect(texts.contains("output, score of \" <moon>\""))
    #expect(texts.contains { $0.hasPrefix("direct: share of this output, norms frozen") })
    #expect(svg.components(separatedBy: "height=\"8\" fill=\"#ffffff\"").count == 2)
  }

  /// A drawing of shares or sizes names them, and dots losses.
  /// A drawing shows what the screen shows: dots over two measures, not the grid.
  @Test func theScatterIsDrawnAsDots() throws {
    var state = ExportSample.state(ExportSample.causal)
    state.view = .model
    state.display.scatter = HeadScatter(across: .measure(.entropy), up: .measure(.peak))
    let svg = String(decoding: try ExportedFile(state, as: .svg).bytes, as: UTF8.self)
    #expect(svg.contains(">entropy</text>") && svg.contains(">peak</text>"))
    #expect(svg.contains(">0.0</text>") && !svg.contains(">heads</text>"))
    let html = String(decoding: try ExportedFile(state, as: .html).bytes, as: UTF8.self)
    #expect(html.contains("\"scatter\":{\"across\":{\"title\":\"entropy\""))
    state.display.scatter = nil
    let grid = String(decoding: try ExportedFile(state, as: .html).bytes, as: UTF8.self)
    #expect(grid.contains("\"scatter\":null"))
  }

  @Test func whatLinesMeanIsDrawnAndNamed() throws {
    let shares = try svg(ExportSample.answered(.head, shows: .share), .light)
    #expect(
      try texts(shares).contains("share of the logit of \" <moon>\", norms frozen"))
    #expect(shares.contains("stroke-dasharray"))
    let sizes = try svg(ExportSample.answered(.matrix, shows: .write), .light)
    #expect(sizes.contains("size of what is moved ‖α·v·W_O‖"))
    #expect(try texts(sizes).contains("2.0"))
  }

  @Test(arguments: ViewKind.allCases, [Theme.Appearance.dark, .light, .mono])
  func everyViewIsXML(_ view: ViewKind, _ appearance: Theme.Appearance) throws {
    for record in [
      ExportSample.pair, ExportSample.causal, ExportSample.translation, ExportSample.hostile,
    ] {
      let state = ExportSample.state(record, view)
      let svg = try svg(state, appearance)
      #expect(try !texts(svg).isEmpty)
      #expect(try svg == self.svg(state, appearance))
      // Numbers and colours are what they should be everywhere.
      #expect(!svg.contains("nan") && !svg.contains("inf") && !svg.contains("\"#\""))
    }
  }

  @Test func tokensAreReadable() throws {
    let texts = try texts(svg(ExportSample.state(ExportSample.hostile)))
    #expect(texts.contains("<!--"))
    #expect(texts.contains("\"'&amp;"))
    #expect(texts[0] == "</title><script>alert(2)</script>&")
  }

  @Test func theHeadViewHasCurvesAndNumbers() throws {
    var state = ExportSample.state(ExportSample.pair)
    state.selection.activeHeads = [1]
    state.selection.query = 2
    state.display.otherLines = .none
    let svg = try svg(state)
    let row = ExportSample.pair.row(stack: 0, layer: 0, head: 1, query: 2)
    #expect(svg.components(separatedBy: "<path ").count - 1 == row.count { $0 >= 0.01 })
    let texts = try texts(svg)
    // The squares are a legend of several heads.
    #expect(texts.starts(with: ["sample", "layer 0 head 1", "query"]))
    state.selection.activeHeads = [1, 2]
    #expect(
      try self.texts(self.svg(state)).starts(
        with: ["sample", "layer 0", "2 heads, max", "0", "1", "2", "3", "query"]))
    for weight in row { #expect(texts.contains(NumberText.weight(weight, digits: 3))) }
    #expect(texts.filter { $0 == "A" || $0 == "B" } == ["A", "B", "A", "B"])
  }

  /// The bars of several heads begin behind the letter, in place of the numbers of one.
  @Test func theLettersOfTheSentencesStandBesideTheBars() throws {
    var state = ExportSample.state(ExportSample.pair)
    state.selection.activeHeads = [0, 1]
    let svg = try svg(state)
    let letters = svg.matches(of: /<text x="([\d.]+)".*>[AB]<\/text>/).compactMap { Double($0.1) }
    #expect(letters.count == 4)
    let bars = svg.matches(of: /<rect x="([\d.]+)" y="[\d.]+" width="[\d.]+" height="8"/)
      .compactMap { Double($0.1) }
    let first = try #require(bars.min())
    // A letter is 0.602 of its size of 11 wide.
    for x in letters { #expect(x + 6.6 < first) }
  }

  @Test func theCursorAmongTheKeysMirrors() throws {
    var state = ExportSample.state(ExportSample.pair)
    state.selection.activeHeads = [1]
    state.selection.side = .key
    state.selection.key = 5
    let texts = try texts(svg(state))
    for weight in state.slice.column(head: 1, key: 5) {
      #expect(texts.contains(NumberText.weight(weight, digits: 3)))
    }
  }

  @Test func statesThatChangeNumbersAreNamed() throws {
    var state = ExportSample.state(ExportSample.pair)
    state.display.filter = .ab
    state.display.hidesSpecials = true
    state.display.scale = .head
    let texts = try texts(svg(state))
    #expect(
      texts.prefix(6) == [
        "sample", "layer 0", "4 heads, max", "A→B", "scale head", "special tokens hidden",
      ])
    #expect(!texts.contains("[CLS]"))
  }

  @Test func theModelViewKeepsNumbers() throws {
    var state = ExportSample.state(ExportSample.pair, .model)
    _ = state.update(.keep(HeadRestriction(layers: [0, 2], heads: [1, 3])))
    #expect(
      try texts(svg(state)) == [
        "sample", "layers 0,2 only", "heads 1,3 only", "heads", "layers", "1", "3", "0", "2",
        "1.0", ".50", ".00",
      ])
    state.display.ranking = HeadRanking(by: .maximum)
    let ranked = try texts(svg(state)).dropFirst(3).dropLast(3)
    #expect(Set(ranked.map { String($0.prefix(3)) }) == ["0.1", "0.3", "2.1", "2.3"])
    let values = ranked.compactMap { Float($0.dropFirst(4)) }
    #expect(values.count == 4 && values == values.sorted(by: >))
  }

  /// Pictures end where the page begins, and the head in sight is one of them.
  @Test func headsOfTheModelAreFramed() throws {
    var state = ExportSample.state(ExportSample.pair, .model)
    let count = state.stack.layerCount * state.stack.headCount
    func frames(_ size: String) throws -> Int {
      try svg(state).components(separatedBy: "width=\"\(size)\" height=\"\(size)\"").count - 1
    }
    #expect(try frames("61") == count - 1)
    #expect(try frames("64") == 1)
    // Where each head has a scale of its own, there is none for all.
    state.display.scale = .head
    #expect(try !texts(svg(state)).contains(".50"))
    state.display.modelZoom = .index
    #expect(try frames("61") == 0)
  }

  @Test func aFilterThatLeavesNothingSaysSo() throws {
    let tokens = [ExportSample.token("[CLS]")]
    var state = ExportSample.state(ExportSample.weights(tokens) { _, _ in 1 })
    state.display.hidesSpecials = true
    #expect(try texts(svg(state)).contains("nothing to show: the filter leaves no token"))
  }

  @Test func theMatrixHasItsWeightsInWords() throws {
    let tokens = ["a", "b"].map { ExportSample.token($0) }
    let record = ExportSample.weights(tokens) { query, key in query == key ? 0.75 : 0.25 }
    let texts = try texts(svg(ExportSample.state(record, .matrix)))
    #expect(
      texts == [
        "weights", "layer 0 head 0", "key", "query", "0 a", "1 b", "a", "0", "b", "1", ".75", ".25",
        ".25", ".75", "1.0", ".50", ".00",
      ])
  }

  @Test func neuronsHaveScoresAndWhatIsMasked() throws {
    var state = ExportSample.state(ExportSample.causal, .neuron)
    state.selection.query = 1
    let texts = try texts(svg(state))
    let score = try #require(state.layer.score)
    let bias = score.bias(head: 0, query: 1, key: 0)
    #expect(texts.contains(NumberText.signed(bias, glyphs: .unicode)))
    #expect(
      texts.contains(
        NumberText.signed(score.value(head: 0, query: 1, key: 0) - bias, glyphs: .unicode)))
    #expect(texts.filter { $0 == "masked" }.count == 3)
    #expect(
      texts.last == "score = Σ q×k · 0.350, capped = 3 · tanh(score / 3), softmax of score + bias")
  }

  /// A larger model stays a file that editors open.
  @Test func neighboursOfOneColourAreOneShape() throws {
    let tokens = (0..<64).map { ExportSample.token("t\($0)") }
    let record = ExportSample.weights(tokens) { query, key in query == key ? 1 : 0 }
    let svg = try svg(ExportSample.state(record, .matrix))
    // For each row the diagonal, and one or two runs beside it.
    #expect(svg.components(separatedBy: "v1h").count - 1 == 64 + 2 * 64 - 2 + 32)
    #expect(svg.utf8.count < 25_000)
  }

  @Test func coordinatesAreShort() {
    #expect(
      [0, 1, -1.5, 2.345, 100.004, -0.001].map(SVGDocument.number) == [
        "0", "1", "-1.5", "2.35", "100", "0",
      ])
    #expect(SVGDocument.number(.nan) == "0")
    #expect(SVGDocument.number(3.05) == "3.05")
  }
}
