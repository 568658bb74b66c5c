import Foundation
import TestSupport
import Testing

/// Views saved in files, by the command and by a person on the screen.
@Suite struct ExportTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func path(_ name: String) -> String { folder.path + "/" + name }

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  private func contents(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .isoLatin1)
  }

  @Test(arguments: ["head", "model", "neuron", "matrix"])
  func everyViewInEveryFormat(_ view: String) throws {
    let beginnings = [
      "html": "<!DOCTYPE html>", "svg": "<?xml ", "pdf": "%PDF-1.4\n", "png": "\u{89}PNG",
      "csv": view == "neuron" ? "neuron,q,k," : "layer,head,",
      "ansi": "\u{1B}[0;", "txt": " bertviz-tui  demo-bert",
    ]
    for (ending, beginning) in beginnings {
      let run = try ProgramRun(
        "export", "demo-bert", "the cat", "--view", view, "--layer", "2", "-o", path("x.\(ending)"))
      #expect(run.status == 0 && run.output == "" && run.errors == "", "\(run.errors)")
      #expect(try contents("x.\(ending)").hasPrefix(beginning))
    }
    #expect(try files() == ["x.ansi", "x.csv", "x.html", "x.pdf", "x.png", "x.svg", "x.txt"])
  }

  @Test func aNoteIsPrintedOnce() throws {
    let run = try ProgramRun("export", "demo-t5", "Monday, 3 May 2021", "-o", path("t.html"))
    #expect(run.errors == "bertviz-tui: the target is the model's own, written greedily\n")
    #expect(try contents("t.html").contains("the target is the model's own"))
  }

  @Test func textIsWhatRenderPrints() throws {
    let options = ["demo-bert", "the cat", "--size", "100x30", "--keys", "j j"]
    let run = try ProgramRun(
      ["export"] + options + ["--format", "txt", "-o", "-"], input: Data())
    let render = try ProgramRun(["render"] + options, input: Data())
    #expect(run.status == 0 && run.output == render.output)
  }

  @Test func aPictureHasTheSizeAskedFor() throws {
    _ = try ProgramRun(
      "export", "demo-bert", "the cat", "--screen", "--size", "60x16", "--scale", "1", "-o",
      path("x.png"))
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path("x.png"))))
    // Width 540 and height 288, big-endian from byte 16 on.
    #expect(bytes[16..<24].elementsEqual([0, 0, 2, 28, 0, 0, 1, 32]))
  }

  @Test func drawingsAreLightUnlessAskedOtherwise() throws {
    for (theme, page) in [("", "#ffffff"), ("dark", "#000000"), ("mono", "#ffffff")] {
      let options = theme.isEmpty ? [] : ["--theme", theme]
      let run = try ProgramRun(
        ["export", "demo-bert", "the cat", "--format", "svg", "-o", "-"] + options, input: Data())
      #expect(run.output.contains("<rect width=\"100%\" height=\"100%\" fill=\"\(page)\"/>"))
    }
  }

  @Test func missingLettersAreToldWithTheFile() throws {
    let run = try ProgramRun(
      "export", Fixtures.path("models/bert_base"), "猫", "--raw-tokens", "-o", path("x.png"))
    #expect(run.status == 0)
    // The vocabulary may know the letter or not; what is drawn as a box is said.
    #expect(run.errors == "" || run.errors.contains("--font FILE gives another"))
  }

  @Test func aLongTextIsCutToSomeTokens() throws {
    let text = (0..<40).map { "word\($0)" }.joined(separator: " ")
    _ = try ProgramRun("export", "demo-bert", text, "--tokens", "3-5", "-o", path("x.svg"))
    let svg = try contents("x.svg")
    #expect(svg.contains(">tokens 3-5<") && svg.contains(">5<") && !svg.contains(">6<"))
    _ = try ProgramRun(
      "export", "demo-bert", "the cat", "--tokens", "lines", "--letters", "sans", "--caption",
      "full", "-o", path("y.svg"))
    #expect(try contents("y.svg").contains("font-family=\"'DejaVu Sans', "))
    let heads = try ProgramRun("heads", "demo-bert", "the cat", "--tokens", "0-1")
    #expect(heads.status == 64 && heads.errors.contains("heads tells of all tokens"))
  }

  @Test func wrongWishes() throws {
    func expect(
      _ arguments: [String], _ part: String, status: Int32,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let run = try ProgramRun(["export", "demo-bert", "the cat"] + arguments, input: Data())
      #expect(run.status == status, sourceLocation: sourceLocation)
      #expect(run.errors.contains(part), "\(run.errors)", sourceLocation: sourceLocation)
      #expect(run.output == "", sourceLocation: sourceLocation)
    }
    try expect(
      ["-o", path("x.jpg")], "x.jpg: unknown file ending, known are .html, .svg, .pdf, .png",
      status: 64)
    try expect(["-o", "-"], "-o - needs --format", status: 64)
    try expect(["-o", path("x.svg"), "--screen"], "--screen is for a .png", status: 64)
    try expect(
      ["-o", path("x.svg"), "--tokens", "2-9"], "--tokens: there is no token 4, there are 0-3",
      status: 1)
    try expect(["-o", path("x.png"), "--scale", "5"], "--scale is 1, 2, 3 or 4", status: 64)
    try expect(
      ["-o", path("x.png"), "--font", "/no/font"], "/no/font: no such file or folder", status: 1)
    try expect(
      ["-o", path("x.png"), "--font", "/etc/passwd"], "/etc/passwd: no font to draw with",
      status: 1)
    try expect(
      ["-o", path("no/x.svg")], "no/x.svg: cannot be written: No such file or directory", status: 1)
    try expect(["-o", folder.path], "unknown file ending", status: 64)
    try expect(
      ["-o", "/proc/x.svg"], "/proc/x.svg: cannot be written: No such file or directory", status: 1)
    try expect(
      ["-o", "/dev/full", "--format", "svg"],
      "/dev/full: cannot be written: No space left on device", status: 1)
    try expect(
      ["-o", path("x.png"), "--screen", "--size", "2000x2000", "--scale", "4"],
      "a picture of 72000×144000 pixels is too large: give a smaller --size or --scale", status: 1)
    #expect(try files() == [])
    // A device is written to, not replaced.
    #expect(FileManager.default.fileExists(atPath: "/dev/full"))
    let null = try ProgramRun("export", "demo-bert", "a", "--format", "svg", "-o", "/dev/null")
    #expect(null.status == 0)
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }

  @Test func aFolderThatNobodyMayWriteTo() throws {
    let locked = path("locked")
    try FileManager.default.createDirectory(
      atPath: locked, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o555])
    // Permissions do not bind root; a folder in its place does nobody any good either.
    try FileManager.default.createDirectory(
      atPath: path("taken.svg"), withIntermediateDirectories: false)
    let taken = try ProgramRun("export", "demo-bert", "a", "-o", path("taken.svg"))
    #expect(taken.status == 1)
    #expect(taken.errors.contains("taken.svg: cannot be written: Is a directory"))
    guard geteuid() != 0 else { return }
    let run = try ProgramRun("export", "demo-bert", "a", "-o", locked + "/x.svg")
    #expect(run.status == 1)
    #expect(run.errors.contains("x.svg: cannot be written: Permission denied"))
  }

  @Test func aReaderThatGoesAwayIsNoError() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c",
      "{ '\(ProgramRun.path)' export demo-bert 'the cat' --format html -o - 2>'\(path("errors"))'; "
        + "echo $? >'\(path("status"))'; } | true",
    ]
    try process.run()
    process.waitUntilExit()
    let deadline = ContinuousClock.now + PseudoTerminal.patience
    while try !files().contains("status"), ContinuousClock.now < deadline { usleep(1000) }
    #expect(try contents("errors") == "")
  }

  // MARK: On the screen

  @Test func savingOnTheScreen() throws {
    let terminal = try PseudoTerminal(
      ProgramRun.path, ["demo-bert", "the cat", "--layer", "1", "--heads", "3"], width: 100)
    try terminal.wait(for: "heads  0  1  2 ‹3›")
    terminal.type("S")
    try terminal.wait(for: "save as: head-L1-H3.svg")
    terminal.type("C-u", path("x.svg"), "Enter")
    try terminal.wait(for: "kB")
    #expect(terminal.screen.text.contains("saved \(path("x.svg")), "))
    #expect(try contents("x.svg").contains("fill=\"#000000\"/>"))

    try Data("mine".utf8).write(to: URL(fileURLWithPath: path("x.svg")))
    terminal.type(":", "export \(path("x.svg"))", "Enter")
    try terminal.wait(for: "exists: replace it?")
    terminal.type("n")
    try terminal.wait(for: "not saved")
    #expect(try contents("x.svg") == "mine")
    terminal.type(":", "export \(path("x.svg"))", "Enter")
    try terminal.wait(for: "exists: replace it?")
    terminal.type("y")
    try terminal.wait(for: "saved \(path("x.svg")), ")
    #expect(try contents("x.svg").hasPrefix("<?xml"))

    terminal.type(":", "export \(path("x.gif"))", "Enter")
    try terminal.wait(for: "unknown file ending, known are")
    terminal.type("q")
    #expect(try terminal.waitForEnd() == 0)
    #expect(try files() == ["x.svg"])
  }
}
