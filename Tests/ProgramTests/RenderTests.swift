import Foundation
import TestSupport
import Testing

@Suite struct RenderTests {
  @Test func drawsTheHeadThatLooksAtThePreviousToken() throws {
    let run = try ProgramRun(
      "render", "demo-bert", "The cat sat on the mat", "--view", "head", "--layer", "1", "--heads",
      "3", "--size", "100x30", "--color", "never", "--keys", "g j j j")
    #expect(run.errors == "")
    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 31)
    #expect(lines[0].hasPrefix(" bertviz-tui  demo-bert  4×4  8 tokens"))
    #expect(lines[1].hasPrefix(" layer 1   heads 1/4  ") && lines[1].hasSuffix("prev .96"))
    let readout = try #require(lines.first { $0.hasPrefix(" q 3") })
    #expect(readout.contains("k 2 \"cat\"  weight .9"))
    #expect(!run.output.contains("\u{1B}"))
  }

  @Test func coloursWhereTheyAreAskedFor() throws {
    let run = try ProgramRun("render", "demo-bert", "hello", "--color", "256")
    #expect(run.output.contains("\u{1B}[0;1;38;5;16;48;5;222m"))
    let truecolor = try ProgramRun("render", "demo-bert", "hello", "--color", "truecolor")
    #expect(truecolor.output.contains("48;2;255;215;135m"))
  }

  @Test(arguments: ["model", "head", "neuron", "matrix"])
  func drawsEachView(_ view: String) throws {
    for size in ["80x24", "160x50", "60x16"] {
      let run = try ProgramRun(
        "render", "demo-bert", "The cat sat", "--pair", "on the mat", "--view", view, "--size",
        size)
      #expect(run.status == 0)
      #expect(
        run.output.split(separator: "\n", omittingEmptySubsequences: false).count
          == Int(size.split(separator: "x")[1])! + 1)
    }
  }

  @Test func aFrameWithoutRoomForAViewIsWrongUse() throws {
    for size in ["59x16", "60x15", "20x5"] {
      for command in [["render"], ["export", "-o", "-", "--format", "txt"]] {
        let run = try ProgramRun(command + ["demo-bert", "x", "--size", size], input: Data())
        #expect(run.status == 64 && run.output == "")
        #expect(
          run.errors.hasPrefix(
            "bertviz-tui: --size \(size): too small, a view needs 60x16 at least"))
      }
    }
    // A drawing is as large as what it shows.
    let drawing = try ProgramRun(
      "export", "demo-bert", "x", "--size", "20x5", "-o", "-", "--format", "svg")
    #expect(drawing.status == 0)
    // Where the explorer draws views changes with this.
    let least = try ProgramRun("render", "demo-bert", "x", "--size", "60x16")
    #expect(!least.output.contains("needs"))
  }

  @Test func nothingIsSavedByKeys() throws {
    let run = try ProgramRun("render", "demo-bert", "x", "--keys", ": 'export x.svg' Enter")
    #expect(run.status == 1 && run.output == "")
    #expect(
      run.errors == """
        bertviz-tui: --keys: nothing is saved here, so there will be no x.svg; \
        "bertviz-tui export … -o x.svg" saves it

        """)
  }

  @Test func asciiIsAscii() throws {
    let run = try ProgramRun("render", "demo-bert", "The cat sat on the mat", "--ascii")
    #expect(run.output.utf8.allSatisfy { $0 < 128 })
  }

  @Test func keysEditTheText() throws {
    let run = try ProgramRun(
      "render", "demo-bert", "The cat", "--keys", "e Space sat Enter", "--size", "120x40")
    #expect(run.output.contains("5 tokens"))
    #expect(run.output.contains("3 sat"))
  }

  @Test func readsStandardInput() throws {
    let run = try ProgramRun("render", "demo-bert", "-", input: "the dog\n")
    #expect(run.output.contains("2 dog"))
    #expect(run.status == 0)
  }

  @Test func readsAFile() throws {
    let folder = try TemporaryFolder()
    let text = folder.path + "/text"
    try Data("the dog\r\n".utf8).write(to: URL(fileURLWithPath: text))
    let run = try ProgramRun("render", "demo-bert", "--file", text, "--size", "100x24")
    #expect(run.output.contains("2 dog"))
    #expect(run.output.contains("4 tokens"))
  }

  /// A byte order mark and CR LF are of the file, not of its text.
  @Test func readsAFileOfWindows() throws {
    let folder = try TemporaryFolder()
    let text = folder.path + "/text"
    try Data("\u{FEFF}The cat\r\nsat\r\n".utf8).write(to: URL(fileURLWithPath: text))
    for source in [["--file", text], ["-"]] {
      let run = try ProgramRun(
        ["dump", "demo-gpt2", "-o", "-"] + source,
        input: Data(contentsOf: URL(fileURLWithPath: text)))
      #expect(run.output.contains(#""tokens":["The","Ġcat","Ċ","s","at"]"#), "\(run.errors)")
    }
  }

  @Test func theTokenizerCanBeElsewhere() throws {
    let folder = try TemporaryFolder()
    for name in ["config.json", "model.safetensors"] {
      try FileManager.default.copyItem(
        atPath: Fixtures.path("corrupt/ok_control/\(name)"), toPath: "\(folder.path)/\(name)")
    }
    let without = try ProgramRun("render", folder.path, "The cat")
    #expect(without.status != 0)
    #expect(without.errors.contains("--tokenizer names the folder that has one"))
    let elsewhere = try ProgramRun(
      "render", folder.path, "The cat", "--tokenizer", Fixtures.path("corrupt/ok_control"))
    #expect(elsewhere.status == 0)
    #expect(elsewhere.output.contains("1 the"))
    let missing = try ProgramRun("render", folder.path, "The cat", "--tokenizer", "/no/folder")
    #expect(missing.errors.contains("/no/folder"))
    #expect(missing.status != 0)
  }

  @Test func hostileTextSendsNothingToTheTerminal() throws {
    let run = try ProgramRun(
      "render", Fixtures.path("models/bert_base"), "a\u{1B}]0;x\u{7}b\u{9B}31mc", "--color", "never"
    )
    #expect(run.status == 0)
    #expect(
      run.output.unicodeScalars.allSatisfy {
        $0 == "\n" || ($0.value >= 0x20 && !(0x7F...0x9F).contains($0.value))
      })
  }

  @Test func anEmptyTextIsTwoSpecialTokens() throws {
    let run = try ProgramRun("render", "demo-bert", "", "--size", "100x24")
    #expect(run.status == 0)
    #expect(run.output.contains("2 tokens"))
  }

  @Test func aLongTextIsCutAndSaysSo() throws {
    let text = String(repeating: "word ", count: 5000)
    let run = try ProgramRun("render", "demo-bert", "-", input: text)
    #expect(run.status == 0)
    #expect(run.output.contains("text cut to 128 of 5002 tokens: the model takes no more"))
    // The state line goes on saying so.
    let later = try ProgramRun("render", "demo-bert", "-", "--keys", "2 j", input: text)
    #expect(later.output.contains("   text cut to 128 of 5002 tokens   "))
  }
}

