import Attention
import Explorer
import Foundation
import TerminalUI
import TestSupport
import Testing

@testable import Exporters

@Suite struct PageFileTests {
  private func html(_ state: ExplorerState) throws -> String {
    String(decoding: try ExportedFile(state, as: .html).bytes, as: UTF8.self)
  }

  /// Whoever edits the script or the style sheet copies what this prints.
  @Test func onlyTheScriptAndStyleOfThePageMayRun() throws {
    #expect(try digest(Page.style) == Page.styleHash)
    #expect(try digest(Page.script) == Page.scriptHash)
  }

  /// As a Content-Security-Policy writes it.
  private func digest(_ text: String) throws -> String {
    let folder = try TemporaryFolder()
    let file = folder.path + "/text"
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
    process.arguments = [file]
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    let digits = String(decoding: output.prefix(64), as: UTF8.self)
    let bytes = stride(from: 0, to: 64, by: 2).compactMap { place in
      UInt8(digits.dropFirst(place).prefix(2), radix: 16)
    }
    return "sha256-" + Data(bytes).base64EncodedString()
  }

  @Test func nothingIsLoaded() throws {
    let html = try html(ExportSample.state(ExportSample.pair))
    #expect(html.contains("default-src 'none'; style-src 'sha256-"))
    #expect(!html.contains("http://") && !html.contains("https://"))
    #expect(!html.contains(" src=") && !html.contains("@import") && !html.contains("url("))
  }

  /// A page can be made while the model runs.
  @Test func missingLayersAreNamed() throws {
    let pair = ExportSample.pair.stacks[0]
    let record = AttentionRecord(
      model: "sample",
      stacks: [
        AttentionStack(
          kind: pair.kind, queries: pair.queries, keys: pair.keys, layers: pair.layers,
          summaries: pair.summaries, layerCount: 7)
      ])
    var state = ExportSample.state(record)
    #expect(try html(state).contains("7 layers × 4 heads"))
    #expect(try html(state).contains("3 of 7 layers ran"))
    state.view = .model
    let drawing = try ExportedFile(state, as: .svg).bytes
    #expect(String(decoding: drawing, as: UTF8.self).contains("3 of 7 layers ran"))
  }

  @Test func textsCannotBecomeMarkup() throws {
    let html = try html(ExportSample.state(ExportSample.hostile))
    #expect(html.components(separatedBy: "<script").count == 3)
    #expect(html.components(separatedBy: "</script").count == 3)
    #expect(!html.contains("<!--"))
    #expect(!html.contains("<img"))
    #expect(html.contains("<h1>&lt;/title&gt;&lt;script&gt;alert(2)"))
    #expect(
      html.unicodeScalars.allSatisfy {
        $0 == "\n" || $0.value >= 0x20 && ![0x2028, 0x2029, 0xFFFE].contains($0.value)
      })
  }

  @Test func theThemeIsTheReadersUnlessSomebodyChose() throws {
    let state = ExportSample.state(ExportSample.pair)
    #expect(try html(state).contains("<html lang=\"en\">"))
    let dark = try ExportedFile(state, as: .html, .init(appearance: .dark))
    #expect(String(decoding: dark.bytes, as: UTF8.self).contains("data-theme=\"dark\""))
  }

  @Test func whatIsTooLargeIsLeftOutOrRefused() throws {
    // Queries and keys take 4 · 2 · 3 · 4 · 7 · 8 bytes, weights 2 · 3 · 4 · 7 · 7.
    let state = ExportSample.state(ExportSample.pair)
    #expect(try PageData(state, appearance: nil, byteLimit: 5376).json.contains("\"score\""))
    let small = try PageData(state, appearance: nil, byteLimit: 5375)
    #expect(!small.json.contains("\"score\""))
    #expect(small.notes.count == 2)
    #expect(small.notes[0] == "Weights are kept in 16 bits, to 0.00001.")
    let error = #expect(throws: ExportError.self) {
      try PageData(state, appearance: nil, byteLimit: 1175)
    }
    #expect(error == .pageTooLarge(byteCount: 1176, limit: 1175))
  }

  @Test func deterministic() throws {
    let state = ExportSample.state(ExportSample.translation)
    #expect(try html(state) == html(state))
  }
}

