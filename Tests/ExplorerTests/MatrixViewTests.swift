import Attention
import TerminalUI
import Testing

@testable import Explorer

/// What the matrix view looks like.
@Suite struct MatrixViewTests {
  private static let dark = Theme(.dark, depth: .indexed256, glyphs: .unicode)
  private static let ascii = Theme(.dark, depth: .indexed256, glyphs: .ascii)
  private static let mono = Theme(.mono, depth: .none, glyphs: .unicode)

  private func state(
    _ record: AttentionRecord, width: Int = 80, height: Int = 24, query: Int = 0, key: Int = 0
  ) -> ExplorerState {
    var state = ExplorerState(
      record: record, request: nil, view: .matrix, width: width, height: height)
    state.selection.query = query
    state.selection.key = key
    state.pair.settled = PairMemory.Settled(state.selection)
    _ = state.handle(.resize(width: width, height: height))
    return state
  }

  // MARK: Pictures

  @Test func numbersWhereTheyFit() {
    let state = state(MatrixSample.patterned(MatrixSample.sentence), query: 5, key: 4)
    #expect(
      state.render(theme: Self.dark).text == """
         bertviz-tui  sample  1×1         1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         layer 0   head 0                                                         mixed
                                                                 0                  1.0
                   0     1     2     3     4     5     6     7     8
                 [CLS]  the   cat   sat    on   the   mat    .   [SEP]  k 4
         0 [CLS]  .86    ·     ·     ·     ·     ·     ·     ·     ·    ▏
         1   the  .63    ·     ·     ·     ·    .32    ·     ·     ·
         2   cat  .57   .35    ·     ·     ·     ·     ·     ·     ·
         3   sat  .57    ·    .35    ·     ·     ·     ·     ·     ·
         4    on  .57    ·     ·    .35    ·     ·     ·     ·     ·
        ▸5   the  .40   .32    ·     ·    .24    ·     ·     ·     ·    █▎
         6   mat  .57    ·     ·     ·     ·    .35    ·     ·     ·
         7     .  .57    ·     ·     ·     ·     ·    .35    ·     ·
         8 [SEP]  .57    ·     ·     ·     ·     ·     ·    .35    ·
           row 5 ▃▃▃▃▃ ▃▃▃▃▃             ▂▂▂▂▂






         head 0.0 does what no label describes: mat → the .35
         q 5 "the" → k 4 "on"  weight .240  rank 3/9   rest of the row: [CLS] .40
         ↑↓←→ move  + - zoom  < > next peak  [ ] layer  { } head         ? help  q quit
        """)
  }

  @Test func numbersInASCII() {
    let state = state(
      MatrixSample.patterned(MatrixSample.sentence, mask: .causal), query: 5, key: 1)
    #expect(
      state.render(theme: Self.ascii).text == """
         bertviz-tui  sample  1x1         1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         layer 0   head 0                                                         mixed
                                                      / masked   0  .:--==+***##%%@ 1.0
                   0     1     2     3     4     5     6     7     8
                 [CLS]  the   cat   sat    on   the   mat    .   [SEP]  k 1
         0 [CLS]  1.0    /     /     /     /     /     /     /     /
         1   the  .99    .     /     /     /     /     /     /     /
         2   cat  .61   .37    .     /     /     /     /     /     /    ##
         3   sat  .61    .    .37    .     /     /     /     /     /
         4    on  .60    .     .    .36    .     /     /     /     /
        >5   the  .40   .33    .     .    .25    .     /     /     /    #-
         6   mat  .59    .     .     .     .    .36    .     /     /
         7     .  .58    .     .     .     .     .    .35    .     /
         8 [SEP]  .57    .     .     .     .     .     .    .35    .
           row 5 ----- -----             :::::






         head 0.0 does what no label describes: cat > the .37
         q 5 "the" > k 1 "the"  weight .325  rank 2/6   rest of the row: [CLS] .40
         arrows move  + - zoom  < > next peak  [ ] layer  { } head       ? help  q quit
        """)
  }

  @Test func aPairBesideItsLists() {
    let state = state(
      MatrixSample.patterned(MatrixSample.pair), width: 160, height: 50, query: 4, key: 12)
    #expect(
      state.render(theme: Self.dark).text == """
         bertviz-tui  sample  1×1  17 tokens                                                                              1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         layer 0   head 0                                                                                                                                         mixed
                   A─────────────────────────────────────────────────────B───────────────────────────────────────────────                        0                  1.0
                     0     1     2     3     4     5     6     7     8     9     10    11    12    13    14    15    16               │ query 4 "on"
                   [CLS]  the   cat   sat    on   the   mat    .   [SEP]  the   cat   lay    on   the   rug    .   [SEP]  k 12        │  0 [CLS]        .372 ███
         A 0 [CLS]  .76    ·     ·     ·     ·     ·     ·     ·     ·     ·     ·     ·     ·     ·     ·     ·     ·    ▏           │ 12 on           .299 ██▍
         ▌                                                                                                                            │  3 sat          .226 █▊
         ▌ 1   the  .37    ·     ·     ·     ·    .19    ·     ·     ·    .19    ·     ·     ·    .19    ·     ·     ·                │  1 the          .007
         ▌                                                                                                                            │  2 cat          .007
         ▌ 2   cat  .37   .23    ·     ·     ·     ·     ·     ·     ·     ·    .30    ·     ·     ·     ·     ·     ·                │  4 on           .007
         ▌                                                                                                                            │  5 the          .007
         ▌ 3   sat  .53    ·    .32    ·     ·     ·     ·     ·     ·     ·     ·     ·     ·     ·     ·     ·     ·                │  6 mat          .007
         ▌                                                                                                                            │  7 .            .007
        ▸▌ 4    on  .37    ·     ·    .23    ·     ·     ·     ·     ·     ·     ·     ·    .30    ·     ·     ·     ·    █▌          │  8 [SEP]        .007
         ▌                                                                                                                            │  9 the          .007
         ▌ 5   the  .24   .19    ·     ·    .14    ·     ·     ·     ·    .19    ·     ·     ·    .19    ·     ·     ·                │ 10 cat          .007
         ▌                                                                                                                            │ 11 lay          .007
         ▌ 6   mat  .53    ·     ·     ·     ·    .32    ·     ·     ·     ·     ·     ·     ·     ·     ·     ·     ·                │ 13 the          .007
         ▌                                                                                                                            │ 14 rug          .007
         ▌ 7     .  .37    ·     ·     ·     ·     ·    .23    ·     ·     ·     ·     ·     ·     ·     ·    .30    ·                │ 15 .            .007
         ▌                                                                                                                            │ 16 [SEP]        .007
         ▌ 8 [SEP]  .37    ·     ·     ·     ·     ·     ·    .23    ·     ·     ·     ·     ·     ·     ·     ·    .30               │
         ▌                                                                                                                            │
         B 9   the  .24   .19    ·     ·     ·    .19    ·     ·    .14    ·     ·     ·     ·    .19    ·     ·     ·                │
         ▌                                                                                                                            │
         ▌10   cat  .37    ·    .30    ·     ·     ·     ·     ·     ·    .23    ·     ·     ·     ·     ·     ·     ·                │ key 12 "on"
         ▌                                                                                                                            │  4 on           .299 ██▍
         ▌11   lay  .53    ·     ·     ·     ·     ·     ·     ·     ·     ·    .32    ·     ·     ·     ·     ·     ·                │ 13 the          .143 █▏
         ▌                                                                                                                            │  0 [CLS]        .015 ▏
         ▌12    on  .37    ·     ·     ·    .30    ·     ·     ·     ·     ·     ·    .23    ·     ·     ·     ·     ·                │ 14 rug          .010 ▏
         ▌                                                                                                                            │ 11 lay          .010 ▏
         ▌13   the  .24   .19    ·     ·     ·    .19    ·     ·     ·    .19    ·     ·    .14    ·     ·     ·     ·    ▊           │  6 mat          .010 ▏
         ▌                                                                                                                            │  3 sat          .010 ▏
         ▌14   rug  .53    ·     ·     ·     ·     ·     ·     ·     ·     ·     ·     ·     ·    .32    ·     ·     ·                │  7 .            .007
         ▌                                                                                                                            │  8 [SEP]        .007
         ▌15     .  .37    ·     ·     ·     ·     ·     ·    .30    ·     ·     ·     ·     ·     ·    .23    ·     ·                │ 15 .            .007
         ▌                                                                                                                            │ 16 [SEP]        .007
         ▌16 [SEP]  .37    ·     ·     ·     ·     ·     ·     ·    .30    ·     ·     ·     ·     ·     ·    .23    ·                │  2 cat          .007
         ▌                                                                                                                            │ 10 cat          .007
             row 4 ▃▃▃▃▃             ▂▂▂▂▂                                                 ▂▂▂▂▂                                      │ 12 on           .007
                                                                                                                                      │  5 the          .005
                                                                                                                                      │  9 the          .005
                                                                                                                                      │  1 the          .005
                                                                                                                                      │
                                                                                                                                      │
                                                                                                                                      │
                                                                                                                                      │
         head 0.0 does what no label describes: rug → the .32
         q 4 "on" → k 12 "on"  weight .299  rank 2/17   rest of the row: [CLS] .37  sat .23
         ↑↓←→ move  + - zoom  < > next peak  [ ] layer  { } head  f filter  v meaning  V scale  : command                                                ? help  q quit
        """)
  }

  @Test func aLongInputInShades() {
    let record = MatrixSample.patterned(MatrixSample.text(64), mask: .causal)
    let state = state(record, query: 40, key: 27)
    #expect(
      state.render(theme: Self.ascii).text == """
         bertviz-tui  sample  1x1         1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         layer 0   head 0   each the largest of 4x2                               mixed
                                                      / masked   0  .:--==+***##%%@ 1.0
                               v27 we
                  0         20        40        60
          0    so @=//////////////////////////////
          4   the *===////////////////////////////
          8   old *..===//////////////////////////
         12  seas *-...=--////////////////////////
         16    by =---   ---//////////////////////
         20  told =  ---   ---////////////////////
         24   far +    ---   --://////////////////
         28   sat ---    ---   ::://////////////// #-
         32   and -  --    ---   ::://////////////
         36    of =    --    --:   :::////////////
        >40    we -::    ::    :::   :::////////// #-
         44  fire - :::    ::    :::   ::.////////
         48 tales -   :::    ::    :::   ...//////
         52    so =:    :::    ::    :::   ...//// #-
         56   the : ::    :::    ::    :::   ...//
         60   old :   ::    :::    ::    :::   ...
           row 40 -......:.....:.....:.
         q 40 "we" > k 27 "we"  weight .170  rank 4/41   rest of the row: so .21  we .17
         arrows move  + - zoom  < > next peak  [ ] layer  { } head       ? help  q quit
        """)
  }

  @Test func aLongInputInPixels() {
    let record = MatrixSample.patterned(MatrixSample.text(64))
    let state = state(record, query: 40, key: 58)
    #expect(
      state.render(theme: Self.dark).text == """
         bertviz-tui  sample  1×1         1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         layer 0   head 0   each the largest of 2×2                               mixed
                                                                 0                  1.0
                                               ▼58 and
                  0         20        40        60
          0    so ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀ ▏
          4   the ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀ █▎
          8   old ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀ ▏
         12  seas ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀ ▏
         16    by ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀ █▎
         20  told ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀ ▏
         24   far ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀ ▏
         28   sat ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀ ▏
         32   and ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀ █▎
         36    of ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀ ▏
        ▸40    we ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀ ▏
         44  fire ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀ █▎
         48 tales ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀ ▏
         52    so ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀ ▏
         56   the ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀ █
         60   old ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀ ▏
           row 40 ▂      ▂     ▂     ▂      ▂
         q 40 "we" → k 58 "and"  weight .003  rank 59/64   rest of the row: so .17
         ↑↓←→ move  + - zoom  < > next peak  [ ] layer  { } head         ? help  q quit
        """)
  }

  @Test func aLongInputInShadesBesideItsLists() {
    let record = MatrixSample.patterned(MatrixSample.text(234), mask: .causalWindow(width: 120))
    let state = state(record, width: 160, height: 50, query: 150, key: 137)
    #expect(
      state.render(theme: Self.ascii).text == """
         bertviz-tui  sample  1x1  234 tokens                                                                             1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         layer 0   head 0   each the largest of 6x3                                                                                                               mixed
                                                                                                                                      / masked   0  .:--==+***##%%@ 1.0
                                                                v137 told                                                             | query 150 "told"
                   0     20     40     60    80     100    120   140    160    180   200    220                                       |  33 told        .080 -
           0    so @=////////////////////////////////////////////////////////////////////////////                                     |  46 told        .080 -
           6   and *===//////////////////////////////////////////////////////////////////////////                                     |  59 told        .080 -
          12  seas *-.=--////////////////////////////////////////////////////////////////////////                                     |  72 told        .080 -
          18  fire =--- ---//////////////////////////////////////////////////////////////////////                                     |  85 told        .080 -
          24   far +- --- --:////////////////////////////////////////////////////////////////////                                     |  98 told        .080 -
          30   the ---- --- ::://////////////////////////////////////////////////////////////////                                     | 111 told        .080 -
          36    of =  --: --: :::////////////////////////////////////////////////////////////////                                     | 124 told        .080 -
          42    by -::  ::: ::: ::://////////////////////////////////////////////////////////////                                     | 137 told        .080 -
          48 tales =  ::  ::: ::: ...////////////////////////////////////////////////////////////                                     | 149 and         .061 -
          54   sat :::  ::  ::: ::: ...//////////////////////////////////////////////////////////                                     |  31 fire        .002
          60   old - :::  ::  ::. ::: ...////////////////////////////////////////////////////////                                     |  32 and         .002
          66    we :.. ...  ..  ... ... ...//////////////////////////////////////////////////////                                     |  34 old         .002
          72  told : ... ...  ..  ... ... ...////////////////////////////////////////////////////                                     |  35 tales       .002
          78    so -.  ... ...  ..  ... ... ...//////////////////////////////////////////////////                                     |  36 of          .002
          84   and : ..  ... ...  ..  ... ... ...////////////////////////////////////////////////                                     |  37 far         .002
          90  seas -.  ..  ... ...  ..  ... ... ...//////////////////////////////////////////////                                     |  38 seas        .002
          96  fire ....  ..  ... ...  ..  ... ... ...////////////////////////////////////////////                                     |  39 so          .002
         102   far -. ...  ..  ... ...  ..  ... ... ...//////////////////////////////////////////                                     |  40 we          .002
         108   the .... ...  ..  ... ...  ..  ... ... ...////////////////////////////////////////                                     |  41 sat         .002
         114    of :  ... ...  ..  ... ...  ..  ... ... ...//////////////////////////////////////                                     |
         120    by  ..  ... ...  ..  ... ...  ..  ... ... ...////////////////////////////////////                                     | key 137 "told"
         126 tales // ..  ... ...  ..  ... ...  ..  ... ... ...//////////////////////////////////                                     | 150 told        .080 -
         132   sat //// ..  ... ...  ..  ... ...  ..  ... ... ...////////////////////////////////                                     | 163 told        .080 -
         138   old ////// ..  ... ...  ..  ... ...  ..  ... ... ...////////////////////////////// -                                   | 176 told        .080 -
         144    we //////// ..  ... ...  ..  ... ...  ..  ... ... ...////////////////////////////                                     | 189 told        .080 -
        >150  told ////////// ..  ... ...  ..  ... ...  ..  ... ... ...////////////////////////// #                                   | 202 told        .080 -
         156    so //////////// ..  ... ...  ..  ... ...  ..  ... ... ...////////////////////////                                     | 215 told        .080 -
         162   and ////////////// ..  ... ...  ..  ... ...  ..  ... ... ...////////////////////// #                                   | 228 told        .080 -
         168  seas //////////////// ..  ... ...  ..  ... ...  ..  ... ... ...////////////////////                                     | 138 old         .061 -
         174  fire ////////////////// ..  ... ...  ..  ... ...  ..  ... ... ...////////////////// #                                   | 137 told        .002
         180   far //////////////////// ..  ... ...  ..  ... ...  ..  ... ... ...////////////////                                     | 139 tales       .002
         186   the ////////////////////// ..  ... ...  ..  ... ...  ..  ... ... ...////////////// #                                   | 140 of          .002
         192    of //////////////////////// ..  ... ...  ..  ... ...  ..  ... ... ...////////////                                     | 141 far         .002
         198    by ////////////////////////// ..  ... ...  ..  ... ...  ..  ... ... ...////////// #                                   | 142 seas        .002
         204 tales //////////////////////////// ..  ... ...  ..  ... ...  ..  ... ... ...////////                                     | 143 so          .002
         210   sat ////////////////////////////// ..  ... ...  ..  ... ...  ..  ... ... ...////// #                                   | 144 we          .002
         216   old //////////////////////////////// ..  ... ...  ..  ... ...  ..  ... ... ...////                                     | 145 sat         .002
         222    we ////////////////////////////////// ..  ... ...  ..  ... ...  ..  ... ... ...//                                     | 146 by          .002
         228  told //////////////////////////////////// ..  ... ...  ..  ... ...  ..  ... ... ... #                                   | 147 the         .002
           row 150            .   .   .    .   .   .    .   .   .   .                                                                 | 148 fire        .002
                                                                                                                                      | 149 and         .002
                                                                                                                                      | 151 old         .002
         head 0.0 does what no label describes: sat > we .37
         q 150 "told" > k 137 "told"  weight .080  rank 9/120   rest of the row: told .08  told .08  told .08  told .08  told .08  told .08
         arrows move  + - zoom  < > next peak  [ ] layer  { } head  v meaning  V scale  : command                                                        ? help  q quit
        """)
  }

  // MARK: Colours

  @Test func numbersStandOnTheirWeight() {
    let record = MatrixSample.record(queries: 3, keys: 3, mask: .causal) {
      [[1, 0, 0], [0.5, 0.5, 0], [0.02, 0.97, 0.01]][$0][$1]
    }
    let state = state(record, query: 2, key: 2)
    let layout = MatrixLayout(state)
    let canvas = state.render(theme: Self.dark)
    func cell(_ query: Int, _ key: Int) -> Cell {
      canvas[layout.x(ofColumn: key) + layout.paintedWidth / 2, layout.y(ofRow: query)]
    }
    #expect(cell(0, 0).style == Style(.indexed(16), on: .indexed(231)))
    #expect(cell(1, 0).style == Style(.indexed(16), on: .indexed(203)))
    // Strong weights keep their colour under the crosshair.
    #expect(cell(2, 1).style.background == .indexed(231))
    #expect(cell(2, 0).style == Style(.indexed(245), on: .indexed(237)))
    #expect(cell(2, 2).style == Self.dark.style(.text, on: .selection))
    #expect(cell(2, 2).text == "·")
    // What the mask hides is hatched, what weighs nothing is not.
    #expect(cell(0, 1) == Cell("╱", Self.dark.style(.faint)))
    #expect(cell(0, 2).style.background == .indexed(237))
    #expect(cell(0, 2).text == "╱")
  }

  @Test func pixelsHoldTheLargestWeight() {
    // One strong pair among 400 × 400 that weigh nothing.
    let record = MatrixSample.record(queries: 400, keys: 400) { $0 == 333 && $1 == 77 ? 1 : 0 }
    let state = state(record)
    let layout = MatrixLayout(state)
    let canvas = state.render(theme: Self.dark)
    let scale = layout.scale
    let x = layout.x(ofColumn: 77 / scale.keysPerBin)
    let y = layout.y(ofRow: 333 / scale.queriesPerRow)
    let isTop = 333 / scale.queriesPerBin % 2 == 0
    #expect(canvas[x, y].text == "▀")
    #expect(
      (isTop ? canvas[x, y].style.foreground : canvas[x, y].style.background) == .indexed(231))
    #expect(
      (isTop ? canvas[x, y].style.background : canvas[x, y].style.foreground) == .indexed(232))
    #expect(canvas[x + 1, y].style == Style(.indexed(232), on: .indexed(232)))
  }

  @Test func theFutureOfACausalModelIsHatched() {
    let record = MatrixSample.record(queries: 64, keys: 64, mask: .causal) { $1 <= $0 ? 0.01 : 0 }
    let state = state(record)
    let layout = MatrixLayout(state)
    let canvas = state.render(theme: Self.dark)
    // Queries 12 and 13 do not see key 14, 14 and 15 do.
    let edge = canvas[layout.x(ofColumn: 14), layout.y(ofRow: 3)]
    #expect(edge == Cell("▄", Style(.indexed(233))))
    #expect(canvas[layout.x(ofColumn: 30), layout.y(ofRow: 3)] == Self.dark.maskedCell)
  }

  @Test func withoutColourACellIsTheLargerOfTwoAndSaysSo() {
    let record = MatrixSample.record(queries: 120, keys: 120) { $0 == 12 && $1 == 9 ? 1 : 0 }
    let state = state(record)
    let text = state.render(theme: Self.mono).text
    #expect(text.contains("each the largest of 8×2"))
    #expect(state.render(theme: Self.dark).text.contains("each the largest of 4×2"))
    let layout = MatrixLayout(state)
    let canvas = state.render(theme: Self.mono)
    #expect(canvas[layout.x(ofColumn: 4), layout.y(ofRow: 1)].text == "█")
    #expect(canvas[layout.x(ofColumn: 4), layout.y(ofRow: 2)].text == " ")
    #expect(canvas[layout.x(ofColumn: 4), layout.y(ofRow: 0)].text == "·")
  }

  @Test func theScaleChangesColoursAndNotNumbers() {
    let record = MatrixSample.record(queries: 3, keys: 3) { $0 == $1 ? 0.1 : 0.05 }
    var state = state(record, query: 2, key: 2)
    let layout = MatrixLayout(state)
    func first(_ state: ExplorerState) -> Cell {
      state.render(theme: Self.dark)[layout.cellsX + 1, layout.cellsY]
    }
    #expect(first(state).style.background == .indexed(235))
    _ = state.handle(.key(.character("V")))
    #expect(first(state).style.background == .indexed(231))
    #expect(state.render(theme: Self.dark).text.contains(".10"))
  }

  // MARK: Legend

  private func legend(_ state: ExplorerState, _ theme: Theme = dark) -> String {
    let rows = state.rows(theme)
    return String(rows[state.frame.stripRow]).split(separator: " ").joined(separator: " ")
  }

  @Test func theLegendEndsAtTheScalesLargestWeight() {
    let record = MatrixSample.record(queries: 3, keys: 3) { $0 == $1 ? 0.25 : 0.05 }
    var state = state(record)
    #expect(legend(state) == "0 1.0")
    _ = state.handle(.key(.character("V")))
    #expect(legend(state) == "0 .25")
    let canvas = state.render(theme: Self.dark)
    let colors = (0..<16).map { canvas[59 + $0, 2].style.background }
    #expect(colors == (0..<16).map { Self.dark.heatColor(Float($0) / 15) })
    // Where numbers have no colour there is nothing to explain.
    #expect(legend(state, Self.mono) == "")
    _ = state.handle(.key(.character("-")))
    #expect(legend(state, Self.mono) == "0 ░░░▒▒▒▒▓▓▓▓▓███ .25")
  }

  @Test func theLegendSaysWhatIsMasked() {
    let record = MatrixSample.patterned(MatrixSample.sentence, mask: .causal)
    #expect(legend(state(record)) == "╱ masked 0 1.0")
  }

  @Test func theLegendLeavesThePairItsRow() {
    let pair = MatrixSample.patterned(MatrixSample.pair)
    for width in 60...130 {
      let state = state(pair, width: width, height: 40)
      let row = legend(state)
      #expect(row.hasPrefix("A───"))
      #expect(!row.contains("1.0") || row.contains("─ 0 1.0"))
    }
  }
}
