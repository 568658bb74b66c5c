import Foundation
import TestSupport
import Testing

/// What the doctor says in one environment and another.
@Suite struct DoctorTests {
  private struct Finding: Decodable, Equatable {
    let topic: String
    let level: String
    let text: String
    let fix: String?
  }

  private func findings(_ json: String) throws -> [String: Finding] {
    let findings = try JSONDecoder().decode([Finding].self, from: Data(json.utf8))
    return Dictionary(uniqueKeysWithValues: findings.map { ($0.topic, $0) })
  }

  /// In a terminal, with its output in a file.
  private func inTerminal(
    width: Int = 80, height: Int = 24, _ environment: [String: String] = [:]
  ) throws -> (findings: [String: Finding], status: Int32) {
    let folder = try TemporaryFolder()
    let file = folder.path + "/findings"
    let terminal = try PseudoTerminal(
      "/bin/sh", ["-c", "'\(ProgramRun.path)' doctor --json > '\(file)'"], width: width,
      height: height, environment: environment.merging(["HOME": folder.path]) { first, _ in first })
    let status = try terminal.waitForEnd()
    return (try findings(String(contentsOfFile: file, encoding: .utf8)), status)
  }

  @Test func anOrdinaryTerminal() throws {
    let (findings, status) = try inTerminal(width: 100, height: 30)
    #expect(status == 0)
    #expect(findings["terminal"]?.text == "TERM=xterm-256color")
    #expect(findings["size"]?.text == "100×30")
    #expect(findings["colours"]?.text.hasPrefix("256") == true)
    #expect(findings["characters"]?.text.hasPrefix("UTF-8 (") == true)
    #expect(findings["built in"]?.text == "demo-bert, demo-gpt2, demo-t5")
    #expect(findings["program"]?.text == "bertviz-tui 0.1.0")
    #expect(findings["libraries"]?.text.hasPrefix("ncurses 6.") == true)
    #expect(findings.values.allSatisfy { $0.level == "ok" }, "\(findings)")
  }

