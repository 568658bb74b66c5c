import Attention
import TerminalUI
import Testing

@testable import Explorer

/// What the head view looks like.
@Suite struct HeadPictureTests {
  private static let dark = Theme(.dark, depth: .indexed256, glyphs: .unicode)
  private static let ascii = Theme(.dark, depth: .indexed256, glyphs: .ascii)
  private static let mono = Theme(.mono, depth: .none, glyphs: .unicode)

  private func picture(
    _ record: AttentionRecord, keys: String, theme: Theme, width: Int = 80, height: Int = 24
  ) throws -> String {
    var state = ExplorerState(record: record, request: nil, width: width, height: height)
    try state.press(keys)
    return state.render(theme: theme).text
  }

  @Test func oneHead() throws {
    let picture = try picture(
      SampleRecord.bert(), keys: "] ] } } } o j j j j j J", theme: Self.dark)
    #expect(
      picture == """
         bertviz-tui  sample-bert  6×12   1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         layer 2   heads 1/12                                                  prev .89
         heads   0   1   2  ‹3›  4   5   6   7   8   9  10  11
           query                                                   key    head 3
         0 [CLS] ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⣤⣤⣤⣤⣤⡤⠤⢀⣀⡠⠤⠤⠤ 0 [CLS]  .01 ▏
                                  ⢀⣀⣀⣀⡠⠤⠤⠤⠔⠒⠒⠒⠊⠉⠉⠉⠉  ⣀⠤⠔⠊⠉⠁
         1   the ⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠉⠉⠉⠉⠁              ⣀⠤⠒⠉⣀⣀⣀⡠⢀⣀⣀⡠⠤⠤⠤ 1 the    .01 ▏
                                  ⢀⣀⣀⣀⡠⠤⠤⠤⠔⠒⠒⢀⡠⠔⠉⠉⠉⢀⣀⠤⠒⠒⠉⠁
         2   cat ⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠉⠉⠉⠉⠁       ⢀⠤⠒⠁ ⣀⠤⠒⠊⠁⣀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠤⠤ 2 cat      ·
                                  ⢀⣀⣀⣀⡠⢀⠤⠊⠁⣀⠤⠒⠉⠉⠉⠉⠉
         3   sat ⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠉⠉⠉⠉⠁ ⣀⠤⠊⣀⠤⠒⠉        ⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠤⠤ 3 sat      ·
                                 ⡠⠔⣀⠤⠒⠉⠤⠤⠤⠔⠒⠒⠒⠊⠉⠉⠉⠉
         4    on ⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⣀⢀⣀⠤⠒⠉           ⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤⣴⣶⣶⣶⣶⣶⣶⣶ 4 on     .93 █████████▍
                        ⢀⣀⣀⠤⠒⠊⣀⣀⣀⣀⣠⣤⣤⣤⣴⣶⣶⣶⡾⠿⠿⠿⠟⠛⠛⠛⠛⠉⠉⠉⠉⠉⠁
        ▸5   the ⣶⣶⣶⣶⣶⣶⣶⡾⠿⠿⠿⠿⠿⠛⠛⠛⠛⠋⠉⠉⠉⠁            ⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠤⠤ 5 the◂     ·
                        ⠈⠉⠑⠒⠢⠤⣀⡀⠤⢄⣀⡀⣀⣀⡠⠤⠤⠤⠔⠒⠒⠒⠊⠉⠉⠉⠉
         6   mat ⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠉⠈⠉⠒⠢⠤⣀⠑⠒⠢⠤⢄⣀⡀       ⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠤⠤ 6 mat      ·
                                  ⢀⣀⣀⠉⠑⠒⠤⣀⡀⠈⠉⠑⠒⠢⠤⢄⣀⣀
         7     . ⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠉⠉⠉⠉⠁       ⠈⠉⠒⠤⢄⣀   ⣀⠉⠉⠉⠒⠒⠒⠒⠤⠤⠤⠤⠤ 7 .      .01 ▏
                                  ⢀⣀⣀⣀⡠⠤⠤⠤⠔⠒⠒⠒⠊⠉⠉⠑⠒⠤⢄⣀⡀
         8 [SEP] ⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠉⠉⠉⠉⠁                   ⠈⠉⠑⠒⠒⠒⠤⠤⠤⠤ 8 [SEP]  .02 ▎
         head 2.3 looks at the token before (.89 of its weight, 8.0× chance)
         q 5 "the" → k 5 "the"  weight .003  head 3  rank 8/9   rest of the row: on .93
         ↑↓ token  [ ] layer  { } head  space on/off  o solo  a all      ? help  q quit
        """)
  }

  @Test func oneHeadInASCII() throws {
    let picture = try picture(
      SampleRecord.bert(), keys: "] ] } } } o j j j j j : 'key 1' Enter", theme: Self.ascii)
    #expect(
      picture == """
         bertviz-tui  sample-bert  6x12   1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         layer 2   heads 1/12                                                  prev .89
         heads   0   1   2  <3>  4   5   6   7   8   9  10  11
           query                                                   key    head 3
         0 [CLS] ...                                     ------- 0 [CLS]  .01
                                                    ----/
         1   the ...                            ---/    -------- 1 the<   .01
                                             --/   ----/
         2   cat ...                      --/ ----/          ... 2 cat      .
                                       --/---/
         3   sat ...                --/--/                   ... 3 sat      .
                                 -----/
         4    on ...         -----/             ================ 4 on     .93 #########-
                        -----/   ==============/
        >5   the ===============/                            ... 5 the      .
                          ------\\---\\
         6   mat ...             ----\\-----\\                 ... 6 mat      .
                                      ----\\ --------\\
         7     . ...                       ----\\     ----------- 7 .      .01
                                                ------\\
         8 [SEP] ...                                   --------- 8 [SEP]  .02
         head 2.3 looks at the token before (.89 of its weight, 8.0x chance)
         q 5 "the" > k 1 "the"  weight .013  head 3  rank 3/9   rest of the row: on .93
         Up Down token  [ ] layer  { } head  space on/off  o solo        ? help  q quit
        """)
    #expect(picture.unicodeScalars.allSatisfy { $0.isASCII })
  }

  @Test func withoutColourOtherLinesAreDotted() throws {
    let picture = try picture(
      SampleRecord.bert(), keys: "] ] } } } o j j j j j J", theme: Self.mono)
    #expect(
      picture == """
         bertviz-tui  sample-bert  6×12   1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         layer 2   heads 1/12                                                  prev .89
         heads   0   1   2  ‹3›  4   5   6   7   8   9  10  11
           query                                                   key    head 3
         0 [CLS] ⠤⠤⠤                                      ⢀⣀⡠⠤⠤⠤ 0 [CLS]  .01 ▏
                                                     ⣀⠤⠔⠊⠉⠁
         1   the ⠤⠤⠤                             ⣀⠤⠒⠉    ⢀⣀⣀⡠⠤⠤⠤ 1 the    .01 ▏
                                             ⢀⡠⠔⠉  ⢀⣀⠤⠒⠒⠉⠁
         2   cat ⠤⠤⠤                      ⢀⠤⠒⠁ ⣀⠤⠒⠊⠁         ⠤⠤⠤ 2 cat      ·
                                       ⢀⠤⠊⠁⣀⠤⠒⠉
         3   sat ⠤⠤⠤                ⣀⠤⠊⣀⠤⠒⠉                  ⠤⠤⠤ 3 sat      ·
                                 ⡠⠔⣀⠤⠒⠉
         4    on ⠤⠤⠤         ⣀⢀⣀⠤⠒⠉           ⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤⣴⣶⣶⣶⣶⣶⣶⣶ 4 on     .93 █████████▍
                        ⢀⣀⣀⠤⠒⠊⣀⣀⣀⣀⣠⣤⣤⣤⣴⣶⣶⣶⡾⠿⠿⠿⠟⠛⠛⠛⠛⠉⠉⠉⠉⠉⠁
        ▸5   the ⣶⣶⣶⣶⣶⣶⣶⡾⠿⠿⠿⠿⠿⠛⠛⠛⠛⠋⠉⠉⠉⠁                      ⠤⠤⠤ 5 the◂     ·
                        ⠈⠉⠑⠒⠢⠤⣀⡀⠤⢄⣀⡀
         6   mat ⠤⠤⠤           ⠈⠉⠒⠢⠤⣀⠑⠒⠢⠤⢄⣀⡀                 ⠤⠤⠤ 6 mat      ·
                                     ⠉⠑⠒⠤⣀⡀⠈⠉⠑⠒⠢⠤⢄⣀⣀
         7     . ⠤⠤⠤                      ⠈⠉⠒⠤⢄⣀    ⠉⠉⠉⠒⠒⠒⠒⠤⠤⠤⠤⠤ 7 .      .01 ▏
                                                ⠉⠑⠒⠤⢄⣀⡀
         8 [SEP] ⠤⠤⠤                                  ⠈⠉⠑⠒⠒⠒⠤⠤⠤⠤ 8 [SEP]  .02 ▎
         head 2.3 looks at the token before (.89 of its weight, 8.0× chance)
         q 5 "the" → k 5 "the"  weight .003  head 3  rank 8/9   rest of the row: on .93
         ↑↓ token  [ ] layer  { } head  space on/off  o solo  a all      ? help  q quit
        """)
  }

  @Test func aLongInputFromTheKeysSide() throws {
    let picture = try picture(
      SampleRecord.causal(count: 60), keys: "} o Tab PgDn PgDn", theme: Self.dark)
    #expect(
      picture == """
         bertviz-tui  sample-gpt  2×4     1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         layer 0   heads 1/4                                                   same .43
         heads  0 ‹1› 2  3
          head 1             query                                                key
        ▀ ▲ 22 queries  Σ .00                                     ⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠤ ▲ 22
        ▀   ·             22  text                 ⣀⣀⣀⡠⠤⠤⠤⠔⠒⠒⠒⠉⠉⠉⠉⣉⣭⡵⡶⠟⠛⠉⠁     22 text
        ▀   ·             23    of ⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠉⠉⠉⠉⠤⠤⠒⠒⠊⠉⠁⡲⠭⠛⣀⢤⣴⡾⢟⡩⠓⠉⠁         23 of
        ▀   ·             24  many ⠤⠤⠤⠤⠤⠔⠒⠒⠒⠊⠉⠉⠁⠤⠤⠒⢒⣉⠭⠔⠒⠉⣀⢤⡲⣝⠞⠋⡡⠒⠁⠁            24 many
        ▀   ·             25 words ⠤⠤⠤⠤⠔⠒⠒⠒⠊⢉⣉⡠⠤⠔⠒⠉⠁ ⣀⠤⣒⠭⡲⠕⠊⢀⠔⠉⠋               25 words
        ▀   ·             26  that ⠤⠤⠤⠤⠔⠒⠒⠊⠉⠁   ⢀⡠⠤⢒⡩⢔⡪⠔⠉⠊⡠⠒⠁⠊                 26 that
        ▀▌  ·             27    go         ⣀⡠⠤⠒⢊⡡⠔⢊⡡⠒⠁⠊⢀⠤⠊⡪⠊                   27 go
        ▀▌  ·             28    on ⠤⠤⠤⠔⠒⠒⠉⢉⣀⠤⠔⠊⡡⠔⠊⠁⠒⠁⣀⠔⠁⠭⠊                     28 on
        ▀▌  ·             29   and ⠤⠤⠤⠔⠒⠒⠉⣁⡠⠔⠊⠉⠤⠊⠁ ⡠⠊⢔⠕⠁                       29 and
        ▀▌.03  ▎          30     a ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⢀⣀⣀⣠⣤⣤⣤ 30 a    ◂
        ▀▌.01  ▏          31  long ⠤⠤⠤⠒⠒⠉⠁   ⣀⠔⠊⠤⢊⠔⣀⣀⣀⡠⠤⠤⠤⠔⠒⠒⠒⠉⠉⢀⣀⢀⣠⣤⠶⠞⠛⠉⠉⠁    31 long
        ▀▌.02  ▏          32  text ⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠉⠉⠉⠉        ⢀⣠⣤⢀⣠⡴⠞⠋⠁           32 text
        ▀   ·             33    of ⠤⠤⠤⠒⠊⠉⣀⠤⠒⢁⠔⠊       ⢀⣀⣤⠶⢀⣠⡴⠞⠋⠁               33 of
        ▀ .01             34  many ⠤⠤⠔⠒⠊⢉⡠⠔⠊⠁     ⣀⣤⡴⠞⠋⣀⣤⠶⠋⠁                   34 many
        ▀ .01  ▏          35 words ⠤⠤⠔⠒⠊⠁   ⣀⣠⣤⠶⠞⠛⠉⢀⣠⡴⠞⠉                       35 words
        ▀ .14  █▎         36 ▸that ⣤⣤⣤⣤⠶⠶⠞⠛⠛⠉⠁⠒⢀⣠⡴⠞⠋⠁                          36 that
        ▀ .02  ▏          37    go ⠤⠤⠤⠔⠒⠒⠉⢀⣀⣤⡴⠞⠋⠁                              37 go
        ▀ ▼ 22 queries  Σ .41      ⣤⣤⣤⡴⠶⠶⠛⠋⠉                                   ▼ 22
         k 30 "a" ← q 36 "that"  weight .141  head 1  rank 1/60
         ↑↓ token  [ ] layer  { } head  space on/off  o solo  a all      ? help  q quit
        """)
  }

  @Test func severalHeadsOnAPair() throws {
    let picture = try picture(
      SampleRecord.bert(isPair: true), keys: "] } o Space } } Space } } } } } } Space j j j j >",
      theme: Self.dark, width: 160, height: 50)
    #expect(
      picture == """
         bertviz-tui  sample-bert  6×12  17 tokens                                                                        1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         layer 1   heads 3/12 max                                                                                                                       head 9 prev .92
         heads   0   1   2   3   4   5   6   7   8  ‹9› 10  11
             query                                                                                     key   1       3       9        max
         A 0 [CLS] ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⢤⣤⣤⣤⣤⣤⣤⣤⣤⣤⡤⠤⢀⣀⣀⣀⣀⣤⣤⣤⣤⣤⣤A 0 [CLS] █▎      ▍       ▏        .183  █████▏
         ▌                        ⠈⠉⠉⠉⠉⠒⠒⠒⠒⠢⠤⠤⠤⣀⣀⣀⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠉⠉⠉⠉⠉⠉⠉⠁⠤⣀⣀⣤⣤⡴⠶⠶⠛⠛⠛⠋⠉⠉⠉⠉      ▌
         ▌ 1   the ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠒⠒⠒⠊⠉⠉⠉⠉⠉⠉⠉ ⠈⠉⠉⠉⠒⠒⠒⠢⠤⠤⢄⣀⣀⣀⢀⣀⣀⠤⠤⠒⣀⣀⣤⣤⠶⠞⠛⠛⠉⠉⣀⣀⣀⣀⣀⣀⢀⣀⣀⣀⣀⣀⠤⠤⠤⠤⠤⠤⠤▌ 1 the   ▎       ▏       ▏        .037  █
         ▌                 ⠈⠉⠉⠒⠒⠢⠤⢄⣀             ⣀⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠤⠔⣀⣀⣤⡴⠶⠞⠛⠉⠉⠉⠉⣀⣀⡠⠤⠤⠔⠒⠒⠒⠉⠉⠉⠁⠤⠒⠒⠉⠉       ▌
         ▌ 2   cat ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠒⠒⠒⠊⠉⠉⠉⠉⠉⠉⠉⠤⠤⠒⠒⠊⠉⠁⢀⣀⣤⣤⠶⠞⠛⠉⠉⣀⣀⠤⠤⠒⠒⠊⠉⠉  ⢀⣀⣀⣀⣀⣀⣀⢀⣀⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠤⠤⠤▌ 2 cat   ▍       ▎                .048  █▍
         ▌               ⠈⠉⠑⠒⠢⢄⣀   ⣀⣀⣀⡠⠤⠤⠔⠒⠒⠉⠉⠁  ⢀⣀⣠⣤⠶⠶⠛⠋⠉⠤⠤⠒⠒⠊⠉⠁⠒⠒⢀⣀⣀⣀⠤⠤⠤⠔⠒⠒⠒⠒⠉⠉⠉⠉⠁               ▌
         ▌ 3   sat ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠒⠒⠒⠊⢀⣀⣤⣤⠶⠶⠛⠋⠉⠁⠒⠊⣀⣀⣀⡠⠤⠤⠔⠒⠒⠒⠉⠉⠉⠁ ⣀⣀⣀⣀⣀⣀⣀⣠⣤⣤⣤⣤⣤⣤⣤⣤⣤⣴⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶▌ 3 sat   ▎       ▏       █████▉   .832  ███████████████████████▎
         ▌                       ⣀⣀⣠⣤⣤⠶⠶⠛⢀⣀⣀⣀⣀⣀⣀⣀⣤⣤⣤⣤⣤⣤⣴⣶⣶⣶⣶⣶⣶⡾⠿⠿⠿⠿⠿⠿⠛⠛⠛⠛⠛⠛⠛⠋⠉⠉⠉⠉⠉⠉⠉⠉⠉⠁⠉⠁          ▌
        ▸▌ 4    on ⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⡾⠿⠿⠿⠿⠿⠿⠿⠿⠿⠟⠛⠛⠛⠛⠛⠛⠛⠉⠉⠉⠉⠉⠉⠁⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤▌ 4 on    ▍       ▏                .053  █▌
         ▌               ⠈⠈⠉⠑⠒⠢⠈⠉⠉⠉⠉⠉⠉⠉⠉⠉⠙⠛⠛⠛⠛⠛⠛⠛⠿⠿⠿⠿⠿⠿⢷⣶⣶⣶⣶⣶⣶⣦⣤⣤⣤⣤⣤⣤⣀⣀⣀⣀⣀⣀⣀⡀         ⣀⡠⠔⠒⠊⠉⠁      ▌
         ▌ 5   the ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠉⠈⠈⠉⠒⠤⢄⡀⠑⠒⠢⠤⣀⡀⠤⣀⣀⠒⠤⠈⠉⠉⠉⠒⠒⠒⠢⠤⠤⢄⣀⠈⠉⠉⠉⠉⠉⠉⠛⠛⠛⠛⠛⠛⠛⠻⠿⠿⠿⠿⠿⠿⠿⠿⠿⢷⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶▌ 5 the◂  ▎       ████▍   ▎        .623  █████████████████▌
         ▌                  ⠈⠉⠉⠑⠒⠢⠈⠑⠈⠈⠈⠑⠢⠤⣀⠑⠈⠉⠒⠢⠤⣀⠒⠢⠤⣀⣀⠑⠒⠒⠤⠤⣀⣀⡀⠒⠉⠉⠉⠑⠒⠒⠒⠤⠤⠤⢄⣀⣀⣀⣀⠤⠊⠁                 ▌
         ▌ 6   mat ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠉⠢⠉⠈⠒⠉⠢⢄⡀⠉⠒⠢⠉⠑⠒⠤⢄⡀⠑⠒⠤⠤⣀⡀⠈⠉⠑⠒⠒⠤⠤⣀⣀⡀  ⢀⡠⢀⣀⣀⠉⠉⠉⠉⠑⠒⠒⠒⠒⠒⠒⠢⠤⠤⠤⠤⠤⠤⠤⠤▌ 6 mat   ▍       ▏                .060  █▋
         ▌                ⠉⠉⠒⠒⠤⢄⡀⣀⣀⡠⠤⠤⠒⠒⠉⠑⠢⠈⠒⠑⠈⠑⠢⢄⠒⠈⠉⠒⠤⠈⠉⠒⠢⢄⣀⠈⠉⠒⠒⠤⢄⣀⡀⠉⠉⠈⠉⠉⠒⠒⠢⠤⠤⢄⣀⣀⣀⠦⠴⢖⣊⣉⠉⠁         ▌
         ▌ 7     . ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠒⠒⠒⠊⠉⠈⠒⢄⠈⠒⠉⠢⠉⠒⢄⡀⠢⢄⠉⠑⠢⢄⡀⠉⠑⠢⠤⣀⡀ ⠈⠉⠒⠒⠤⠤⣀⡀⢀⣀⣀⣀⣀⣀⣀⠉⠉⠉⠑⠒⠒⠒⠒⠒⠤⠤⠤⠤⠤⠤⠤▌ 7 .     ▎       ▏                .038  █▏
         ▌                           ⠈⠑⠢⢄⡀   ⢀⠑⠢⡀⠉⠢⠉⠢⠈⠑⠢⣀⠑⠢⢄⠈⠉⠒⠤⣀⠒⠈⠉⠒⠤⢄⣀⠉⠉⠉⠈⠉⠉⠒⠒⠤⠤⢄⣀⣀              ▌
         ▌ 8 [SEP] ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠒⠒⠒⠊⠉⠉⠉⠉⠉⠉⠈⠢⢄⠢⠑⠢⠉⠢⢄⠉⠢⢄⠈⠑⠢⢄⢴⠉⠑⠢⢄⣀⠤⠤⠉⠑⠒⠤⢄⣀⡀⣀⣀⣀⣀⣀⣀⠉⠉⠉⠑⠒⠒⠒⠒⠤⠤⠤⠤⠤⠤▌ 8 [SEP] ▍       ▎                .051  █▌
                                      ⢀⡠⠔⠊   ⠑⠢⣀ ⣀⣀⠑⢄⠒⠈⠑⢄⠉⠢⢄⠉⠒⢄⡀⠉⠒⠤⣀⠒⠉⠉⠒⠤⢄⡀⠉⠁ ⠈⠉⠒⠒⠤⠤⢄⣀⡀
         B 9   the ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠒⠒⠒⠊⠉⠉⠉⠉⠉⠉⠉⠢⢄⢀⣀⠑⠢⡀⠢⠈⠢⢄⠉⠢⢄⠈⠑⠢⣀ ⠉⠒⠤⣀⡀⠑⠈⠉⠒⠢⠤⣀⡀⣀⣀⣀⣀⣀⠈⠉⠉⠑⠒⠒⠒⠢⠤⠤⠤⠤⠤B 9 the   ▌       ▏       ▏        .070  ██
         ▌                  ⣀⣈⠭⠝⠋⠛⠒⠢⠤⠤⣀⣀      ⣀⡠⠤⣀⣀⣀⣀⣀⣀⠈⠢⡀⠢⢄⠑⠢⡀⠉⠢⢄⠒⠉⠢⢄⡀⠉⠈⠑⠢⢄⡀ ⠈⠉⠈⠉⠒⠢⠤⢄⣀⣀⠉⠉⠁        ▌
         ▌10   cat ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠒⠒⠒⠊⠉⠉⠉⠉⠉⠉⠉   ⢀⡠⠋⠣⢄⠈⠢⢄⠑⢄⠈⠑⢄⡀⠉⠢⢄ ⠈⠑⠢⢄⠑⠢⠈⠉⠒⠤⢄⣀⣀⣀⣀⣀⡠⠤⠉⠉⠑⠒⠒⠒⠤⠤⠤⠤⠤▌10 cat   ▍               ▏        .057  █▋
         ▌                     ⢀⣀⡠⠤⠤⠒⠒⠉⠁        ⠉⣀⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠑⢄⠈⠢⣀⠈⠢⢄⠒⠉⠒⢄⡀⠉⠉⠒⠤⢄⡀⠤⡀ ⠉⠑⠒⠤⢄⣀⡀          ▌
         ▌11   lay ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠒⠒⠒⠊⠉⠉⠉⠉⠉⠉⠉⠉     ⠉⠑⠒⠤⠤⣉⡢⠑⢄⡀⠑⢄⡠⠉⠢⣀ ⠈⠒⠤⣀⢀⣀⠈⠑⠢⠤⣀⣀⣀⣀⡠⠤⠈⠉⠉⠒⠒⠒⠢⠤⠤⠤⠤▌11 lay   ▍       ▎                .047  █▎
         ▌                                  ⣀⠔⠊  ⣀⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠤⠔⠒⠈⠢⡀⠉⠢⣀⠉⠑⠢⣀⠉⠉⠑⠢⢄⡀   ⠉⠑⠒⠤⢄⣀⡀⡀        ▌
         ▌12    on ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠒⠒⠒⠊⠉⠉⠉⠉⠉⠉⠉        ⢀⡠⠔⠊⠉    ⠈⠢⢄⠉⠑⠤⡀⠤⠑⠢⢄⣀⣀⠈⠑⠢⠤⣀⣀⣀⡠⠤⠤⠈⠉⠑⠒⠒⠢⠤⠤⠤⠤▌12 on    ▌       ▍       ▏        .074  ██▏
         ▌                           ⢀⠤⠒⠉        ⣀⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠑⢄⡀⠈⠒⢄⡀⠁⠉⠒⠤⡀⠤⢄⣀⠉⠑⠢⠤⣀⣀         ▌
         ▌13   the ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠒⠒⠒⠊⠉⠉⠉⠉⠉⠉⠉⡠⠔⠊⠉                  ⠈⠢⣀⠤⠈⠢⢄⡀⣀⠈⠑⠢⢄⣀⣀⡠⠤⠤⠤⠉⠉⠒⠒⠒⠤⠤⠤⠤▌13 the   ▌       ▏       ▏        .066  █▉
         ▌                 ⢀⣀⡠⠔⠚⠉⠉⠉⠒⠒⠒⠢⠤⠤⢄⣀⣀⡠⠤⠒⠉ ⣀⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠉⠉⠉⠉⠉⠑⢄⡀⠢⠈⠒⢄⡀   ⠉⠒⠢⢄⣀⡀        ▌
         ▌14   rug ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠒⠒⠒⠊⠉⠉⠉⠉⠉⠉⠉⠤⠤⣀⣀⡀                      ⠈⠒⢄⣀⣀⠈⠑⠢⢄⡀⡠⠤⠤⠤⠈⠉⠑⠒⠒⠤⠤⠤⠤▌14 rug   ▍       ▎       ▏        .059  █▋
         ▌                    ⣀⣀⡠⠤⠔⠒⠉⠁           ⣀⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠉⠉⠉⠉⠉⠉⠉⠁⠒⠒⠉⠒⢄⡀⠁⠉⠈⠑⠒⠤⣀⡀        ▌
         ▌15     . ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠒⠒⠒⠊⠉⠉⠉⠉⠉⠉⠉     ⣀⣀⣀⡠⠤⠤⠔⠒⠚⠛⠙⠛⠛⠥⠤⣀⣀⡀    ⢀⣀⣀⣀⣀⣀⠈⠑⠤⣀⡠⠤⠤⠤⠈⠉⠑⠒⠒⠤⠤⠤⠤▌15 .     ▎       ▏       ▏        .035  █
         ▌                             ⣀⣀⣀⣀⡠⠤⠤⠤⠒⠒⣀⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠉⠉⠉⠉⠉⠉⠉⠁⠤⠤⢄⣀⣀⣀   ⠉⠒⠢⢄⣀        ▌
         ▌16 [SEP] ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠒⠒⠒⠊⠉⠉⠉⠉⠉⠉⠉                                  ⠉⠉⠉⠑⠒⠒⠒⠒⠉⠉⠒⠒⠢⠤⠤⠤▌16 [SEP] ▍       ▏                .046  █▎


         each head, query 4 "on"
          1  0 [CLS] .18  12 on .07  9 the .07  13 the .07  6 mat .06  14 rug .06  10 cat .06  4 on .05
          3  5 the .62  12 on .05  0 [CLS] .05  2 cat .04
          9  3 sat .83




         head 1.9 looks at the token before (.92 of its weight, 16× chance): sat → cat .99; else rests on [CLS] (sinks .17)
         q 4 "on" → k 5 "the"  weight .029  head 9  strongest: head 3 .62  rank 2/17   rest of the row: sat .83
         ↑↓ token  [ ] layer  { } head  f filter  space on/off  o solo  a all  s sort  Tab side  v meaning  V scale  : command                           ? help  q quit
        """)
  }

  @Test func aLongInputInASCII() throws {
    let picture = try picture(
      SampleRecord.causal(count: 60), keys: ": 'heads 1,2' Enter } PgDn j j j s",
      theme: Self.ascii, width: 160, height: 50)
    #expect(
      picture == #"""
         bertviz-tui  sample-gpt  2x4  60 tokens                                                                          1 Model  2 Head  3 Neuron  4 Matrix  5 Output
         layer 0   heads 2/4 max   sort weight                                                                                                         head 2 broad .92
         heads  0  1 <2> 3
            query                                                                                    key   1           2            max
         ^ 18                                                                             =======  3 of    #######-    -            .663  ##################-         [*
         18    on ...                                                                ====/=======  0 a<                #            .102  ###                         [.
         19   and ...                                                             ==/====/------- 28 on                -            .050  #-                          [.
         20     a ...                                                          =====/----/------- 22 text              -            .048  #-                          [.
         21  long ...                                                       ====/---/----/------- 37 go                -            .044  #                           [.
         22  text                                                        ====/--/--/----/-------- 13 of                -            .042  #                           [.
         23    of ...                                                  =/=/--/--/--/----/-------- 35 words -           -            .041  #                           [.
         24  many ...                                                ===/-/-/--/---/----/-------- 11 long              -            .040  #                           [.
         25 words ...                                              ==/-/-/--/--/--/-----/-------- 10 a                 -            .031  #                           [.
         26  that ...                                            ==/-/-/-/-/--/---/-----/-------- 38 on                -            .028  #                           [.
         27    go                                              ==//-/-/-/--/--/---/----/---------  1 long              -            .028  #                           [.
         28    on ...                                        ==//-//-/--/-/--/---/-----/--------- 27 go    -                        .026  -                           [.
         29   and ...                                      ==///-/-/-/-/-/---/---/-----/--------- 31 long              -            .026  -                           [.
         30     a ...                                   ===////-/-/-/-/--/--/---/------/--------- 25 words -           -            .026  -                           [.
         31  long ...                                 ===/////-/-/-/-/--/--/----/-----/----------  7 go                -            .026  -                           [.
         32  text                                   ==//-////-/-/-/-/--/--/----/------/---------- 34 many              -            .023  -                           [.
         33    of ...                             ==////-///-/-/-/-/--/---/---/------/-----------  8 on                             .022  -                           [.
         34  many ...                           ==//////-//-//--/-/--/---/---/-------/----------- 33 of                             .022  -                           [.
         35 words ...                         ==////////-//-/-/--/--/--/----/-------/------------  4 many                           .021  -                           [.
         36  that                           ==////////-/-//--/-/--/---/----/--------/------------ 40 a                              .019  -                           [.
         37    go                         ==///////-//-/-/-/-/--/---/-----/--------/------------- 32 text                           .019  -                           [.
         38    on ...                  ==/////////-//-/--/-/--/---/-----/---------/-------------- 39 and                            .018  -                           [.
         39   and ...               ===//////////-/-/-/--/--/---/-----/---------/---------------- 42 text                           .018  -                           [.
         40     a ...            ===//////////-/-/-/-/---/---/-----/----------/------------------ 17 go                             .018  -                           [.
         41  long             ===////////-//-/-/-/--/----/-----/-----------/--------------------- 43 of                             .017  -                           [.
         42  text        ====///////////-/-/--/---/------/------------/-------------------------- 41 long                           .016  -                           [.
        >43    of ======////////-/-/--/----/-------------/---------------------------------------  2 text                           .016  -                           [.
         44  many          ---------------------------------------------------------------------- 14 many                           .015  -                           [.
         45 words ...             --------------------------------------------------------------- 24 many                           .014  -                           [.
         46  that                       --------------------------------------------------------- 15 words                          .013  -                           [.
         47    go                           ----------------------------------------------------- 19 and                            .013  -                           [.
         48    on ...                           ------------------------------------------------- 26 that                           .012  -
         49   and ...                               --------------------------------------------- 16 that                           .012  -
         50     a ...                                   -----------------------------------------  9 and                            .012  -
         51  long                                          -------------------------\------------ 18 on                             .011  -
         52  text                                              ---------------------------------- 30 a                              .011  -
         53    of ...                                              ------------------\-----------  5 words                          .011  -
         54  many                                                      ---\---------------------- 20 a                              .011  -
         55 words                                                          -----------\---------- 12 text                           .011  -
         56  that                                                                ---------------- 29 and                            .010  -
         57    go                                                                       --------- 36 that                           .010  -
         58    on ...                                                                             21 long                           .010  -
         59   and ...                                                                         ... v 18 keys  best 6 that .01
         head 0.2 looks at nearly everything (entropy .92 of even attention's): many > of .21; else rests on the first token (sinks .18)
         q 43 "of" > k 0 "a"  weight .102  head 2  rank 1/60
         Up Down token  [ ] layer  { } head  space on/off  o solo  a all  s sort  Tab side  v meaning  V scale  : command                                ? help  q quit
        """#)
    #expect(picture.unicodeScalars.allSatisfy { $0.isASCII })
  }
}
