import Explorer
import TerminalUI
import Testing

@Suite struct HeadViewTests {
  private func state(isPair: Bool = false, width: Int = 80, height: Int = 24) -> ExplorerState {
    ExplorerState(
      record: SampleRecord.bert(isPair: isPair), request: nil, width: width, height: height)
  }

  private func rows(_ state: ExplorerState, _ theme: Theme = .plain) -> [String] {
    state.render(theme: theme).text.split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  @Test func oneHeadAt80x24() throws {
    var state = state()
    state.selection.layer = 2
    state.selection.activeHeads = [3]
    state.selection.head = 3
    state.selection.query = 5
    state.selection.key = 1
    let theme = Theme(.dark, depth: .indexed256, glyphs: .unicode)
    #expect(
      rows(state, theme).joined(separator: "\n") == """
         bertviz-tui  sample-bert  6×12  9 tokens   1 Model  2 Head  3 Neuron  4 Matrix
         layer 2   heads 1/12   self   filter All   scale absolute
         heads  0  1  2 ‹3› 4  5  6  7  8  9 10 11
           query                                                   key   head 3
         0 [CLS] ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⢀⣀⣀⣀⣀⣀⣠⠤⣀⣀⣠⠤⠤⠤ 0 [CLS] .01  ▏
                                  ⢀⣀⣀⣀⡠⠤⠤⠤⠔⠒⠒⠒⠊⠉⠉⠉⠉ ⢀⣀⠤⠖⠚⠉⠁
         1   the ⠤⠤⠤⠤⠤⠤⠤⠖⠒⠒⠒⠒⠒⠋⠉⠉⠉⠁              ⣠⠴⠚⠉⣀⣀⣀⣠⢀⣀⣀⡤⠤⠤⠤ 1 the◂  .01  ▏
                                  ⢀⣀⣀⣀⡠⠤⠤⠤⠔⠒⠒⢀⡠⠖⠋⠉⠉⢀⣠⠤⠖⠚⠉⠉
         2   cat ⠤⠤⠤⠤⠤⠤⠤⠖⠒⠒⠒⠒⠒⠋⠉⠉⠉⠁       ⢀⡤⠚⠉ ⣀⡤⠖⠋⠁⣀⣀⣀⣀⣠⠤⠤⠤⠤⠤⠤⠤ 2 cat   .00
                                  ⢀⣀⣀⣀⡠⣀⡴⠚⠁⣀⠤⠒⠉⠉⠉⠉⠉
         3   sat ⠤⠤⠤⠤⠤⠤⠤⠖⠒⠒⠒⠒⠒⠋⠉⠉⠉⠁ ⣀⠴⠊⣀⠤⠒⠉       ⢀⣀⣀⣀⣀⣀⣠⠤⠤⠤⠤⠤⠤⠤ 3 sat   .00
                                ⢀⣠⠔⣀⠤⠒⠉⠤⠤⠤⠔⠒⠒⠒⠊⠉⠉⠉⠉
         4    on ⠤⠤⠤⠤⠤⠤⠤⠖⠒⠒⠒⠒⣀⢀⣠⠴⠒⠉           ⢀⣀⣀⣀⣠⣤⣤⣤⣤⣤⣴⣶⣶⣶⣶⣶⣶⣶ 4 on    .93  █████████▍
                        ⣀⣀⣠⠤⠖⠊⣀⣀⣀⣀⣠⣤⣤⣤⣴⣶⣶⣶⡾⠿⠿⠿⠟⠛⠛⠛⠛⠉⠉⠉⠉⠉⠉
        ▸5   the ⣶⣶⣶⣶⣶⣶⣶⡿⠿⠿⠿⠿⠿⠟⠛⠛⠛⠋⠉⠉⠉⠁           ⢀⣀⣀⣀⣀⣀⣠⠤⠤⠤⠤⠤⠤⠤ 5 the   .00
                        ⠉⠉⠙⠒⠢⠤⣄⣀⠤⢄⣀⡀⣀⣀⡠⠤⠤⠤⠔⠒⠒⠒⠊⠉⠉⠉⠉
         6   mat ⠤⠤⠤⠤⠤⠤⠤⠖⠒⠒⠒⠒⠒⠋⠈⠉⠓⠢⢤⣀⡀⠒⠢⠤⢄⣀⡀      ⢀⣀⣀⣀⣀⣀⣠⠤⠤⠤⠤⠤⠤⠤ 6 mat   .00
                                  ⢀⣀⣀⠉⠑⠲⠤⣄⡀⠈⠉⠑⠒⠢⠤⢤⣀⣀⡀
         7     . ⠤⠤⠤⠤⠤⠤⠤⠖⠒⠒⠒⠒⠒⠋⠉⠉⠉⠁       ⠈⠙⠒⠦⢄⣀  ⢀⣀⠉⠉⠉⠒⠒⠒⠲⠤⠤⠤⠤⠤ 7 .     .01  ▏
                                  ⢀⣀⣀⣀⡠⠤⠤⠤⠔⠒⠒⠒⠊⠈⠉⠓⠲⠤⢄⣀⡀
         8 [SEP] ⠤⠤⠤⠤⠤⠤⠤⠖⠒⠒⠒⠒⠒⠋⠉⠉⠉⠁                   ⠉⠉⠙⠒⠒⠲⠤⠤⠤⠤ 8 [SEP] .02  ▎

         q 5 "the" → k 1 "the"  weight 0.013  head 3  rank 3/9   row on .93
         ↑↓ token  [ ] layer  { } head  space on/off  o solo  a all      ? help  q quit
        """)
  }

