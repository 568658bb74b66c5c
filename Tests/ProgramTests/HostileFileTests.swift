import Foundation
import Glibc
import TestSupport
import Testing

@testable import Files
@testable import TerminalUI

/// Files that are larger than they are, that shrink, and that would speak to the terminal or the shell.
@Suite struct HostileFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func path(_ name: String) -> String { folder.path + "/" + name }

  /// A file of safetensors whose data are a hole.
  private func sparse(_ header: String, size: Int, _ name: String) throws -> String {
    var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init)
    bytes += Array(header.utf8)
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    #expect(truncate(path(name), bytes.count + size) == 0)
    return path(name)
  }

  // MARK: Size

  @Test func aMatrixLargerThanMemoryIsOneLine() throws {
    let file = try sparse(
      #"{"attention.self.0":{"dtype":"F32","shape":[1,500000,500000],"data_offsets":[0,1000000000000]}}"#,
      size: 1_000_000_000_000, "a.safetensors")
    let run = try ProgramRun("render", file)
    #expect(run.status == 1)
    #expect(
      run.errors.hasPrefix(
        "bertviz-tui: \(file): attention.self.0 of 500000 × 500000 tokens takes ")
        && run.errors.hasSuffix(" are left\n") && run.errors.count(where: \.isNewline) == 1)
  }

  @Test func numbersLargerThanMemoryAreLeftOut() throws {
    let file = try sparse(
      #"{"attention.self.0":{"dtype":"F32","shape":[1,1,1],"data_offsets":[0,4]},"input_ids":{"dtype":"I64","shape":[100000000000],"data_offsets":[4,800000000004]}}"#,
      size: 800_000_000_004, "i.safetensors")
    #expect(try ProgramRun("heads", file).errors.count(where: \.isNewline) <= 3)
  }

  @Test func aTextLargerThanMemoryIsOneLine() throws {
    for (name, beginning) in [("a.json", "{"), ("a.html", "<"), ("a.txt", "x")] {
      try Data(beginning.utf8).write(to: URL(fileURLWithPath: path(name)))
      #expect(truncate(path(name), 1 << 40) == 0)
    }
    let runs = try [
      ProgramRun("render", path("a.json")), ProgramRun("render", path("a.html")),
      ProgramRun("render", "demo-bert", "--file", path("a.txt")),
    ]
    for (run, name) in zip(runs, ["a.json", "a.html", "a.txt"]) {
      #expect(run.status == 1)
      #expect(
        run.errors
          == "bertviz-tui: \(path(name)): more than the 1024 MB that are read of a text or of JSON\n"
      )
    }
  }

  @Test func aFileThatShrinksIsOneLine() throws {
    let copy = path("m")
    try FileManager.default.copyItem(
      atPath: Fixtures.path("../../Sources/CDemoModels/demo-bert"), toPath: copy)
    let input = String(repeating: "the cat sat\n", count: 20_000)
    try input.write(toFile: path("in"), atomically: true, encoding: .utf8)
    let script = """
      "$1" heads m --file in --each-line -o out.jsonl --threads 1 2>err & sleep 1.5
      truncate -s 4096 m/model.safetensors; wait $!; echo $?; cat err; ls
      """
    let run = try ProgramRun(
      program: "/bin/bash", ["-c", "cd '\(folder.path)';" + script, "sh", ProgramRun.path])
    #expect(
      run.output
        == "1\nbertviz-tui: m/model.safetensors: changed while it was read\nerr\nin\nm\n")
  }

  // MARK: Standard input

  @Test(arguments: ["render", "heads"]) func aDashIsStandardInput(_ command: String) throws {
    let given = try ProgramRun(command, "demo-bert", "the cat sat")
    #expect(given.status == 0)
    #expect(
      try ProgramRun(command, "demo-bert", "--file", "-", input: "the cat sat\n").output
        == given.output)
    let lines = try ProgramRun("heads", "demo-bert", "--file", "-", "--each-line", input: "a\nb\n")
    #expect(lines.output.count(where: \.isNewline) == 2)
  }

  // MARK: What acts on terminals

  @Test func notesAreOneHarmlessLine() throws {
    let notes = #"[\"\\u001b]52;c;cm0=\\u0007\\u009b31m\\u202e\\nsecond\"]"#
    let file = try sparse(
      #"{"__metadata__":{"format":"bertviz-tui/1","notes":"\#(notes)"},"attention.self.0":{"dtype":"F32","shape":[1,1,1],"data_offsets":[0,4]}}"#,
      size: 4, "n.safetensors")
    for command in [["heads"], ["dump", "-o", path("o.json")], ["export", "-o", path("o.svg")]] {
      let run = try ProgramRun([command[0], file] + command.dropFirst())
      #expect(run.status == 0)
      #expect(run.errors.contains("second"))
      #expect(
        run.errors.split(separator: "\n").allSatisfy {
          $0.hasPrefix("bertviz-tui: ") && $0.unicodeScalars.allSatisfy(\.isShowable)
        })
    }
  }

  @Test func jsonSaysTheSameWithoutThem() throws {
    let text = "a\u{1B}\u{9B}31m\u{202E}\u{2066}\u{2028}\u{200F}\u{7F}\u{E0001}c"
    let run = try ProgramRun("heads", "demo-bert", "-", "--each-line", input: text + "\n")
    #expect(run.output.dropLast().unicodeScalars.allSatisfy { $0.isShowable })
    #expect(run.output.contains(#"\u009b31m\u202e\u2066\u2028\u200f\u007f\udb40\udc01c"#))
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    #expect(object?["text"] as? String == text)
  }

  /// Screens and JSON agree on what a terminal would act on.
  @Test func oneRuleForAll() {
    let differing = (0...0x10FFFF).compactMap(Unicode.Scalar.init).filter {
      $0.isShowable != (TextWidth.columns(of: $0) >= 0)
    }
    #expect(differing.isEmpty)
    let acting: [Unicode.Scalar] = [
      "\u{1B}", "\u{9B}", "\u{202E}", "\u{200D}", "\u{2028}", "\u{378}", "\u{E0001}",
    ]
    #expect(acting.allSatisfy { TextWidth.columns(of: $0) == -1 })
  }

  // MARK: What acts on shells

  /// Names that are commands to a shell which reads them as its own text.
  private static let hostileNames = [
    "net$(touch RUN)", "net`touch RUN`", "net;touch RUN;", "net'touch RUN'",
    "net\"$(touch RUN)\"", "net\n$(touch RUN)", "net|touch RUN", "net&touch RUN&",
    "net>RUN", "net(touch RUN)", "net\\RUN", "net\tRUN",
  ]

  /// What stands before Tab, with and without the command, and the only model that it is to offer: a folder's, and one
  /// of the cache.
  private static let words: [(word: String, offered: String)] = [
    ("render net", "net-plain/"), ("net", "net-plain/"), ("render org/", "org/net-plain"),
    ("org/", "org/net-plain"),
  ]

  /// A program that prints what each shell offers for `$1`, typed behind the program's name.
  private static let shells: [(name: String, arguments: [String])] = [
    (
      "bash",
      [
        "--norc", "-c",
        """
        source <(bertviz-tui completions bash)
        read -ra COMP_WORDS <<<"bertviz-tui $1"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        COMP_LINE="bertviz-tui $1"; COMP_POINT=${#COMP_LINE}
        _bertviz-tui bertviz-tui "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\\n' "${COMPREPLY[@]}"
        """,
      ]
    ),
    (
      "zsh",
      [
        "-f", "-c",
        """
        zmodload zsh/zpty
        zpty z zsh -f -i
        zpty -w z "PS1=; autoload -U compinit; compinit -u -D; source <(bertviz-tui completions zsh); \
        compdef _bertviz-tui bertviz-tui; echo rea''dy"
        while zpty -r z line; do [[ $line == *ready* ]] && break; done
        zpty -w -n z "bertviz-tui $1"$'\\t'
        sleep 4
        zpty -w -n z $'\\n'
        zpty -w z exit
        while zpty -r z line; do print -r -- "$line"; done
        """,
      ]
    ),
    // Offers nothing of its own but in a terminal.
    ("fish", []),
  ]

  private static func program(_ shell: String) -> String? {
    ["/usr/bin/", "/bin/"].map { $0 + shell }.first { access($0, X_OK) == 0 }
  }

  @Test(
    .enabled(
      if: shells.allSatisfy { program($0.name) != nil },
      "needs the shells: apt-get install bash fish zsh"),
    arguments: ["bash", "zsh", "fish"], words)
  func completionsRunNothing(_ shell: String, _ typed: (word: String, offered: String)) throws {
    for name in Self.hostileNames + ["net-plain"] {
      for folder in [
        name, "hub/models--org--\(name)/snapshots/\(String(repeating: "a", count: 40))",
      ] {
        try FileManager.default.createDirectory(
          atPath: path(folder), withIntermediateDirectories: true)
      }
    }
    try FileManager.default.createDirectory(atPath: path("bin"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: path("bin/bertviz-tui"), withDestinationPath: ProgramRun.path)
    let environment = [
      "PATH": "\(folder.path)/bin:/usr/bin:/bin", "HOME": folder.path,
      "HF_HUB_CACHE": path("hub"),
    ]
    let program = try #require(Self.program(shell))
    let entry = try #require(Self.shells.first { $0.name == shell })
    let offered: String
    if entry.arguments.isEmpty {
      let terminal = try PseudoTerminal(program, ["--no-config"], environment: environment)
      terminal.send(
        Array(
          ("cd '\(folder.path)'; bertviz-tui completions fish | source; "
            + "complete -C 'bertviz-tui \(typed.word)' > offered; exit\n").utf8))
      _ = try terminal.waitForEnd()
      offered = try String(contentsOfFile: path("offered"), encoding: .utf8)
    } else {
      var arguments = entry.arguments
      arguments[arguments.count - 1] = "cd '\(folder.path)'; " + arguments[arguments.count - 1]
      offered = try ProgramRun(
        program: program, arguments + ["shell", typed.word], environment: environment
      ).output
    }
    #expect(offered.contains(typed.offered))
    #expect(!offered.contains("RUN"))
    #expect(!FileManager.default.fileExists(atPath: path("RUN")))
  }
}