  @Test func aTerminalWithoutEntryIsTakenForXterm() throws {
    let (findings, status) = try inTerminal(["TERM": "xterm-ghostty"])
    #expect(status == 0)
    let finding = try #require(findings["terminal"])
    #expect(finding.level == "note")
    #expect(
      finding.text
        == "TERM=xterm-ghostty has no terminfo entry on this machine: taken for xterm-256color")
    #expect(finding.fix?.contains("infocmp -x xterm-ghostty | ssh HOST tic -x -") == true)
    #expect(findings["colours"]?.text.hasPrefix("256") == true)
  }

  @Test func aConsoleHasNoBraille() throws {
    let finding = try #require(try inTerminal(["TERM": "linux"]).findings["characters"])
    #expect(finding.level == "note")
    #expect(finding.text.hasSuffix("but a console's font has no braille: pictures are in ASCII"))
  }

  @Test func aTerminalThatCannotBeUsedIsAProblem() throws {
    #expect(try inTerminal(["TERM": ""]).findings["terminal"]?.text == "TERM is not set")
    #expect(try inTerminal(["TERM": "dumb"]).status == 1)
  }

  @Test func whatCouldBeBetterIsANote() throws {
    let (findings, status) = try inTerminal(
      width: 40, height: 10, ["TERM": "xterm", "LANG": "C", "LC_ALL": "C", "STY": "1.pts"])
    #expect(status == 0)
    #expect(findings["size"]?.level == "note")
    #expect(findings["colours"]?.fix?.contains("TERM=xterm-256color") == true)
    #expect(findings["characters"]?.text.hasPrefix("ASCII only (LC_ALL=C)") == true)
    #expect(findings["characters"]?.fix == "set LANG=C.UTF-8, and LC_ALL if it is set")
    #expect(findings["clipboard"]?.text.hasPrefix("y copies through GNU screen") == true)
  }

  @Test(arguments: [
    (["COLORTERM": "truecolor"], "16 million: COLORTERM=truecolor"),
    (["NO_COLOR": "1"], "none, as NO_COLOR asks; --color 256 overrides it"),
  ])
  func whereColoursComeFrom(_ environment: [String: String], _ text: String) throws {
    #expect(try inTerminal(environment).findings["colours"]?.text == text)
  }

  @Test func insideTmux() throws {
    let (findings, _) = try inTerminal(["TERM": "screen-256color", "TMUX": "/tmp/tmux,1,0"])
    #expect(findings["mouse"]?.text == "if tmux lets it through: set -g mouse on")
    #expect(findings["clipboard"]?.text.contains("set -g set-clipboard on") == true)
  }

  @Test func theCacheOfModels() throws {
    let folder = try TemporaryFolder()
    let empty = try inTerminal(["HF_HUB_CACHE": folder.path + "/none"]).findings["models"]
    #expect(empty?.text == "no folder \(folder.path)/none yet; pull makes it")
    let snapshot =
      folder.path + "/models--me--bert/snapshots/0123456789012345678901234567890123456789"
    try FileManager.default.createDirectory(atPath: snapshot, withIntermediateDirectories: true)
    let model = Fixtures.path("models/bert_base")
    for name in try FileManager.default.contentsOfDirectory(atPath: model) {
      try FileManager.default.copyItem(atPath: "\(model)/\(name)", toPath: "\(snapshot)/\(name)")
    }
    let full = try inTerminal(["HF_HUB_CACHE": folder.path]).findings["models"]
    #expect(full == Finding(topic: "models", level: "ok", text: "1 in \(folder.path)", fix: nil))
    try FileManager.default.removeItem(atPath: snapshot + "/model.safetensors")
    let broken = try inTerminal(["HF_HUB_CACHE": folder.path]).findings["models"]
    #expect(broken?.text == "1 in \(folder.path), 1 of which cannot be opened")
    #expect(broken?.fix == "\"bertviz-tui models\" says why")
  }

  @Test func aCacheThatIsNoFolderIsAProblem() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/file"
    try Data().write(to: URL(fileURLWithPath: file))
    for (path, text) in [
      (file, "\(file): not a folder"),
      ("\(file)/hub", "no folder \(file)/hub, and none can be made in \(file)"),
    ] {
      let run = try ProgramRun("doctor", "--json", environment: ["HF_HUB_CACHE": path])
      let finding = try findings(run.output)["models"]
      #expect(finding?.level == "problem")
      #expect(finding?.text == text)
      #expect(finding?.fix == "set HF_HUB_CACHE to a folder that can be written")
    }
  }

  @Test(arguments: [
    (["HF_ENDPOINT": "foo"], "HF_ENDPOINT: \"foo\" is not an address such as"),
    (["HF_TOKEN": "a b"], "HF_TOKEN: has characters that no token has"),
  ])
  func settingsOfTheHubThatPullRefuses(_ environment: [String: String], _ text: String) throws {
    let run = try ProgramRun("doctor", "--json", environment: environment)
    let finding = try findings(run.output)["download"]
    #expect(finding?.level == "problem")
    #expect(finding?.text.hasPrefix(text) == true)
    #expect(run.status == 1)
  }

  @Test func downloadsNeedCurl() throws {
    let folder = try TemporaryFolder()
    let run = try ProgramRun("doctor", "--json", environment: ["PATH": folder.path])
    #expect(try findings(run.output)["download"]?.fix == "sudo apt-get install curl")
    let offline = try ProgramRun("doctor", "--json", environment: ["HF_HUB_OFFLINE": "1"])
    #expect(
      try findings(offline.output)["download"]?.text.hasPrefix("none, as HF_HUB_OFFLINE") == true)
  }

  @Test func theTableFitsTheTerminal() throws {
    let terminal = try PseudoTerminal(ProgramRun.path, ["doctor"], width: 80, height: 40)
    #expect(try terminal.waitForEnd() == 0)
    #expect(terminal.screen.line(0) == "terminal    ok       TERM=xterm-256color")
    #expect(terminal.screen.line(1) == "size        ok       80×40")
    for line in terminal.screen.text.split(separator: "\n") {
      // Nothing of a text stands below its topic.
      #expect(
        line.first == " " ? line.hasPrefix(String(repeating: " ", count: 21)) : true, "\(line)")
    }
  }

  @Test func kernelsThatTheEnvironmentChoseAreNotTheProcessors() throws {
    let run = try ProgramRun(
      ["doctor", "--json"], input: Data(), environment: ["BERTVIZ_TUI_KERNELS": "baseline"])
    let finding = try #require(try findings(run.output)["processor"])
    #expect(finding.level == "note")
    #expect(finding.text.hasSuffix(": the slowest kernels, as BERTVIZ_TUI_KERNELS=baseline asks"))
    #expect(finding.fix == "unset BERTVIZ_TUI_KERNELS")
  }
}
