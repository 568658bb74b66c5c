import Foundation
import TestSupport
import Testing
import Transformers

/// What the README shows is what the program does.
@Suite struct ReadmeTests {
  private let readme: String

  init() throws {
    readme = try String(contentsOfFile: Fixtures.path("../../README.md"), encoding: .utf8)
  }

  @Test func thePictureIsARealScreen() throws {
    let run = try ProgramRun(
      "render", "demo-bert", "The cat sat on the mat", "--layer", "1", "--heads", "3,0",
      "--keys", "H g j j j")
    #expect(run.output.contains("q 3 \"sat\" → k 2 \"cat\""))
    #expect(readme.contains("```\n\(run.output)```\n"))
  }

  /// Behind a command that renders stands what it prints. To write the pictures anew, copy what this prints.
  @Test func thePicturesOfEffectsAreRealScreens() throws {
    let guide = try String(
      contentsOfFile: Fixtures.path("../../Sources/bertviz-tui/Guide.docc/Effects.md"),
      encoding: .utf8)
    let blocks = guide.components(separatedBy: "```")
    var count = 0
    for (block, next) in zip(blocks, blocks.dropFirst(2)) {
      guard block.hasPrefix("sh\nbertviz-tui render ") else { continue }
      let command = block.dropFirst(3).replacing(
        "bertviz-tui", with: "'\(ProgramRun.path)'", maxReplacements: 1)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", String(command)]
      let pipe = Pipe()
      process.standardOutput = pipe
      try process.run()
      let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      #expect(String(decoding: output, as: UTF8.self) == next.dropFirst(), "\(command)")
      count += 1
    }
    #expect(count == 5)
  }

  @Test func itNamesEveryModelType() {
    let rows = readme.split(separator: "\n").filter {
      $0.hasPrefix("| ") && $0.contains("coders |")
    }
    let named = rows.flatMap { $0.split { !($0.isLetter || $0.isNumber || "_-".contains($0)) } }
    for type in ModelRegistry.modelTypes {
      #expect(named.contains { $0 == type }, "\(type)")
    }
  }

  @Test func theCommandsOfTheGuideRun() throws {
    let examples = try ["Scripts", "SavedAttention", "Pictures"].flatMap { page in
      try String(
        contentsOfFile: Fixtures.path("../../Sources/bertviz-tui/Guide.docc/\(page).md"),
        encoding: .utf8
      ).split(separator: "\n").filter { line in
        ["render demo", "dump   demo", "export demo", "heads demo"].contains {
          line.hasPrefix("bertviz-tui \($0)")
        }
      }
    }
    #expect(examples.count >= 5)
    // Some read what others wrote.
    let folder = try TemporaryFolder()
    try Data("The cat sat\non the mat\n".utf8)
      .write(to: URL(fileURLWithPath: "\(folder.path)/texts.txt"))
    for example in examples {
      let command = example.replacing(
        "bertviz-tui", with: "'\(ProgramRun.path)'", maxReplacements: 1)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", "cd '\(folder.path)' && {\n\(command)\n} > output"]
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0, "\(example)")
    }
  }
}
