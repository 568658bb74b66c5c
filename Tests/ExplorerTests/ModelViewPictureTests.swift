import Attention
import TerminalUI
import Testing

@testable import Explorer

/// The model view's characters; colours are checked in `ModelViewTests`.
@Suite struct ModelViewPictureTests {
  /// Layer 2, head 9 in a window, after some keys.
  private func picture(
    _ record: AttentionRecord, _ zoom: ModelZoom? = nil, width: Int, height: Int,
    glyphs: Glyphs = .unicode, activeHeads: Set<Int>? = nil, keys: String = ""
  ) throws -> String {
    var state = ExplorerState(
      record: record, request: nil, view: .model, width: width, height: height)
    state.selection.layer = 2
    state.selection.head = 9
    if let activeHeads { state.selection.activeHeads = activeHeads }
    state.display.modelZoom = zoom
    try state.press(keys)
    return state.render(theme: Theme(.dark, depth: .indexed256, glyphs: glyphs)).text
  }

  @Test func theIndex() throws {
    let screen = try picture(
      ModelSample.bert(), .index, width: 80, height: 24, activeHeads: [0, 9])
    #expect(
      screen
        == #"""
         bertviz-tui  sample-bert  6×12   1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         heads 2/12   zoom index
            ▄▄▄                                 ▄▄▄
        lay  0   1   2   3   4   5   6   7   8   9  10  11  │ layer 2 head 9   same .35
          0 prv sam 1st nxt brd slf sam pun nxt brd slf sam │                 delim .17
            .25 .95 .85 .75 .65 .55 .45 .35 .25 .95 .85 .75 │ [CLS] ⠤⠤⠤⠤⠤⠤⠤⠤⠤⢀⣀⣀⠤ [CLS]
          1 sam 1st nxt brd slf s-x 1st nxt brd slf sam 1st │   the ⠤⢄⡀⡀ ⣀⠤⠒⠉⣠⢀⣠⣤ the
            .75 .65 .55 .45 .35 .25 .95 .85 .75 .65 .55 .45 │   cat ⠤⠤⠒⠊⠉⠔⠉⢀⣴⠟⠋⠁⠤ cat
          2 1st nxt brd aln sam 1st nxt brd slf sam slf nxt │   sat ⠤⠤⠒⠉⠔⣠⣶⠟⠁⠑⠒⠤⠤ sat
            .45 .35 .25 .95 .85 .75 .65 .55 .45 .35 .25 .95 │    on ⠤⠔⠊⢠⡾⠋⠎⠁⠢⡀    on
          3 nxt shp slf sam 1st nxt brd slf 1st 1st nxt brd │   the ⣤⡴⠞⠋⣠⠋⠁  ⠈⠑⠢⠤ the
            .95 .85 .75 .65 .55 .45 .35 .25 .95 .85 .75 .65 │   mat ⠤⠔⢀⡴⠁⠁        mat
          4 brd slf sam 1st nxt brd vrt sam 1st nxt brd slf │     . ⠤⠒⠁⠞          .
            .65 .55 .45 .35 .25 .95 .85 .75 .65 .55 .45 .35 │ [SEP] ⠤⠒⠉           [SEP]
          5 slf sam 1st nxt ind slf sam 1st nxt brd slf prv │
            .35 .25 .95 .85 .75 .65 .55 .45 .35 .25 .95 .85 │ top pairs
                                                            │ .737 5 the → 1 the
                                                            │ .562 7 . → 0 [CLS]
                                                            │ .556 2 cat → 0 [CLS]
                                                            │ .549 6 mat → 0 [CLS]
               prv nxt slf dec off     1st sep pun vrt      │ .549 0 [CLS] → 0 [CLS]
               sam s-x ind sub aln     brd blk     shp mix  │ .545 3 sat → 0 [CLS]
         layer 2 head 9  same .35  delim .17  strongest words q 5 "the" → k 1 "the" .737
         ←→ head  ↑↓ layer  + - zoom  ⏎ open  s sort  space on/off       ? help  q quit
        """#)
  }

  @Test func theIndexInASCII() throws {
    let screen = try picture(ModelSample.bert(), .index, width: 80, height: 24, glyphs: .ascii)
    #expect(
      screen
        == #"""
         bertviz-tui  sample-bert  6x12   1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         zoom index

        lay  0   1   2   3   4   5   6   7   8   9  10  11  | layer 2 head 9   same .35
          0 prv sam 1st nxt brd slf sam pun nxt brd slf sam |                 delim .17
            .25 .95 .85 .75 .65 .55 .45 .35 .25 .95 .85 .75 | [CLS] ------------- [CLS]
          1 sam 1st nxt brd slf s-x 1st nxt brd slf sam 1st |   the --\\----/-=== the
            .75 .65 .55 .45 .35 .25 .95 .85 .75 .65 .55 .45 |   cat ---/--/-=/--- cat
          2 1st nxt brd aln sam 1st nxt brd slf sam slf nxt |   sat ---//==/ ---- sat
            .45 .35 .25 .95 .85 .75 .65 .55 .45 .35 .25 .95 |    on --/=/-/ -\    on
          3 nxt shp slf sam 1st nxt brd slf 1st 1st nxt brd |   the ==////    --- the
            .95 .85 .75 .65 .55 .45 .35 .25 .95 .85 .75 .65 |   mat ---//         mat
          4 brd slf sam 1st nxt brd vrt sam 1st nxt brd slf |     . -/-/          .
            .65 .55 .45 .35 .25 .95 .85 .75 .65 .55 .45 .35 | [SEP] -/            [SEP]
          5 slf sam 1st nxt ind slf sam 1st nxt brd slf prv |
            .35 .25 .95 .85 .75 .65 .55 .45 .35 .25 .95 .85 | top pairs
                                                            | .737 5 the > 1 the
                                                            | .562 7 . > 0 [CLS]
                                                            | .556 2 cat > 0 [CLS]
                                                            | .549 6 mat > 0 [CLS]
               prv nxt slf dec off     1st sep pun vrt      | .549 0 [CLS] > 0 [CLS]
               sam s-x ind sub aln     brd blk     shp mix  | .545 3 sat > 0 [CLS]
         layer 2 head 9  same .35  delim .17  strongest words q 5 "the" > k 1 "the" .737
         Left Right head  Up Down layer  + - zoom  Enter open  s sort    ? help  q quit
        """#)
  }

  @Test func thumbnailsInASCII() throws {
    let screen = try picture(ModelSample.bert(), width: 80, height: 24, glyphs: .ascii)
    #expect(
      screen
        == #"""
         bertviz-tui  sample-bert  6x12   1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         zoom index

        lay  0   1   2   3   4   5   6   7   8   9  10  11  | layer 2 head 9   same .35
          0 prv sam 1st nxt brd slf sam pun nxt brd slf sam |                 delim .17
            .25 .95 .85 .75 .65 .55 .45 .35 .25 .95 .85 .75 | [CLS] ------------- [CLS]
          1 sam 1st nxt brd slf s-x 1st nxt brd slf sam 1st |   the --\\----/-=== the
            .75 .65 .55 .45 .35 .25 .95 .85 .75 .65 .55 .45 |   cat ---/--/-=/--- cat
          2 1st nxt brd aln sam 1st nxt brd slf sam slf nxt |   sat ---//==/ ---- sat
            .45 .35 .25 .95 .85 .75 .65 .55 .45 .35 .25 .95 |    on --/=/-/ -\    on
          3 nxt shp slf sam 1st nxt brd slf 1st 1st nxt brd |   the ==////    --- the
            .95 .85 .75 .65 .55 .45 .35 .25 .95 .85 .75 .65 |   mat ---//         mat
          4 brd slf sam 1st nxt brd vrt sam 1st nxt brd slf |     . -/-/          .
            .65 .55 .45 .35 .25 .95 .85 .75 .65 .55 .45 .35 | [SEP] -/            [SEP]
          5 slf sam 1st nxt ind slf sam 1st nxt brd slf prv |
            .35 .25 .95 .85 .75 .65 .55 .45 .35 .25 .95 .85 | top pairs
                                                            | .737 5 the > 1 the
                                                            | .562 7 . > 0 [CLS]
                                                            | .556 2 cat > 0 [CLS]
                                                            | .549 6 mat > 0 [CLS]
               prv nxt slf dec off     1st sep pun vrt      | .549 0 [CLS] > 0 [CLS]
               sam s-x ind sub aln     brd blk     shp mix  | .545 3 sat > 0 [CLS]
         layer 2 head 9  same .35  delim .17  strongest words q 5 "the" > k 1 "the" .737
         Left Right head  Up Down layer  + - zoom  Enter open  s sort    ? help  q quit
        """#)
  }

  @Test func anIndexOfLetters() throws {
    let screen = try picture(
      ModelSample.bert(layers: 32, heads: 32, headSize: 4), width: 80, height: 24)
    #expect(
      screen
        == #"""
         bertviz-tui  sample-bert  32×32  1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         zoom index

        lay 0   2   4   6   8 9 10  12  14  16  18  20  22 ▸│ layer 2 head 9   same .35
          0 p = f n b s = . n b s = f n b s = f n b s d f n │                 delim .17
          1 = f n b s + f n b s = f · b s = f n b x = f n b │ [CLS] ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⣀⠤⠤ [CLS]
          2 f n b a = f n b s = s n b s = f n = s = f n b s │   the ⠤⠤⣀⠤⠤⣀⠤⡠⠔⠉⠁⠤⠤ the
          3 n ! s = f n b s f f n b s = f # b s = f n b n = │   cat ⠤⠤⠒⠊⡠⠔⠉⠊⣠⠋⠁⠤⠤ cat
          4 b s = f n b v = f n b s = k n b s = f n o s = f │   sat ⠤⠤⠒⠉⠔⠁⡰⡰⠁⠁⠒⠤⠤ sat
          5 s = f n i s = f n b s p f n b s = f . b s = f n │    on ⠤⠔⠊⠁⢀⡜⡰⠁⠢⠉⠒⠤⠤ on
          6 = f b b s = f n b d = f n b s = + n b s = f n · │   the ⠤⠔⠊⡰⠋⡰⠁⠈⠑⢄⠑⠢⠤ the
          7 · n b s = f n x s = f n b s a f n b s = f s b s │   mat ⠤⠔⠉⡴⡴⠁⠈⢣⡀ ⠑⠢⠤ mat
          8 n b s = f = b s = f n b ! = f n b s = f n b s = │     . ⠤⠒⢀⠞⠁⡀⠉⠢⢄⢆    .
          9 b s = # n b s = f n n s = f n b s v f n b s = f │ [SEP] ⠤⠒⠉  ⠈⠉⠑⠒⠉⠒⠤⠤ [SEP]
         10 s k f n b s = f o b s = f n b i = f n b s = p n │
         11 = f n b s = . n b s = f n b s = f n b s d f n b │ top pairs
         12 f n b s + f n b s = f · b s = f n b x = f n b s │ .419 3 sat → 0 [CLS]
         13 n b a = f n b s = s n b s = f n = s = f n b s ! │ .367 0 [CLS] → 0 [CLS]
         14 ! s = f n b s f f n b s = f # b s = f n b n = f │ .359 4 on → 0 [CLS]
         15 s = f n b v = f n b s = k n b s = f n o s = f n │ .358 8 [SEP] → 0 [CLS]
         16 = f n i s = f n b s p f n b s = f . b s = f n b │ .355 2 cat → 0 [CLS]
         ▼15                                                │ .355 6 mat → 0 [CLS]
         layer 2 head 9  same .35  delim .17  strongest words q 4 "on" → k 1 "the" .228
         ←→ head  ↑↓ layer  + - zoom  ⏎ open  s sort  space on/off       ? help  q quit
        """#)
  }

  @Test func largeLines() throws {
    let screen = try picture(ModelSample.bert(isPair: true), .large, width: 160, height: 50)
    #expect(
      screen
        == #"""
         bertviz-tui  sample-bert  6×12  17 tokens                                                                        1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         zoom large lines

        ▲1 ◂ 8                                    9                                    10                                 ▸│ layer 2 head 9                    same .35
            1.8                       broad .75  1.9                        self .65  1.10                       same .55  │                                  delim .17
            [CLS] ⠤⠤⠤⢄⣀⣀⡀           ⣀⣀⠤⠤⠤ [CLS]  [CLS] ⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤ [CLS]  [CLS] ⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣀⣀⢀⣠⣤ [CLS]  │ [CLS] ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⣀⠤⠤ [CLS]
              the ⣤⣤⣀⡀  ⠈⠉⠑⠒⠢⠤⣀⡠⠔⠒⠉⠉  ⣀⣤⣤ the      the ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⠋⠉⠉⠉⠉⣤⣤⣤⣤⣤ the      the ⣤⣤⣄⣀⡀       ⣀⣠⡴⠶⠛⢀⢀⣀⣀⣤⣤ the    │   the ⠤⠤⠤⢄⣀⣀          ⣀⡠⠤⠒⢀⡠⠔⠒⣀⣀⣠⣤⣤⣤ the
              cat ⠤⢄⠉⠙⠛⢦⣄⣀⡠⠔⠒⠉  ⠈⠉⢀⣤⡶⠛⠉⠤⠤ cat      cat ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤ cat      cat ⣤⣤⠈⠉⠙⠛⠶⣤⣀⡴⠶⠛⠉⠁⣀⣤⣀⣤⠶⠛⣀⣤⣤ cat    │   cat ⠤⠤⢄⣀  ⠉⠑⠒⠤⢄⣀⠔⠒⠉⠉ ⣀⣀⣠⣤⠶⠞⠛⠉⠉⠁⠁⣤⣤ cat
              sat ⠤⠤⠤⠒⠒⠉⠈⠛⢶⣦⡀   ⢀⣴⠟⠉⢀⣀⡠⠤⠤ sat      sat ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⠋⠉⠉⠉⠉⣤⣤⣤⣤⣤ sat      sat ⣤⣤⣤⠶⠶⠛⠛⠉⠉⠛⠶⣤⣀⠛⣠⡾⣀⣤⠶⠛⠉   sat    │   sat ⠤⠤⠤⠤⠒⠒⠒⠉⠉   ⠉⣀⣠⡴⠶⠛⠉⠁⡴⠛⠉⡴⠞⠛⠉⠁   sat
               on ⠤⠤⠤⠤⠤⣀⣀⣀⣀⠈⠻⣶⣄⣠⡞⠁⠒⠉⠁ ⣀⡠⠤ on        on ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤ on        on ⣤⣤⣀  ⠈⣀⣤⠶⠛⠉ ⠉⠛⠶⣤⣀⠁  ⣀⠤⠤ on     │    on ⠤⠤⢄⣀   ⢀⣀⣤⡴⠶⠛⠉⠁ ⣠⣶⠟⠉⡴⠛⠉   ⣀⡠⠤⠤ on
              the ⠤⠤⢄⣀ ⠱⡄⠙⣄⠈⣀⢠⠙⢷⣆⠒⠒⢀⠔⠊⠤⠤⠤ the      the ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⠋⠉⠉⠉⠉⣤⣤⣤⣤⣤ the      the ⣤⣤⡴⠶⠞⠛⠉⠛⠙⢷⢀⡼⣠⡾⠋ ⠉⠛⠳⠶⢦⣤⣤ the    │   the ⣤⣤⣤⡴⠶⠶⠛⠋⠉⠊⠁⠑⠤⢀⣴⡾⠋⣶⠟⠉  ⣀⠔⠊⠉⠢⠤⠤⠤ the
              mat ⠤⠤⣀ ⠉⠒⠤⣀⠒⢀⣴⠏  ⠈⠛⢦⣄ ⣀⡠⠤⠤ mat      mat ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤ mat      mat ⣤⣤⠶⠞⠛⠈⠛⢷⢀⣴⢀⡼⠋⠟⢀⠔⠉       mat    │   mat ⠤⠤⠤⠒⠊⠉  ⠉⠢⣀⣠⣶⠟⠁⡾⠋⠏ ⣀⠔⠉         mat
                . ⠤⠤⠔⠉⠢⣀  ⣰⠟⠁⢆  ⣠⣀⠤⠈⠛⠳⠶⣤⣤ .          . ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤ .          . ⣤⣤⣀   ⣀⣴⢀⣴⠟⠁⠏⣦⡀     ⣀⠤⠤ .      │     . ⠤⠤⢄⣀⣀⣀⣀  ⣠⠶⠋⣶⠟⠁⠟⠁⠤⠊       ⣀⡠⠤⠤ .
            [SEP] ⠤⠤⠤⠤⠤⠤⣠⡾⠃⠤⠤⠉⠢⢄⠉⠤⠤⠤⠤⠤⠤⠤⠤ [SEP]  [SEP] ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⠋⠉⠉⠉⠉⣤⣤⣤⣤⣤ [SEP]  [SEP] ⣤⣤⠉⠛⣀⡼⣀⣴⠟⠁⡾⠃⡀⠈⠻⣦⣀⡠⠒⠉⣀⣤⣤ [SEP]  │ [SEP] ⣤⣤⣄⣀⠉⢀⣠⠶⠛⠁⠶⠋⢠⡾⠋⠔⠁ ⠈⠒⢄ ⣀⠔⠊⠉⣀⡠⠤⠤ [SEP]
          1   the ⣤⣤⣄⣀⡀⠿⠋ ⢡⡀⠔⠉⠋⠙⠉⠒⠤⣀ ⢀⣀⠤⠤ the      the ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤ the      the ⣤⣤⠶⠛⣀⡼⠛⠁⣠⡿⠁⠈⠻⣦⡀⠈⣀⣤⠶⠛⠉   the    │   the ⣤⣤⠈⠉⠛⠳⢦⣀⠛⠁⢀⣴⠏⠁⠉⠉⠑⠤⡀⣀⠔⠉⣀⠔⠊⠉     the
              cat ⣤⣤⠈⠉⠙⠛⠶⣤⣀⠙⢦⡀⢣  ⠳⡠⠔⠉⠒⠢⠤⠤ cat      cat ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤ cat      cat ⣤⣤⠶⠛⠉⠋⢀⣴⠟⠁⣄ ⢀⠈⣠⡾⠛⠁⠉⠛⠶⣤⣤ cat    │   cat ⣤⣤⡴⠶⠛⠋⠁⠉⠛⢦⣀⡀⠤⡀  ⢀⠤⠊⣀⠔⠉⠉⠒⠈⠉⠒⠢⠤⠤ cat
              lay ⠤⠤⠔⠒⠉   ⠉⠛⠶⣤⣀⡠⠔⠉⣀⣀⠤⠤⠤⠤⠤ lay      lay ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤ lay      lay ⣤⡴⠞⠋⣀⣠⡞⠁⠁⢷⠙⢧⣠⡾⠋⠈⠛⢧⣀     lay    │   lay ⠤⠤⠒⠊⠁⢀⢀⣴⠟⠁⠉⠻⣶⣄⡠⠔⠁⠤⠊  ⠉⠒⢄⡀      lay
               on ⠤⠤⠤⠤⠤⠒⡠⠞⠒⠊⢀⠤⠉⠛⠶⣤⣀  ⠈⠒⠢⠤ on        on ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⠋⠉⠉⠉⠉⣤⣤⣤⣤⣤ on        on ⠤⠤⠒⢠⡾⠋⠟⠃ ⡠⢀⡼⠋⣦⡀   ⠉⠛⠶⣤⣤ on     │    on ⠤⠤⠔⠒⢀⣤⠟⠁⠋  ⢀⠤⠙⢷⣦⡀⠤⡀     ⠈⠉⠒⠢⠤⠤ on
              the ⠤⠤⠤⣀⣀⠊  ⡠⠔⠁   ⠈⠢⠉⠛⠳⠶⢦⣤⣤ the      the ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤ the      the ⣤⡴⠞⠋⠟⠁⠁⡠⢀⣴⠟⠁⠻⠈⠻⣦⣀       the    │   the ⣤⣤⠶⠞⠋⠔⠁  ⡠⠒⠁⠤⠊ ⠈⠻⣶⣄⠒⢄          the
              rug ⠤⠔⠒⠁ ⡠⠔⠉⠢⢄⣀     ⠈⠒⢄⡠⠤⠤⠤ rug      rug ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⠋⠉⠉⠉⠉⣤⣤⣤⣤⣤ rug      rug ⣤⡴⠞⠁⣀⠔⣀⣴⠟⠁   ⠈⠻⠈⠛⢧⣀     rug    │   rug ⠤⠤⠒⠉ ⢀⡠⠒⠉⡠⠒⠁      ⠙⠶⣄⠉⠒⢄⡀      rug
                . ⠤⠤⠒⠊⠉   ⢀⣀⡠⠉⠒⠢⢄⣀⠁⣀⠤⠉⠒⠤⠤ .          . ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤ .          . ⠤⠤⠒⠉⣀⡼⠛⠁       ⠈⠛⢧⠉⠛⠶⣤⣤ .      │     . ⠤⠤⠔⠒⠉⠁⡠⠒⠉           ⠈⠛⠶⣄⡀⠉⠒⠢⠤⠤ .
            [SEP] ⠤⠤⠤⠔⠒⠒⠊⠉⠁⠊⠉⠉⠉⠁  ⠉⠉⠒⠒⠤⠤⠤ [SEP]  [SEP] ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⠋⠉⠉⠉⠉      [SEP]  [SEP] ⣤⣤⠶⠛⠉             ⠉⠛⠶⣤⣤ [SEP]  │ [SEP] ⠤⠤⠔⠒⠉⠁                 ⠈⠙⠛⠶⢦⣤⣤ [SEP]
                                                                                                                           │
                                                                                                                           │ top pairs
                                                                                                                           │ .694  5 the → 1 the
            2.8                        self .45 ▐2.9                        same .35▌ 2.10                       self .25  │ .670  8 [SEP] → 16 [SEP]
            [CLS] ⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤ [CLS] ▐[CLS] ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⢀⡠⠤ [CLS]▌ [CLS] ⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣀⣀⢀⣠⣤ [CLS]  │ .656  9 the → 1 the
              the ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⠋⠉⠉⠉⠉⣤⣤⣤⣤⣤ the   ▐  the ⠤⠤⢄⣀⡀       ⣀⡠⠔⠒⡠⠔⢀⣀⣠⣤⣤ the  ▌   the ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⣀⣠⡴⠶⠛⠛⣠⡾⠋⠁  the    │ .642 10 cat → 2 cat
              cat ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤ cat   ▐  cat ⠤⠤⣀ ⠈⠉⠒⠤⣀⠔⠒⠉ ⡠⣀⣤⠶⠛⠋⠉⠁⣤⣤ cat  ▌   cat ⣤⣤⣤⡴⠶⠶⠞⣀⣠⡴⠶⠛⠉⠁⣴⠟⢀⡾⠋     cat    │ .636 13 the → 1 the
              sat ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⠋⠉⠉⠉⠉⣤⣤⣤⣤⣤ sat   ▐  sat ⠤⠤⠤⠒⠒⠉⠉  ⠉⣀⣤⠶⠛⠉⡾⠛⠁⠶⠛⠉   sat  ▌   sat ⣤⣤⣤⠶⠶⠛⠛⠉⠁⣠⡴⣀⣴⠟⢀⢠⡿⠃      sat    │ .587 14 rug → 0 [CLS]
               on ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤ on    ▐   on ⠤⠤⣀   ⣀⣤⠶⠛⠉ ⣠⡾⠋⡾⠛⠁  ⣀⠤⠤ on   ▌    on ⣤⣤⡴⠶⠞⣀⣤⠶⠛⣠⡾⠛⠁⣠⣰⡟⠁       on     │ .570 15 . → 7 .
              the ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤ the   ▐  the ⣤⣤⡴⠶⠞⠛⠉⠉⠈⠢⢀⡼⠋⡾⠋  ⡠⠒⠉⠢⠤⠤ the  ▌   the ⣤⣤⡴⠶⠛⠉⢀⣠⡾⠋⢀⡼⣰⣰⠏⠁        the    │ .547 12 on → 4 on
              mat ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⠋⠉⠉⠉⠉⣤⣤⣤⣤⣤ mat   ▐  mat ⠤⠤⠒⠊⠉ ⠉⠢⢀⣴⠟⠁⠋⠟⢀⠔⠉       mat  ▌   mat ⣤⣤⠶⠞⢀⣤⠞⠋⣰⣠⢀⣼⣼⠏⠃         mat    │ .539  0 [CLS] → 0 [CLS]
                . ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⠋⠉⠉⠉⠉⣤⣤⣤⣤⣤ .     ▐    . ⠤⠤⣀   ⣀⣴⠟⠁⠟⠁⠏⠔⠁     ⣀⠤⠤ .    ▌     . ⣤⣤⠶⠞⠋⡼⣠⢀⡾⢀⡾⣼⠃⠃          .      │ .508  6 mat → 0 [CLS]
            [SEP] ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤ [SEP] ▐[SEP] ⣤⣤⣀⠉⣀⡼⠛⠁⠟⠁⡾⠃⠁ ⠑⢄ ⡠⠒⠉⣀⠤⠤ [SEP]▌ [SEP] ⣤⣤⠶⠛⣰⢀⣴⠟⣠⢀⣼⠃⠃           [SEP]  │ .496  1 the → 5 the
          2   the ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤ the   ▐  the ⣤⣤⠉⠛⠶⣤⣀⠁⣠⡿⠁ ⠑⢄⢀⠔⠉⡠⠒⠉    the  ▌   the ⣤⣤⠶⢀⣴⠟⢀⣴⢀⡾⠃⠃            the    │ .485 16 [SEP] → 8 [SEP]
              cat ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⠋⠉⠉⠉⠉⣤⣤⣤⣤⣤ cat   ▐  cat ⣤⣤⠶⠛⠉⠈⠛⢷⣄⠢⡀ ⢀⠔⠁⠔⠉  ⠉⠒⠤⠤ cat  ▌   cat ⣤⡴⠶⠋⠁⣠⡞⢠⡾⠁⠃             cat    │ .481  3 sat → 0 [CLS]
              lay ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤ lay   ▐  lay ⠤⠔⠊⠁⣀⣠⡞⠁⠙⢷⣄⡐⠁⠔⠁ ⠉⠢⣀     lay  ▌   lay ⣤⡴⠞⢠⡾⠋⣠⡟⠁⠃              lay    │ .477  2 cat → 10 cat
               on ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⠋⠉⠉⠉⠉⣤⣤⣤⣤⣤ on    ▐   on ⠤⠤⠒⢠⡾⠋⠋  ⡠⠙⢧⡀⢄     ⠉⠒⠤⠤ on   ▌    on ⣤⡴⠞⠋⢀⣴⠟⠏⠃               on     │ .470 11 lay → 0 [CLS]
              the ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤ the   ▐  the ⣤⡴⠞⠋⠚⠁ ⡠⠊⡠⠊⠈⠻⣦⡀⢄        the  ▌   the ⣤⡴⠞⣴⠟⠁⠋⠃                the    │ .347  4 on → 12 on
              rug ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤ rug   ▐  rug ⠤⠔⠊ ⣀⠔⠉⡠⠊    ⠈⠻⣦⣀⠢⣀     rug  ▌   rug ⣤⡴⠞⠁⠟⡾⠃                 rug    │ .329  7 . → 15 .
                . ⣤⣤⣤⣤⣤⠶⠶⠶⠶⠞⠛⠛⠛⠋⠉⠉⠉⠉⠤⠤⠤⠤⠤ .     ▐    . ⠤⠤⠒⠉⣀⠔⠉        ⠈⠛⢧⣀⠉⠒⠤⠤ .    ▌     . ⣤⡴⠞⠁⠏⠁                  .      │ .101  7 . → 10 cat
            [SEP] ⠤⠤⠤⠤⠤⠒⠒⠒⠒⠊⠉⠉⠉⠁          [SEP] ▐[SEP] ⠤⠤⠒⠉              ⠉⠛⠶⣤⣤ [SEP]▌ [SEP] ⣤⡴⠞⠁                    [SEP]  │ .092  6 mat → 7 .
                                                ▐                                   ▌                                      │ .087  0 [CLS] → 7 .
                                                ▐                                   ▌                                      │ .086 15 . → 0 [CLS]
                                                                                                                           │ .084  3 sat → 7 .
         ▼3                                                                                                                │ .082 11 lay → 7 .
         head 2.9 looks at the same word elsewhere (.35 of its weight): the → the .69; else rests on [CLS] (sinks .29)
         layer 2 head 9  same .35  delim .17  strongest words q 5 "the" → k 1 "the" .694
         ←→ head  ↑↓ layer  + - zoom  ⏎ open  s sort  f filter  space on/off  o solo  a all  v meaning  V scale  : command                               ? help  q quit
        """#)
  }

  @Test func largeLinesInASCII() throws {
    let screen = try picture(
      ModelSample.bert(isPair: true), .large, width: 160, height: 50, glyphs: .ascii)
    #expect(
      screen
        == #"""
         bertviz-tui  sample-bert  6x12  17 tokens                                                                        1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         zoom large lines

        ^1 < 8                                    9                                    10                                 >| layer 2 head 9                    same .35
            1.8                       broad .75  1.9                        self .65  1.10                       same .55  |                                  delim .17
            [CLS] -------\         ------ [CLS]  [CLS] ======================= [CLS]  [CLS] ======================= [CLS]  | [CLS] ------------------------------ [CLS]
              the ===\    --------/  ==== the      the ===========/=========== the      the ====\       ====/====== the    |   the ------\        --------======= the
              cat --\ ===\---/   --=/---- cat      cat ===========/=========== cat      cat ===\ ====\=/ =====/==== cat    |   cat ----\  -----\-/  =====/=/===== cat
              sat -----/  =\     =/ ----- sat      sat ===========/=========== sat      sat =====/\   ==\ =/==/     sat    |   sat -------/\    ===/  =/===/      sat
               on ----------==\=/--/  --- on        on ===========/=========== on        on ===\ ====/  =====\ ---- on     |    on ----\  =====/   ==/=/-\  ----- on
              the ----\-\ \ --/=\----/--- the      the ===========/=========== the      the ====/=\/ =\/=// --===== the    |   the ======/--/ --\=/==/  ---/----- the
              mat ---\ --\-/=/   ===\---- mat      mat ===========/=========== mat      mat ===/   =\=/// -/        mat    |   mat -----/   -\==/=//  -/          mat
                . -----\  =/\\  /--/ ==== .          . ===========/=========== .          . ===\   =/=//=\     ---- .      |     . ----\--\ =/==/=/--/      ----- .
            [SEP] ------=/------\-------- [SEP]  [SEP] ===========/=========== [SEP]  [SEP] ===\==/=/ /\  =\--/==== [SEP]  | [SEP] ====\===/=/--/-/   -\---/----- [SEP]
          1   the ====\/  -\-/  \--\ ---- the      the ===========/=========== the      the ===/==/==// =\-/==/     the    |   the ====/===\-\=// ---\-/---/      the
              cat ===/ ====\\ \  -------- cat      cat ===========/=========== cat      cat ===/=/ //=\ -/=/   ==== cat    |   cat ====/-/  =\--\  --/-/ -------- cat
              lay ----/   / ==\-/-------- lay      lay ===========/=========== lay      lay ==/ -=// =\\=/  ==\     lay    |   lay ---/ --=// ==\-/--/  ---\      lay
               on -------/----/====\  --- on        on ===========/=========== on        on ---=///  -//=\     ==== on     |    on ----==//   --/=\--\      ----- on
              the -----\  -/     -\\===== the      the ===========/=========== the      the ==/=// -/=/ =\=\        the    |   the ===/-/   -/--/  ==\-\          the
              rug --/ ---/--\    ---\---- rug      rug ===========/=========== rug      rug ==/---/=/     =\==\     rug    |   rug ---/ ---/-/        =\---\      rug
                . ---/    --------\------ .          . ===========/=========== .          . ---/==/         ==\==== .      |     . ----/---/            ===\----- .
            [SEP] -------/---/     ------ [SEP]  [SEP] ===========/            [SEP]  [SEP] ===/               ==== [SEP]  | [SEP] ----/                    ===== [SEP]
                                                                                                                           |
                                                                                                                           | top pairs
                                                                                                                           | .694  5 the > 1 the
            2.8                        self .45 [2.9                        same .35] 2.10                       self .25  | .670  8 [SEP] > 16 [SEP]
            [CLS] ======================= [CLS] [[CLS] ----------------------- [CLS]] [CLS] ======================= [CLS]  | .656  9 the > 1 the
              the ===========/=========== the   [  the ----\       ------===== the  ]   the ===========/====/==/    the    | .642 10 cat > 2 cat
              cat ===========/=========== cat   [  cat ---\ ----\-/ ====//==== cat  ]   cat ===========/===/=/      cat    | .636 13 the > 1 the
              sat ===========/=========== sat   [  sat -----/\   ==/ =/==/     sat  ]   sat =====/=====/=//=/       sat    | .587 14 rug > 0 [CLS]
               on ===========/=========== on    [   on ---\ ====/  =/=/-\ ---- on   ]    on ====/==/===/==//        on     | .570 15 . > 7 .
              the ===========/=========== the   [  the ====/--/ -\/=// --/---- the  ]   the ====/===/==////         the    | .547 12 on > 4 on
              mat ===========/=========== mat   [  mat ---/   -\=/// -/        mat  ]   mat ===/==/===////          mat    | .539  0 [CLS] > 0 [CLS]
                . ===========/=========== .     [    . ---\   =/=//-/     ---- .    ]     . ===/===//////           .      | .508  6 mat > 0 [CLS]
            [SEP] ===========/=========== [SEP] [[SEP] ===\==/=/ //  -\--/---- [SEP]] [SEP] ===/=/=/=///            [SEP]  | .496  1 the > 5 the
          2   the ===========/=========== the   [  the ===/==\-=// -\-/--/     the  ]   the =====//////             the    | .485 16 [SEP] > 8 [SEP]
              cat ===========/=========== cat   [  cat ===/-/ =\-\ -/-/   ---- cat  ]   cat ==/===////              cat    | .481  3 sat > 0 [CLS]
              lay ===========/=========== lay   [  lay --/ -=// =\/-/  --\     lay  ]   lay ==/=/==//               lay    | .477  2 cat > 10 cat
               on ===========/=========== on    [   on ---=//   -/\-\     ---- on   ]    on ==/=////                on     | .470 11 lay > 0 [CLS]
              the ===========/=========== the   [  the ==/-/  -/-/ =\-\        the  ]   the ==/=///                 the    | .347  4 on > 12 on
              rug ===========/=========== rug   [  rug --/ --/-/     =\--\     rug  ]   rug ==/=//                  rug    | .329  7 . > 15 .
                . ===========/----------- .     [    . ---/--/         ==\---- .    ]     . ==/=/                   .      | .101  7 . > 10 cat
            [SEP] -----------/            [SEP] [[SEP] ---/               ==== [SEP]] [SEP] ==/                     [SEP]  | .092  6 mat > 7 .
                                                [                                   ]                                      | .087  0 [CLS] > 7 .
                                                [                                   ]                                      | .086 15 . > 0 [CLS]
                                                                                                                           | .084  3 sat > 7 .
         v3                                                                                                                | .082 11 lay > 7 .
         head 2.9 looks at the same word elsewhere (.35 of its weight): the > the .69; else rests on [CLS] (sinks .29)
         layer 2 head 9  same .35  delim .17  strongest words q 5 "the" > k 1 "the" .694
         Left Right head  Up Down layer  + - zoom  Enter open  s sort  f filter  space on/off  o solo  a all  v meaning  V scale  : command              ? help  q quit
        """#)
  }

  @Test func theWideIndex() throws {
    let screen = try picture(ModelSample.bert(), .index, width: 160, height: 50)
    #expect(
      screen
        == #"""
         bertviz-tui  sample-bert  6×12  9 tokens                                                                         1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         zoom index

        lay    0        1        2        3        4        5        6        7        8        9        10       11    │ layer 2 head 9                       same .35
          0 prv .25  sam .95  1st .85  nxt .75  brd .65  slf .55  sam .45  pun .35  nxt .25  brd .95  slf .85  sam .75  │                                     delim .17
                                                                                                                        │ [CLS] ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⣀⣀⣀⣀⣀⣀⠤⠤⠤ [CLS]
                                                                                                                        │   the ⠤⠤⠤⢄⣀⣀⡀⣀⣀   ⢀⣀⣀⠤⠤⠤⠒⠒⠊⠉⠉⢀⡠⠔⢀⣀⣀⣠⣤⣤⣤ the
            sep .13  sep .47  sep .43  sep .38  sep .32  sep .28  sep .22  sep .17  sep .13  sep .47  sep .43  sep .38  │   cat ⠤⠤⠤⠤⠤⠒⠒⠒⠒⠉⠉⠉⠁⠤⠒⠊⠉⠁⠊⡠⣀⣠⣤⠶⠞⠛⠋⠉⠉⠁⠤⠤⠤ cat
                                                                                                                        │   sat ⠤⠤⠤⠤⠒⠒⠒⠊⠉⠉⠤⠔⠒⠉⢀⣀⣤⠶⠞⠛⠉⠁⠉⠉⠒⠒⠒⠒⠤⠤⠤⠤⠤ sat
          1 sam .75  1st .65  nxt .55  brd .45  slf .35  s-x .25  1st .95  nxt .85  brd .75  slf .65  sam .55  1st .45  │    on ⠤⠤⠤⠔⠒⠒⠊⠉⢀⣀⣤⡴⠶⠛⠋⠉⠉⠊⠈⠉⠒⠢⠤⣀⡀         on
                                                                                                                        │   the ⣤⣤⣤⡴⠶⠶⠞⠛⠋⠉⢀⡠⠒⠉⠒⠁        ⠈⠉⠑⠒⠒⠢⠤⠤⠤ the
                                                                                                                        │   mat ⠤⠤⠤⠒⠒⠉⣀⡠⠔⠊⠁⠒⠁                     mat
            sep .38  sep .32  sep .28  sep .22  sep .17  sep .13  sep .47  sep .43  sep .38  sep .32  sep .28  sep .22  │     . ⠤⠤⠤⠒⠒⠉⣀⠤⠒⠁                        .
                                                                                                                        │ [SEP] ⠤⠤⠔⠒⠊⠉                            [SEP]
          2 1st .45  nxt .35  brd .25  aln .95  sam .85  1st .75  nxt .65  brd .55  slf .45  sam .35  slf .25  nxt .95  │
                                                                                                                        │ top pairs
                                                                                                                        │ .737 5 the → 1 the
            sep .22  sep .17  sep .13  sep .47  sep .43  sep .38  sep .32  sep .28  sep .22  sep .17  sep .13  sep .47  │ .562 7 . → 0 [CLS]
                                                                                                                        │ .556 2 cat → 0 [CLS]
          3 nxt .95  shp .85  slf .75  sam .65  1st .55  nxt .45  brd .35  slf .25  1st .95  1st .85  nxt .75  brd .65  │ .549 6 mat → 0 [CLS]
                                                                                                                        │ .549 0 [CLS] → 0 [CLS]
                                                                                                                        │ .545 3 sat → 0 [CLS]
            sep .47  sep .43  sep .38  sep .32  sep .28  sep .22  sep .17  sep .13  sep .47  sep .43  sep .38  sep .32  │ .507 8 [SEP] → 0 [CLS]
                                                                                                                        │ .501 4 on → 0 [CLS]
          4 brd .65  slf .55  sam .45  1st .35  nxt .25  brd .95  vrt .85  sam .75  1st .65  nxt .55  brd .45  slf .35  │ .412 1 the → 5 the
                                                                                                                        │ .133 1 the → 3 sat
                                                                                                                        │ .101 3 sat → 2 cat
            sep .32  sep .28  sep .22  sep .17  sep .13  sep .47  sep .43  sep .38  sep .32  sep .28  sep .22  sep .17  │ .099 7 . → 8 [SEP]
                                                                                                                        │ .099 1 the → 2 cat
          5 slf .35  sam .25  1st .95  nxt .85  ind .75  slf .65  sam .55  1st .45  nxt .35  brd .25  slf .95  prv .85  │ .098 4 on → 2 cat
                                                                                                                        │ .095 8 [SEP] → 7 .
                                                                                                                        │ .094 0 [CLS] → 2 cat
            sep .17  sep .13  sep .47  sep .43  sep .38  sep .32  sep .28  sep .22  sep .17  sep .13  sep .47  sep .43  │ .088 4 on → 8 [SEP]
                                                                                                                        │ .085 1 the → 7 .
                                                                                                                        │ .082 8 [SEP] → 2 cat
                                                                                                                        │ .082 6 mat → 8 [SEP]
                                                                                                                        │ .082 2 cat → 2 cat
                                                                                                                        │ .080 2 cat → 7 .
                                                                                                                        │ .079 6 mat → 2 cat
                                                                                                                        │ .078 3 sat → 7 .
                                                                                                                        │ .078 6 mat → 7 .
                                                                                                                        │ .075 0 [CLS] → 7 .
                                                                                                                        │ .075 8 [SEP] → 8 [SEP]
                                                                                                                        │ .074 4 on → 7 .
                                                                                                                        │ .073 8 [SEP] → 6 mat
                                                                                                                        │ .073 0 [CLS] → 8 [SEP]
               prv nxt slf dec off     1st sep pun vrt     sam s-x ind sub aln     brd blk     shp mix                  │ .072 3 sat → 8 [SEP]
         head 2.9 looks at the same word elsewhere (.35 of its weight): the → the .74; else rests on [CLS] (sinks .50)
         layer 2 head 9  same .35  delim .17  strongest words q 5 "the" → k 1 "the" .737
         ←→ head  ↑↓ layer  + - zoom  ⏎ open  s sort  space on/off  o solo  a all  v meaning  V scale  : command                                         ? help  q quit
        """#)
  }

  @Test func theRankedIndex() throws {
    let screen = try picture(ModelSample.bert(), .index, width: 80, height: 24, keys: "s g")
    #expect(
      screen
        == #"""
         bertviz-tui  sample-bert  6×12   1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         sort same   * sinks left out   zoom index

        rank                                             │ layer 4 head 7      same .75
          1 4.7  0.11 4.2  5.6  5.11 0.6  0.1  1.5  5.1  │                    delim .38
            .98* .97* .94* .94* .90* .84* .84* .83* .81* │ [CLS] ⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⢀⢀⣀⣤⣤ [CLS]
         10 1.0  1.10 2.4  2.9  3.8  3.3  5.2  1.11 0.2  │   the ⣤⣤⣀   ⣀⣠⢀⣀⣠⠶⠛⣀⣤⣤ the
            .79* .79* .68* .62* .60* .59  .23* .20* .18* │   cat ⣤⣤⠉⠛⠶⣄⣀⣴⡾⣀⣠⠶⠛⠉   cat
         19 1.6  5.7  1.1  2.7  2.2  5.5  3.0  0.5  0.0  │   sat ⣤⣤⠶⠞⣀⠈⠙⢷⣦⡀⠁      sat
            .15* .13* .12* .09  .09  .08  .08  .08  .08  │    on ⣤⣤⠶⠛⣀⡴⠞⠁⠈⠳⢦⣀     on
         28 4.4  5.10 4.6  1.3  4.1  4.9  5.0  1.8  0.9  │   the ⣤⣤⠶⠛⠉⠋⠏⠟   ⠉⠛⠶⣤⣤ the
            .07  .07  .07  .07  .07  .06  .06  .06  .05  │   mat ⣤⡴⠞⠋⠟⠁⠋          mat
         37 0.10 4.8  3.10 0.7  3.5  4.11 2.8  1.7  5.8  │     . ⣤⡴⠞⠁⠏            .
            .05  .05* .04  .04* .03  .03  .03  .03  .02  │ [SEP] ⣤⡴⠞⠁             [SEP]
         46 3.2  0.4  2.1  5.9  2.6  2.11 0.3  1.9  2.3  │
            .02  .02  .02  .01  .01  .01  .01  .01  .01  │ top pairs
         55 3.7  4.0  4.5  5.4  1.2  2.10 4.10 0.8  4.3  │ .993 1 the → 5 the
            .01  .01  .01  .01  .01  .01  .01  .01  .01  │ .951 5 the → 1 the
         64 3.6  3.9  1.4  5.3  3.4  3.1  3.11 2.0  2.5  │ .921 4 on → 0 [CLS]
            .00  .00  .00  .00  .00  .00  .00  .00  .00  │ .918 3 sat → 0 [CLS]
                                                         │ .913 6 mat → 0 [CLS]
                                                         │ .909 7 . → 0 [CLS]
         layer 4 head 7  same .75  delim .38  strongest words q 1 "the" → k 5 "the" .993
         ←→ head  ↑↓ layer  + - zoom  ⏎ open  s sort  space on/off       ? help  q quit
        """#)
  }

  @Test func theRankedIndexInASCII() throws {
    let screen = try picture(
      ModelSample.bert(), .index, width: 80, height: 24, glyphs: .ascii,
      keys: "':only delim' Enter ':sort entropy' Enter g")
    #expect(
      screen
        == #"""
         bertviz-tui  sample-bert  6x12   1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         sort entropy   only delim 72/72   zoom index

        rank                                             | layer 0 head 10     self .85
          1 0.10 4.4  0.0  1.11 5.0  2.7  2.2  4.9  1.6  |                    delim .43
            2.78 2.78 2.73 2.68 2.67 2.66 2.61 2.58 2.54 | [CLS] ---------------- [CLS]
         10 5.5  3.3  1.1  0.5  5.10 3.8  2.9  3.0  3.5  |   the -------/-------- the
            2.52 2.48 2.47 2.47 2.45 2.31 2.29 2.11 2.04 |   cat -------/-------- cat
         19 4.6  1.3  1.8  4.11 2.4  4.1  5.7  5.2  3.10 |   sat -------/-------- sat
            1.97 1.89 1.88 1.84 1.83 1.81 1.72 1.70 1.70 |    on -------/-------- on
         28 1.10 0.1  0.9  2.11 0.7  3.2  2.6  4.8  0.2  |   the -------/-------- the
            1.49 1.44 1.42 1.42 1.38 1.32 1.31 1.25 1.21 |   mat -------/-------- mat
         37 5.9  0.4  5.4  2.1  3.7  1.5  2.8  4.5  2.3  |     . -------/-------- .
            1.20 1.17 1.16 1.16 1.15 1.14 1.03 0.97 0.80 | [SEP] -------/   ----- [SEP]
         46 4.0  4.10 5.1  1.0  1.7  1.2  0.11 5.8  4.7  |
            0.73 0.70 0.70 0.68 0.64 0.63 0.60 0.60 0.59 | top pairs
         55 0.6  5.11 5.6  3.11 3.6  0.8  4.3  0.3  3.1  | .451 1 the > 0 [CLS]
            0.53 0.53 0.49 0.45 0.44 0.41 0.41 0.41 0.38 | .434 6 mat > 5 the
         64 1.9  1.4  5.3  2.10 3.9  3.4  4.2  2.5  2.0  | .423 0 [CLS] > 0 [CLS]
            0.37 0.36 0.29 0.27 0.25 0.25 0.22 0.18 0.17 | .378 2 cat > 1 the
                                                         | .362 4 on > 3 sat
                                                         | .342 7 . > 6 mat
         layer 0 head 10  entropy 2.78  self .85  delim .43  q 6 "mat" > k 5 "the" .434
         Left Right head  Up Down layer  + - zoom  Enter open  s sort    ? help  q quit
        """#)
  }

  @Test func rankedThumbnailsInASCII() throws {
    let screen = try picture(
      SampleRecord.bert(isPair: true), .thumbnails, width: 160, height: 50, glyphs: .ascii,
      keys: "s g Down")
    #expect(
      screen
        == #"""
         bertviz-tui  sample-bert  6x12  17 tokens                                                                        1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         sort same   * sinks left out   zoom thumbnails

        rank                                                                                                              | layer 2 head 9                     same .56
            4.7  .91* 4.2   .88 0.1   .87 5.11  .84 0.6   .82 5.6   .81 5.1   .80 0.11  .80 1.10  .73 1.5   .72 1.0   .65 |
            @  @ @    @  @ @    @..#.#  . #  @ @    #..#.*  . #  @ #. . #. # @.   * .@.#.   #  #.#    #  @ @    *. # *..  | [CLS] ------------------------------- [CLS]
          1 @@ .  #   @# .. #   @@    # . #@  . #   @@    @   ##   .# - #@ -  * . *#... @.  ##  . #   ##. ..*.  *# . .#.  |   the ------\         --------======= the
             @      @  @ .    @  @.  .  @  @  .   #  @      @  @      # .@.. -  #  #. .. .#  # .  . #  #......#  #   ...# |   cat ----\  -----\--/ -=====/=/===== cat
            @@@       @@@.      @@@       #@#       #@@       ###  .  . ##@     . *##.. ..  ##*..   . ###. ..   *#*.....  |   sat -------/\    ====/ ==/===/      sat
                @         @        .#  .   .  #         #         @   .     #         #   . -   @  .  . . #.  .    .#. .  |    on ----\  =====//   =/==/-\  ----- on
           [2.9   .56]2.4   .48 3.8   .33 3.3   .32 4.8  .17* 0.7  .14* 3.9  .14* 0.2  .12* 4.3  .12* 1.8   .12 5.2  .11* |   the ======/--/  -\==/=//  ---/----- the
           [*..*.*...]*..=.*... *..=.=... =..-.-... #.    . . *. ....   @         *. . ...  # .       .=..#.=.. * . ..... |   mat -----/   --\=/==// --/          mat
         12[*#....=..]#=....#.. *-....=.  ==....=.. #.    . . *. ...    @         #. . ..   # .       *..= * .* *   . ... |     . ----\--\ ==/=/ / -/       ----- .
           [.#......#].*......* .-.....-* .=......* #.    . . *  ...    @         *.   ..   # .       .#*.=..#. *   . ... | [SEP] ====\===/==/-=/-/  --\---/----- [SEP]
           [*#*...  .]***...... *-=...... ==-...... #.    . . *. ...  . @         #. . ...  # .        .**..=.* *   ..... |   the ====/===\/-=// ---\--/---/      the
           [....*   .] ...*. .. ....-.... ....=.... #.    . . *  ...    @         #. . ..   # .       .. ..* =- *   ..... |   cat ====/-/  ==\-\   -/--/ -------- cat
            1.3   .11 4.0   .11 3.1   .11 3.11  .11 2.0  .10* 1.11  .10 5.7  .10* 2.2   .10 2.7   .10 3.6   .10 4.10  .10 |   lay ---/ --=//  =\--/-/   ---\      lay
            .=..*.*..  #  @ #.   @  @ #    @  @ #   #    .. . =........ * . ....  .-..-.=.. .=..=.-..  #  @ #    # .#.@   |    on ----==/-/   -/==\-\       ----- on
         23 *..# *..* @  @ @  @ @  @ @  @ @  @ @  @ #    -... =... ...  * . ....  =..*.=..= *..=.-..= @  @ @  @ @ .#.#  # |   the ===/--/  --/-/   =\--\          the
            .*#.*. *.  @# @  @   @@ @  @   #@ @  @  #    .. . =........ = . ....  .--.=..-. .==.-..=.  @@ @  @   @@ #. #  |   rug ---/ ---/--/       ==\---\      rug
            ..*=..*.*   #@  @ #  .@@  # @ . @@  # # #    -. . =........ * . ..-.  ..==..=.=  .-=..=.=   #@. @.# . @# .# @ |     . ----/---/             ===\----- .
            ... .=.*       # @.      @ @       @ @  #    -. . =........ = . ...   .....-.-. .....=.=       @ #       @ @  | [SEP] ----/                     ===== [SEP]
            5.4   .10 0.9   .10 0.0   .09 5.9   .09 1.6   .09 1.1   .08 3.4  .08* 0.10  .08 5.0   .08 0.5   .08 5.10  .08 |
            .#. #.#    #  #.# . =-.......  # .*-* . =........ -.......  # ..      ==....... *=....... -=......- -=....... | top pairs
         34 *..#.# .* #. *.*. @ .=-=..... *..#.#..* =........ =........ # ..      .===..... .-==..... .===..... .===..... | .694  5 the > 1 the
            .## # .#. -#*.*. *. ...==-... .##.*..*. =........ -........ # ..      ...===... ...--=..- ...-==... ...--=... | .670  8 [SEP] > 16 [SEP]
              ##..# *  .@#. *.# .....=-=. . *#..#.# =........ -........ # ..      .....=*=. .....==*. .....=--. .....-=-. | .656  9 the > 1 the
                .# #     ..#-*  .......== .    # #  =. ...... -........ # ..      .......=*   .....== .......-= .......=- | .642 10 cat > 2 cat
            5.5   .08 0.4   .08 3.5   .07 4.4   .07 4.9   .07 4.5   .07 4.1   .07 4.6   .06 3.0   .06 3.10  .05 4.11  .05 | .636 13 the > 1 the
            =-....... .# .=.*   .*=...... .**...... .==......  #  @ @   **..... . =*......  .*=...  . .*# ... . *=......  | .587 14 rug > 0 [CLS]
         45 .===..... #  # #..# ..=**..-. ..=--.... ..==-.... @  @ @  @ .***.. .. .***....  ..***.... ..***.... .#*=..... | .570 15 . > 7 .
            ...-*=... .#*.#..*. ....-##.. ....=-=.. ....===.. .#@ @. *  ...***... . .#*=... ....=**.. ..-.***.  ...#=#... | .547 12 on > 4 on
            .....==-.  .*#  # #  .... *** ......=== . ....===  .@@ .@ # .....-**.   ...*#*.   ....=##  .....##= .....=**. | .539  0 [CLS] > 0 [CLS]
            .......==   . .@ *.     .  .#  .......=  .......=      # #   .. .. *=  . ... =*   ..  . * - .  .. * . ... .#= | .508  6 mat > 0 [CLS]
            2.1   .04 3.7   .04 3.2   .03 2.11  .03 2.6   .03 1.7   .03 1.2   .02 5.8   .02 2.3   .02 1.9   .02 0.3   .01 | .496  1 the > 5 the
            .##  . .  ## .    . ** ... .   ##   . .  ##  . ..  ##    .   @#.    .  @@       @#        @@   .     @@.      | .485 16 [SEP] > 8 [SEP]
         56   *##-.    *#*....   ###...   ..*#* ...  .##* ...   #@#   .  .##@ ..    @@@      #@#  . -  @@@       .@@#  .  | .481  3 sat > 0 [CLS]
            ....###.. .  *##. .    ###  .    .*@# .  .  ###.. . . ##*..  .. ### .     @@@    . ###..     @@@    . . @##   | .477  2 cat > 10 cat
               .  ###      ###     . #@*   ...  ###  .....##*  .    #@#   .   #@@  .    @@@      ##@      .@@@        @@@ | .470 11 lay > 0 [CLS]
                . . *   ... .=#  .  .  ##   -.    *   .     #         @         @     .   @ .   .. #*        #@         @ | .347  4 on > 12 on
            2.8   .01 5.3   .01 0.8   .01 1.4   .01 2.10  .01 2.5   .00                                                   | .329  7 . > 15 .
            @#   .     @#        @@   .   @@        @         @                                                           | .101  7 . > 10 cat
         67  #@@        @@@       @@#   . .*@@      @         @                                                           | .092  6 mat > 7 .
             . @##        #@@.  .   @@@      @@@    @         @                                                           | .087  0 [CLS] > 7 .
               . #@@      -.@@@       @@@      @@@  @         @                                                           | .086 15 . > 0 [CLS]
               .  .@*         @         @        @@ @         @                                                           | .084  3 sat > 7 .
                                                                                                                          | .082 11 lay > 7 .
         head 2.9 looks at the same word elsewhere (.56 of its weight, 5.3x chance): the > the .69; else rests on [CLS] (sinks .29)
         layer 2 head 9  same .56 5.3x chance  strongest words q 5 "the" > k 1 "the" .694
         Left Right head  Up Down layer  + - zoom  Enter open  s sort  f filter  space on/off  o solo  a all  v meaning  V scale  : command              ? help  q quit
        """#)
  }
}
