import Foundation
import TestSupport
import Testing

/// The manual page and the completions, both made from the commands.
@Suite struct ManualTests {
  private let commands = [
    "explore", "demo", "open", "render", "export", "dump", "heads", "models", "pull",
    "doctor",
  ]

  @Test func thePageSaysEverythingThatTheHelpSays() throws {
    let page = try ProgramRun("manual").output
    #expect(page.hasPrefix(".TH BERTVIZ-TUI 1 \"\" \"bertviz-tui 0.1.0\"\n"))
    for section in [
      "NAME", "SYNOPSIS", "COMMANDS", "OPTIONS", "SETTINGS", "ENVIRONMENT", "EXIT STATUS",
    ] {
      #expect(page.contains("\n.SH \(section)\n"), "\(section)")
    }
    for command in commands {
      #expect(page.contains("\n.SS \(command)"), "\(command)")
      let help = try ProgramRun("help", command).output
      for word in help.split(whereSeparator: { " \n,[]".contains($0) }) where word.hasPrefix("--") {
        let name = word.prefix { $0.isLetter || $0.isNumber || $0 == "-" }
        guard !["--help", "--version"].contains(name) else { continue }
        #expect(page.contains(name.replacing("-", with: "\\-")), "\(command) \(name)")
      }
    }
    let synopsis = try #require(
      page.firstRange(of: ".SH SYNOPSIS").map { page[$0.upperBound...].prefix(1000) })
    for command in ["export", "doctor"] { #expect(synopsis.contains("tui \(command)")) }
    // A table is not filled.
    let table = try #require(page.firstRange(of: "  .safetensors .npz .pt .json   a tensor"))
    #expect(page[..<table.lowerBound].hasSuffix(".nf\n"))
    #expect(!page.contains("Shard("))
    #expect(!page.contains("WindowSize("))
  }

  /// A line that began with a dot would be taken for a macro.
  @Test func everyMacroIsOurs() throws {
    let macros = Set(
      try ProgramRun("manual").output.split(separator: "\n").filter {
        $0.hasPrefix(".") || $0.hasPrefix("'")
      }
      .map { $0.prefix { $0 != " " } })
    #expect(
      macros.isSubset(of: [
        ".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".RS", ".RE", ".nf", ".fi", ".br",
      ]))
  }

  @Test func theHelpNamesThem() throws {
    let help = try ProgramRun("--help").output
    #expect(help.contains("bertviz-tui manual") && help.contains("bertviz-tui completions"))
  }

  /// What bash offers for a line.
  private func completions(_ line: String, folder: String) throws -> [String] {
    let script = """
      PATH=\(folder)/bin:$PATH
      cd '\(folder)'
      source <(bertviz-tui completions bash)
      COMP_LINE='\(line)'; COMP_POINT=${#COMP_LINE}
      read -r -a COMP_WORDS <<<"$COMP_LINE"
      [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _bertviz-tui bertviz-tui "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let run = try ProgramRun(
      program: "/bin/bash", ["-c", script],
      environment: ["HF_HUB_CACHE": folder + "/cache"])
    #expect(run.errors == "")
    return run.output.split(separator: "\n").map(String.init)
  }

  @Test func bashOffersModelsViewsKindsAndFiles() throws {
    let folder = try TemporaryFolder()
    let path = folder.path
    let adapter = "cache/models--me--lora/snapshots/\(String(repeating: "a", count: 40))"
    for name in ["bin", "models/gpt2", "cache/models--me--bert/snapshots", adapter] {
      try FileManager.default.createDirectory(
        atPath: "\(path)/\(name)", withIntermediateDirectories: true)
    }
    try FileManager.default.createSymbolicLink(
      atPath: path + "/bin/bertviz-tui", withDestinationPath: ProgramRun.path)
    for name in ["saved.npz", "notes.txt", "\(adapter)/adapter_config.json"] {
      try Data().write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }
    func offers(_ line: String) throws -> [String] { try completions(line, folder: path) }

    #expect(try Set(offers("bertviz-tui ")).isSuperset(of: commands))
    #expect(try offers("bertviz-tui hea") == ["heads"])
    #expect(try offers("bertviz-tui render demo-") == ["demo-bert", "demo-gpt2", "demo-t5"])
    #expect(try offers("bertviz-tui render me/") == ["me/bert"])
    #expect(try offers("bertviz-tui render sa") == ["saved.npz"])
    #expect(try offers("bertviz-tui render no") == [])
    #expect(try offers("bertviz-tui render models/") == ["models/gpt2/"])
    #expect(
      try offers("bertviz-tui render x --view ")
        == ["model", "head", "neuron", "matrix", "output"])
    #expect(try offers("bertviz-tui heads x --sort ent") == ["entropy"])
    #expect(try offers("bertviz-tui demo-bert text --kind c") == ["cross"])
    #expect(try offers("bertviz-tui heads --file n") == ["notes.txt"])
    // The command that may be left out.
    #expect(try offers("bertviz-tui models/g") == ["models/gpt2/"])
    #expect(try offers("bertviz-tui demo-b") == ["demo-bert"])
    #expect(try offers("bertviz-tui demo-bert text --vie") == ["--view"])
  }

  @Test(arguments: [("zsh", "#compdef bertviz-tui\n"), ("fish", "function __bertviz-tui")])
  func otherShells(_ shell: String, _ beginning: String) throws {
    let run = try ProgramRun("completions", shell)
    #expect(run.output.hasPrefix(beginning))
    #expect(run.output.contains("explore"))
    let wrong = try ProgramRun("completions", "csh")
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("no completions for \"csh\": there are bash, zsh and fish"))
  }
}