/// The page in a browser, with real clicks.
@Suite(
  .serialized,
  .enabled(if: Browser.isInstalled, "needs Chromium: apt-get install chromium-headless-shell"))
struct PageVisitTests {
  private let browser: Browser
  private let folder: TemporaryFolder

  init() throws {
    browser = try Browser()
    folder = try TemporaryFolder()
  }

  private func open(_ state: ExplorerState) throws {
    let path = folder.path + "/page.html"
    try ExportedFile(state, as: .html).write(to: path)
    try browser.open(path)
  }

  /// Nothing was asked of the network, nothing went wrong.
  private func expectPeace(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(browser.requests == [], sourceLocation: sourceLocation)
    #expect(browser.complaints == [], sourceLocation: sourceLocation)
  }

  /// The weights that stand beside the tokens of a side.
  private func weights(_ side: String) throws -> [Float?] {
    try browser.evaluate(
      "[...document.querySelectorAll('.tokens.\(side) .weight')].map((w) => w.textContent).join()"
    ).split(separator: ",", omittingEmptySubsequences: false).map { Float($0) }
  }

  /// How much of the lines' canvas is drawn on, in pixels.
  ///
  /// - Parameter condition: What else has to hold of the pixel whose opacity is `data[i]`.
  private func inkOfLines(_ condition: String = "") throws -> Int {
    Int(
      try browser.evaluate(
        """
        (() => {
          const { width, height } = document.querySelector("canvas.lines");
          const copy = new OffscreenCanvas(width, height)
            .getContext("2d", { willReadFrequently: true });
          copy.drawImage(document.querySelector("canvas.lines"), 0, 0);
          const { data } = copy.getImageData(0, 0, width, height);
          let count = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i] > 0\(condition)) count++;
          return count;
        })()
        """)) ?? -1
  }

  private func expect(
    _ found: [Float?], _ expected: [Float], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    for (one, other) in zip(found, expected) {
      // Three decimals are shown.
      #expect(abs((one ?? -1) - other) < 0.00051, sourceLocation: sourceLocation)
    }
  }

  /// Chooses an option of a control, and leaves it: its letters choose options, too.
  private func choose(_ value: String, of selector: String) throws {
    _ = try browser.evaluate(
      """
      (() => {
        const control = document.querySelector("\(selector)");
        control.value = "\(value)";
        control.dispatchEvent(new Event("change"));
        document.activeElement.blur();
      })()
      """)
  }

  // MARK: Head view

  @Test func pointingShowsATokensWeights() throws {
    var state = ExportSample.state(ExportSample.pair)
    state.selection.layer = 1
    state.selection.activeHeads = [2]
    try open(state)
    let weights = ExportSample.pair.weights(stack: 0, layer: 1, head: 2)
    // The cursor's token is pinned.
    expect(try self.weights("key"), Array(weights.row(0)))
    try browser.point(at: ".tokens.query li[data-number='2']")
    expect(try self.weights("key"), Array(weights.row(2)))
    #expect(try browser.text(of: "output").hasPrefix("q 2 “cat” →"))
    // Away from the tokens the pinned one is back.
    try browser.point(at: "h1")
    expect(try self.weights("key"), Array(weights.row(0)))
    expectPeace()
  }

  @Test func aClickPinsAndUnpins() throws {
    try open(ExportSample.state(ExportSample.pair))
    try browser.click(".tokens.key li[data-number='5']")
    try browser.point(at: "h1")
    let column = (0..<7).map { query in
      (0..<4).map { ExportSample.pair.weights(stack: 0, layer: 0, head: $0)[query, 5] }.max() ?? 0
    }
    expect(try weights("query"), column)
    #expect(try weights("key").allSatisfy { $0 == nil })
    let one = try inkOfLines()
    try browser.click(".tokens.key li[data-number='5']")
    try browser.point(at: "h1")
    #expect(try weights("query").allSatisfy { $0 == nil })
    // All lines, instead of one token's and the strong ones of the others.
    #expect(try inkOfLines() > one)
    expectPeace()
  }