  @Test func asciiSaysTheSame() {
    var state = state()
    state.selection.layer = 2
    state.selection.activeHeads = [3]
    state.selection.query = 5
    state.selection.key = 1
    let rows = rows(state, Theme(.mono, depth: .none, glyphs: .ascii))
    #expect(
      rows.joined(separator: "\n") == """
         bertviz-tui  sample-bert  6x12  9 tokens   1 Model  2 Head  3 Neuron  4 Matrix
         layer 2   heads 1/12   self   filter All   scale absolute
         heads <0> 1  2  3  4  5  6  7  8  9 10 11
           query                                                   key   head 3
         0 [CLS] ........................................------- 0 [CLS] .01
                                 ...............    -----
         1   the ................               ///-....-------- 1 the<  .01
                                 ............///   -----
         2   cat ................         /// -----............. 2 cat   .00
                                 ......//////-..
         3   sat ................   //////      ................ 3 sat   .00
                                 //////.........
         4    on ............/-----             ================ 4 on    .93  #########-
                        ------   ===============
        >5   the ================               ................ 5 the   .00
                          -----------...........
         6   mat ................-----------    ................ 6 mat   .00
                                 .....-----.---------
         7     . ................          -----.....----------- 7 .     .01
                                 ...............-------
         8 [SEP] ................                      --------- 8 [SEP] .02

         q 5 "the" > k 1 "the"  weight 0.013  head 3  rank 3/9   row on .93
         Up Down token  [ ] layer  { } head  space on/off  o solo  a all ? help  q quit
        """)
    #expect(rows.joined().unicodeScalars.allSatisfy { $0.isASCII })
  }

  @Test func theKeySideMirrorsThePicture() {
    var state = state()
    state.selection.layer = 2
    state.selection.activeHeads = [3]
    state.selection.side = .key
    state.selection.key = 5
    let rows = rows(state)
    #expect(rows[3].hasPrefix(" head 3"))
    #expect(rows[3].hasSuffix("key"))
    #expect(rows[22].contains("k 5 \"the\" ← q"))
  }

  @Test func severalHeadsHaveABarEach() {
    var state = state()
    state.selection.activeHeads = [1, 3, 9]
    let rows = rows(state)
    #expect(rows[1].contains("heads 3/12 max"))
    #expect(rows[3].contains("1   3   9    max"))
  }

  @Test func theWeightIsTheModels() {
    var state = state()
    state.selection.layer = 1
    state.selection.activeHeads = [4]
    state.selection.query = 3
    for key in 0..<9 {
      state.selection.key = key
      let weight = state.layer.row(head: 4, query: 3)[key]
      let text = NumberText.plain(weight, digits: 3, glyphs: .unicode)
      #expect(rows(state)[22].contains("weight \(text)"))
    }
  }

  @Test func linesHaveTheirHeadsColours() throws {
    let theme = Theme(.dark, depth: .indexed256, glyphs: .unicode)
    var state = state()
    state.selection.activeHeads = [6]
    let canvas = state.render(theme: theme)
    // The cursor's token leaves in its head's colour, the token below in grey.
    let levels = (1...5).map { theme.headColor(6, level: $0) }
    #expect(levels.contains(canvas[9, 4].style.foreground))
    #expect((235...240).contains(Int(canvas[9, 6].style.foreground.code)))
    // The selected token is painted.
    #expect(canvas[3, 4].style == theme.style(.special, on: .selection))
  }

  @Test func otherLinesCanBeHidden() {
    var state = state()
    state.selection.activeHeads = [6]
    let dim = rows(state)
    _ = state.update(.cycleOtherLines)
    let none = rows(state)
    func dots(_ rows: [String]) -> Int {
      rows.joined().unicodeScalars.count { (0x2801...0x28FF).contains($0.value) }
    }
    #expect(dots(none) < dots(dim))
    #expect(none[1].contains("other lines none"))
  }

  @Test func longTextsScrollAndSumUpWhatIsHidden() {
    var state = ExplorerState(
      record: SampleRecord.causal(count: 60), request: nil, width: 80, height: 24)
    for _ in 0..<30 { _ = state.update(.move(.down)) }
    let rows = rows(state)
    #expect(rows[4].contains("▲ "))
    #expect(rows[4].contains(" keys max "))
    #expect(rows[21].contains("▼ "))
    #expect(rows.contains { $0.hasPrefix("▸30") })
    _ = state.update(.moveToLast)
    #expect(self.rows(state).contains { $0.hasPrefix("▸59") })
  }

  @Test func sortedKeysFallInWeight() throws {
    var state = state()
    state.selection.activeHeads = [2]
    _ = state.update(.toggleSort)
    let row = state.layer.row(head: 2, query: 0)
    let ranked = row.indices.sorted { row[$0] > row[$1] }
    let rows = rows(state)
    for (place, position) in ranked.enumerated() where place > 0 && row[position] < row[ranked[0]] {
      let label = state.keyAxis.items[position].label
      #expect(rows[4 + 2 * place].contains("\(position) \(label)"), "\(rows[4 + 2 * place])")
    }
  }

  @Test func mergedWordsAndHiddenSpecialsAreNamed() {
    var state = state()
    _ = state.update(.toggleWords)
    _ = state.update(.toggleSpecials)
    #expect(rows(state)[1].contains("words merged"))
    state.width = 120
    #expect(rows(state)[1].contains("specials hidden"))
    #expect(!rows(state).joined().contains("[CLS]"))
  }

  @Test func aPairHasLettersBesideItsSentences() {
    let rows = rows(state(isPair: true))
    #expect(rows.contains { $0.hasPrefix("▸A 0 [CLS]") })
    #expect(rows.contains { $0.hasPrefix(" B 9") })
  }

  @Test(arguments: [(60, 16), (61, 17), (80, 24), (110, 30), (160, 50), (300, 90)])
  func anySizeKeepsTheNumbers(_ width: Int, _ height: Int) {
    let state = state(isPair: true, width: width, height: height)
    let rows = rows(state)
    #expect(rows.count == height)
    #expect(rows[height - 2].contains("weight 0."))
  }
}