/// The other models inside the program.
@Suite struct DemoModelTests {
  @Test func gpt2FindsWhatFollowedAWordBefore() throws {
    let text = " moon bridge coat island bell soldier moon bridge coat island bell soldier"
    let run = try ProgramRun(
      "render", "demo-gpt2", text, "--layer", "1", "--heads", "2", "--keys", "G")
    #expect(run.output.contains("q 13 \"soldier\" → k 7 \"moon\"  weight .99"))
  }

  @Test func t5WritesTheDateAndLooksWhereItReadsIt() throws {
    let text = "Anna was born on Tuesday, 14 September 1987 in Paris."
    let run = try ProgramRun(
      "render", "demo-t5", text, "--kind", "cross", "--layer", "1", "--heads", "0", "--keys",
      "g j j j", "--size", "100x40")
    #expect(run.output.contains("   cross   "))
    #expect(run.output.contains("q 3 \"8\" → k 12 \"·7\"  weight 1.00"))
    #expect(run.output.contains("the target is the model's own") == false)
    let plain = try ProgramRun("render", "demo-t5", text)
    #expect(plain.output.contains("the target is the model's own"))
  }

  @Test func aTargetCanBeGiven() throws {
    let run = try ProgramRun(
      "render", "demo-t5", "the 3rd of May 1999", "--target", "1999-05-03", "--kind", "decoder")
    #expect(run.status == 0)
    #expect(!run.output.contains("the target is the model's own"))
    let wrong = try ProgramRun("render", "demo-bert", "text", "--target", "x")
    #expect(wrong.errors.contains("--target: BERT has no decoder"))
  }

  @Test func aDumpHoldsAllThreeKinds() throws {
    let run = try ProgramRun("dump", "demo-t5", "the 3rd of May 1999", "-o", "-")
    #expect(run.status == 0)
    for kind in ["encoder", "decoder", "cross"] {
      #expect(run.output.contains("\"attention.\(kind).1\""))
    }
    #expect(!run.output.contains("token_type_ids"))
  }
}