  @Test func theOthersLinesAreGreyBehind() throws {
    try open(ExportSample.state(ExportSample.pair))
    let isGrey =
      " && Math.abs(data[i - 1] - data[i - 2]) < 3 && Math.abs(data[i - 2] - data[i - 3]) < 3"
    let before = try inkOfLines(isGrey)
    try browser.click(".tokens.query li[data-number='2']")
    try browser.point(at: "h1")
    #expect(try inkOfLines(isGrey) > before)
    expectPeace()
  }

  /// The matrix has its numbers, and a scale.
  @Test func theMatrixHasAScale() throws {
    try open(ExportSample.state(ExportSample.pair, .matrix))
    #expect(try browser.evaluate("document.querySelectorAll('canvas.scale').length") == "1")
    expectPeace()
  }

  @Test func aTokenFarDownIsInSight() throws {
    let tokens = (0..<200).map { ExportSample.token("t\($0)") }
    var state = ExportSample.state(ExportSample.weights(tokens) { $0 == $1 ? 1 : 0 })
    state.selection.query = 180
    try open(state)
    let top = "document.querySelector('li.chosen').getBoundingClientRect().top"
    #expect(try browser.evaluate("\(top) > 0 && \(top) < innerHeight") == "true")
    expectPeace()
  }

  @Test func onlyTheWantedTokensAreListed() throws {
    var state = ExportSample.state(ExportSample.pair)
    state.display.tokens = TokenCrop([1, 2])
    try open(state)
    #expect(
      try browser.evaluate("document.querySelectorAll('.tokens.query li').length") == "2")
    expectPeace()
  }

  @Test func pairsAreReadHeadByHead() throws {
    try open(ExportSample.state(ExportSample.pair))
    try browser.click(".tokens.query li[data-number='2']")
    try browser.point(at: ".tokens.key li[data-number='5']")
    let texts = (0..<4).map { head in
      let weight = ExportSample.pair.weights(stack: 0, layer: 0, head: head)[2, 5]
      return "head \(head) \(NumberText.weight(weight, digits: 3))"
    }
    #expect(
      try browser.text(of: "output")
        == "q 2 “cat” → k 5 “dog”   " + texts.joined(separator: "   "))
    expectPeace()
  }

  private func headsOn() throws -> String {
    try browser.evaluate(
      "[...document.querySelectorAll('.square[aria-pressed=true]')].map((s) => s.textContent).join()"
    )
  }

  @Test func squaresToggleAndSolo() throws {
    try open(ExportSample.state(ExportSample.pair))
    #expect(try headsOn() == "0,1,2,3")
    try browser.click(".square[data-head='1']")
    #expect(try headsOn() == "0,2,3")
    try browser.click(".square[data-head='2']", count: 2)
    #expect(try headsOn() == "2")
    // The last one stays on; a double click on it turns all on.
    try browser.click(".square[data-head='2']")
    #expect(try headsOn() == "2")
    try browser.click(".square[data-head='2']", count: 2)
    #expect(try headsOn() == "0,1,2,3")
    try browser.click(".square[data-head='0']")
    try browser.press("]")
    #expect(try browser.evaluate("document.querySelector('#layer').value") == "1")
    #expect(try headsOn() == "1,2,3")
    expectPeace()
  }

  @Test func theKeyboardGoesFromTokenToToken() throws {
    try open(ExportSample.state(ExportSample.pair))
    try browser.press("Escape")
    _ = try browser.evaluate("document.querySelector('.tokens.query li').focus()")
    try browser.press("ArrowDown")
    try browser.press("ArrowDown")
    #expect(try browser.text(of: "output").hasPrefix("q 2 “cat” →"))
    try browser.press("Enter")
    #expect(
      try browser.evaluate("document.querySelector('[aria-selected=true]').dataset.number") == "2")
    // Another layer leaves the token chosen, and the keyboard on it.
    try browser.press("]")
    #expect(try browser.evaluate("document.activeElement.dataset.number") == "2")
    let row = (0..<7).map { key in
      (0..<4).map { ExportSample.pair.weights(stack: 0, layer: 1, head: $0)[2, key] }.max() ?? 0
    }
    expect(try weights("key"), row)
    expectPeace()
  }

  @Test func filtersCutAndDoNotNormalise() throws {
    try open(ExportSample.state(ExportSample.pair))
    try browser.press("Escape")
    try choose("ab", of: "#filter")
    try browser.point(at: ".tokens.query li[data-number='1']")
    let row = (4..<7).map { key in
      (0..<4).map { ExportSample.pair.weights(stack: 0, layer: 0, head: $0)[1, key] }.max() ?? 0
    }
    expect(try weights("key"), row)
    try browser.press("d")
    #expect(try browser.evaluate("document.querySelectorAll('.tokens.query li').length") == "2")
    expectPeace()
  }

  // MARK: Model view

  @Test func aThumbnailOpensAndCloses() throws {
    try open(ExportSample.state(ExportSample.pair, .model))
    _ = try browser.evaluate(
      """
      new Promise((done) => {
        const wait = () => document.querySelector(".grid").dataset.isDrawn
          ? done() : requestAnimationFrame(wait);
        wait();
      })
      """)
    #expect(try browser.evaluate("document.querySelectorAll('.thumbnail').length") == "12")
    try browser.click(".thumbnail[data-layer='2'][data-head='1']")
    #expect(try browser.text(of: ".detail h2") == "Layer 2, head 1")
    let all = try inkOfLines()
    try browser.point(at: ".detail .tokens.query li[data-number='3']")
    let one = try inkOfLines()
    #expect(one > 0 && one < all)
    try browser.click(".thumbnail[data-layer='0'][data-head='3']")
    #expect(try browser.text(of: ".detail h2") == "Layer 0, head 3")
    try browser.click(".thumbnail[data-layer='0'][data-head='3']")
    #expect(try browser.text(of: ".detail h2") == "undefined")
    try browser.click(".thumbnail[data-layer='1'][data-head='2']")
    try browser.click(".detail button")
    #expect(try headsOn() == "2")
    expectPeace()
  }

  // MARK: Neuron view

  @Test func neuronsAddUpToTheWeights() throws {
    let record = ExportSample.causal
    var state = ExportSample.state(record, .neuron)
    state.selection.layer = 1
    state.selection.head = 3
    state.selection.query = 3
    try open(state)
    let weights = record.weights(stack: 0, layer: 1, head: 3)
    #expect(
      try browser.text(of: "#layer option:checked") == "5"
        && browser.text(of: ".side.score h2") == "q·k capped")
    expect(Array(try self.weights("key").prefix(4)), Array(weights.row(3).prefix(4)))
    #expect(try browser.text(of: ".tokens.key li:nth-child(5) .weight") == "masked")
    let layer = record.stacks[0].layers[1]
    let score = try #require(layer.score)
    let bias = score.bias(head: 3, query: 3, key: 1)
    let capped = score.value(head: 3, query: 3, key: 1) - bias
    #expect(
      try browser.text(of: ".side.score:nth-last-child(3) li:nth-child(2)")
        == NumberText.signed(capped, glyphs: .unicode))
    #expect(
      try browser.text(of: ".side.score:nth-last-child(2) li:nth-child(2)")
        == NumberText.signed(bias, glyphs: .unicode))
    try browser.click(".expand")
    #expect(try browser.evaluate("document.querySelectorAll('.strip').length") == "0")
    #expect(try inkOfLines() > 0)
    try browser.click(".expand")
    #expect(try browser.evaluate("document.querySelectorAll('.strip').length") == "3")
    expectPeace()
  }

  // MARK: Restrictions

  /// Heads keep their numbers and their weights where others are left out.
  @Test func restrictedPages() throws {
    let record = ExportSample.causal
    var state = ExportSample.state(record)
    _ = state.update(.keep(HeadRestriction(layers: [5], heads: [1, 3])))
    try open(state)
    #expect(try headsOn() == "1,3")
    #expect(try browser.text(of: ".notes") == "layers 5 only")
    #expect(try browser.text(of: "#layer") == "5")
    for head in [1, 3] {
      let found = try browser.evaluate("layer().weights(\(head)).join()")
        .split(separator: ",").compactMap { Float($0) }
      for (one, other) in zip(found, record.weights(stack: 0, layer: 1, head: head).values) {
        #expect(abs(one - other) < 1e-6)
      }
    }
    try browser.press("1")
    #expect(try browser.evaluate("document.querySelectorAll('.thumbnail').length") == "2")
    try browser.press("3")
    try browser.press("}")
    #expect(try browser.evaluate("document.querySelector('#head').value") == "3")
    try browser.press("}")
    #expect(try browser.evaluate("document.querySelector('#head').value") == "3")
    expectPeace()
  }

  // MARK: What heads do

  @Test func sharesAreDrawnWithTheirSigns() throws {
    let state = ExportSample.answered(.head, shows: .share)
    try open(state)
    let title = "share of the logit of \" <moon>\", norms frozen"
    #expect(
      try browser.evaluate("document.querySelector('#meaning').selectedOptions[0].text") == title)
    let weights = state.record.weights(stack: 0, layer: 0, head: 0)
    #expect(weights[2, 1] > 0)
    let sign = (2 * weights.keyCount + 1) % 2 == 1 ? -1.0 : 1.0
    let number = try #require(Double(browser.evaluate("layer().number(0, 2, 1)")))
    #expect(abs(number - sign * 2 * Double(weights[2, 1])) < 1e-4)
    try choose("weight", of: "#meaning")
    let weight = try #require(Double(browser.evaluate("layer().number(0, 2, 1)")))
    #expect(abs(weight - Double(weights[2, 1])) < 1e-4)
    expectPeace()
  }

  @Test func theOutputIsAViewOfItsOwn() throws {
    try open(ExportSample.answered(.output))
    let texts = try browser.evaluate("document.querySelector('.parts').innerText")
    #expect(texts.contains("+3.000") && texts.contains("Σ 2.000  model 2.000"))
    #expect(try browser.evaluate("document.querySelectorAll('.bar.loss').length") == "1")
    try browser.press("2")
    #expect(try browser.evaluate("document.querySelectorAll('.parts').length") == "0")
    try browser.press("5")
    #expect(try browser.evaluate("document.querySelectorAll('.parts').length") == "1")
    expectPeace()
  }

  // MARK: All views, all kinds

  @Test(arguments: ViewKind.allCases)
  func everyViewOfEveryKind(_ view: ViewKind) throws {
    for record in [
      ExportSample.pair, ExportSample.causal, ExportSample.translation, ExportSample.hostile,
    ] {
      try open(ExportSample.state(record, view))
      #expect(try browser.evaluate("document.querySelector('main').children.length") == "1")
      for stack in record.stacks.indices.dropFirst() {
        try choose("\(stack)", of: "#kind")
        #expect(try browser.evaluate("stack().kind") == record.stacks[stack].kind.rawValue)
      }
      try browser.press("t")
      #expect(try browser.evaluate("document.documentElement.dataset.theme") == "dark")
      expectPeace()
    }
  }

  /// The numbers in the page are the program's, whether computed there or kept.
  @Test func weightsAreTheSame() throws {
    for record in [ExportSample.causal, ExportSample.translation, ExportSample.hostile] {
      try open(ExportSample.state(record))
      for (index, stack) in record.stacks.enumerated() {
        for (position, layer) in stack.layers.enumerated() {
          for head in 0..<layer.headCount {
            let found = try browser.evaluate(
              "stacks[\(index)].layers[\(position)].weights(\(head)).join()"
            ).split(separator: ",").compactMap { Float($0) }
            let expected = layer.weights(head: head).values
            let isStored = layer.score == nil
            #expect(found.count == expected.count)
            for (one, other) in zip(found, expected) {
              // Half a step of 16 bits; else the order in which float32 sums are rounded.
              #expect(abs(one - other) < (isStored ? 0.5001 / 65535 : 1e-6))
            }
          }
        }
      }
    }
  }

  @Test func aMatrixReadsItsCells() throws {
    try open(ExportSample.state(ExportSample.pair, .matrix))
    _ = try browser.evaluate("document.querySelector('.matrix canvas').focus()")
    try browser.press("ArrowDown")
    try browser.press("ArrowDown")
    let weight = ExportSample.pair.weights(stack: 0, layer: 0, head: 0)[2, 0]
    #expect(
      try browser.text(of: "output")
        == "q 2 “cat” → k 0 “[CLS]”   weight \(NumberText.weight(weight, digits: 4))")
    expectPeace()
  }
}
