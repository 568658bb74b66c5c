import Foundation
import TestSupport
import Testing

/// The settings file, as the doctor and the explorer read it.
@Suite struct SettingsTests {
  private let folder: TemporaryFolder
  private let file: String

  init() throws {
    folder = try TemporaryFolder()
    file = folder.path + "/settings"
  }

  private func write(_ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
  }

  /// What the doctor says of the file: its level and its text.
  private func doctor(
    _ options: [String], _ environment: [String: String] = [:]
  ) throws -> (level: String, text: String) {
    let run = try ProgramRun(["doctor", "--json"] + options, environment: environment)
    let list = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    let findings = try #require(list as? [[String: Any]])
    let finding = try #require(findings.first { $0["topic"] as? String == "settings" })
    let level = try #require(finding["level"] as? String)
    #expect((run.status == 1) == (level == "problem"))
    return (level, try #require(finding["text"] as? String))
  }

  @Test func everySettingIsRead() throws {
    try write(
      """
      # What I like.

      theme = light
      color=256
        view   =  matrix\r
      ascii = yes
      mouse = no
      raw-tokens = no
      threads = 1
      key.quit = U C-x
      key.help =
      """)
    #expect(try doctor(["--settings", file]) == ("ok", file))
  }

  @Test func theOneOfTheReadmeIsRight() throws {
    let readme = try String(
      contentsOfFile: Fixtures.path("../../Sources/bertviz-tui/Guide.docc/Settings.md"),
      encoding: .utf8)
    let section = try #require(
      readme.split(separator: "\n## ").first { $0.hasPrefix("Settings\n") })
    let block = section.split(separator: "```", omittingEmptySubsequences: false)[1]
    #expect(block.contains("theme = light"))
    try write(String(block))
    #expect(try doctor(["--settings", file]) == ("ok", file))
  }

  @Test(arguments: [
    (
      "them = dark",
      ":1: no setting is called \"them\": there are theme, color, view, ascii, lines-with, mouse, "
        + "raw-tokens, recent, threads and key.ACTION; did you mean theme?"
    ),
    ("\n\ntheme = lite", ":3: theme must be one of dark, light, mono, not \"lite\""),
    (
      "theme = ligth",
      ":1: theme must be one of dark, light, mono, not \"ligth\"; did you mean light?"
    ),
    (
      "view = matrx",
      ":1: view must be one of model, head, neuron, matrix, output, not \"matrx\"; "
        + "did you mean matrix?"
    ),
    ("ascii = yse", ":1: ascii must be yes or no, not \"yse\"; did you mean yes?"),
    ("mouse = maybe", ":1: mouse must be yes or no, not \"maybe\""),
    ("threads = 0", ":1: threads must be a number from 1 on, not \"0\""),
    ("theme light", ":1: write a setting as \"name = value\""),
    ("theme = dark\ntheme = dark", ":2: theme is set in line 1 already"),
    (
      "key.nxt-layer = n",
      ":1: no action is called \"nxt-layer\": did you mean next-layer?"
    ),
    (
      "key.next-layer = ]\nkey.quit = ]",
      ": the key ] has two meanings in the model view: next-layer and quit"
    ),
  ])
  func whatIsWrongIsNamedWithItsLine(_ text: String, _ message: String) throws {
    try write(text)
    #expect(try doctor(["--settings", file]) == ("problem", file + message))
  }

  @Test func twoActionsMayChangeKeys() throws {
    try write("key.next-layer = [\nkey.previous-layer = ]")
    #expect(try doctor(["--settings", file]).level == "ok")
  }

  @Test func hostileFilesAreRefused() throws {
    try Data([0x61, 0xFF]).write(to: URL(fileURLWithPath: file))
    #expect(try doctor(["--settings", file]).text == "\(file): not UTF-8 text")
    try write("\u{1B}]0;x\u{7} = 1")
    let run = try ProgramRun("doctor", "--settings", file)
    #expect(run.output.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
    #expect(
      try doctor(["--settings", folder.path]).text
        == "\(folder.path): not a regular file: give the name of one")
  }

  @Test func whereTheFileIs() throws {
    let home = folder.path
    let usual = home + "/.config/bertviz-tui/settings"
    #expect(
      try doctor([], ["HOME": home]).text
        == "no file at \(usual): all settings are at their defaults")
    try write("theme = lite")
    try FileManager.default.createDirectory(
      atPath: home + "/xdg/bertviz-tui", withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: file, toPath: home + "/xdg/bertviz-tui/settings")
    #expect(
      try doctor([], ["XDG_CONFIG_HOME": home + "/xdg"]).text.hasPrefix(
        home + "/xdg/bertviz-tui/settings:1: theme"))
    #expect(try doctor([], ["BERTVIZ_TUI_SETTINGS": file]).text.hasPrefix(file + ":1: theme"))
    #expect(
      try doctor([], ["BERTVIZ_TUI_SETTINGS": home + "/none"]).text
        == "\(home)/none: no such file or folder")
    #expect(
      try doctor(["--no-settings"], ["BERTVIZ_TUI_SETTINGS": file]) == ("ok", "none are read"))
  }

  @Test func theExplorerReadsThemAndFlagsBeatThem() throws {
    try write("view = matrix\nascii = yes\nkey.help = F1")
    let terminal = try PseudoTerminal(
      ProgramRun.path, ["demo-bert", "The cat sat", "--settings", file])
    try terminal.wait(for: "q quit")
    #expect(terminal.screen.text.contains("F1 help"))
    #expect(terminal.screen.text.contains("4x4"))
    #expect(terminal.screen.text.unicodeScalars.allSatisfy { $0.isASCII })
    terminal.type("F1")
    try terminal.wait(for: "Help: matrix view")
    // Together they would be Alt-q.
    terminal.type("Esc")
    try terminal.settle()
    terminal.type("q")
    #expect(try terminal.waitForEnd() == 0)

    let other = try PseudoTerminal(
      ProgramRun.path,
      ["demo-bert", "The cat sat", "--settings", file, "--view", "head", "--no-ascii"])
    try other.wait(for: "q quit")
    #expect(other.screen.text.contains("4×4"))
    #expect(other.screen.text.contains("query"))
    other.type("q")
    #expect(try other.waitForEnd() == 0)
  }

  @Test func aWrongFileKeepsTheExplorerFromStarting() throws {
    try write("theme = lite")
    let terminal = try PseudoTerminal(ProgramRun.path, ["demo", "--settings", file], width: 200)
    #expect(try terminal.waitForEnd() == 1)
    #expect(terminal.screen.text.contains("bertviz-tui: \(file):1: theme must be one of"))
  }

  /// What a script prints does not depend on who runs it.
  @Test func scriptsReadNone() throws {
    try write("ascii = yes\nview = matrix\ntheme = lite")
    let plain = try ProgramRun("render", "demo-bert", "The cat sat")
    let run = try ProgramRun(
      "render", "demo-bert", "The cat sat", environment: ["BERTVIZ_TUI_SETTINGS": file])
    #expect(run.status == 0)
    #expect(run.output == plain.output)
  }
}
