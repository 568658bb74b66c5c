import Foundation
import TestSupport
import Testing

/// Many texts in one run, a line each.
@Suite struct LineTests {
  private func objects(_ output: String) throws -> [[String: Any]] {
    try output.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  private func run(_ input: [UInt8], _ options: String...) throws -> ProgramRun {
    try ProgramRun(["heads", "demo-bert", "-", "--each-line"] + options, input: Data(input))
  }

  @Test func anObjectForEachLine() throws {
    let run = try run(Array("The cat sat\r\non the mat\nno newline behind it".utf8), "--top", "1")
    #expect(run.status == 0)
    #expect(run.errors == "")
    let objects = try objects(run.output)
    #expect(objects.map { $0["line"] as? Int } == [1, 2, 3])
    #expect(
      objects.map { $0["text"] as? String } == [
        "The cat sat", "on the mat", "no newline behind it",
      ])
    #expect(objects[0]["tokens"] as? [String] == ["[CLS]", "the", "cat", "sat", "[SEP]"])
    #expect(objects.allSatisfy { ($0["heads"] as? [Any])?.count == 1 })
  }

  @Test func aByteOrderMarkIsNoPartOfTheFirstLine() throws {
    let objects = try objects(run(Array("\u{FEFF}cat\r\nsat\r\n".utf8), "--top", "1").output)
    #expect(objects.map { $0["text"] as? String } == ["cat", "sat"])
  }

  @Test func badLinesAreNamedAndTheRunGoesOn() throws {
    let tooLong = [UInt8](repeating: 0x61, count: 1 << 20 + 1)
    let run = try run(
      Array("good\n\n".utf8) + [0x61, 0xFF, 0x0A] + tooLong + Array("\n \t\nlast\n".utf8))
    #expect(run.status == 1)
    let objects = try objects(run.output)
    #expect(objects.map { $0["line"] as? Int } == [1, 2, 3, 4, 5, 6])
    #expect(
      objects.map { $0["error"] as? String } == [
        nil, "the line is empty", "not UTF-8 text; convert it first, for example with iconv",
        "longer than 1 MB; is this a text file?", "the line is empty", nil,
      ])
    #expect(objects[1]["heads"] == nil)
    let errors = run.errors.split(separator: "\n")
    #expect(errors.count == 5)
    #expect(errors[0] == "bertviz-tui: line 2: the line is empty")
    #expect(errors[4].hasPrefix("bertviz-tui: 2 texts, "))
    #expect(errors[4].hasSuffix(" a second, 4 failed"))
  }

  @Test func aTextThatIsTooLongForTheModelIsCutAndSaysSo() throws {
    // Longer than what is read at once, too.
    let run = try run(Array((String(repeating: "word ", count: 20_000) + "\nnext\n").utf8))
    #expect(run.status == 0)
    let objects = try objects(run.output)
    #expect((objects[0]["tokens"] as? [String])?.count == 128)
    let notes = try #require(objects[0]["notes"] as? [String])
    #expect(notes.first?.hasPrefix("text cut to 128 of ") == true)
    #expect(objects[1]["notes"] as? [String] == [])
  }

  @Test func commaSeparatedValuesBeginWithTheLine() throws {
    let run = try run(Array("The cat\n\nThe dog\n".utf8), "--csv", "--only", "prev", "--top", "1")
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("line,kind,layer,head,label,"))
    #expect(lines[1].hasPrefix("1,self,") && lines[2].hasPrefix("3,self,"))
    #expect(run.status == 1)
  }

  @Test func shardsTogetherAreAllLines() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/texts"
    try Data((1...7).map { "text \($0)\n" }.joined().utf8).write(to: URL(fileURLWithPath: file))
    func lines(_ shard: String) throws -> [Int] {
      let run = try ProgramRun(
        "heads", "demo-bert", "--file", file, "--each-line", "--top", "1", "--shard", shard)
      return try objects(run.output).compactMap { $0["line"] as? Int }
    }
    #expect(try lines("1/3") == [1, 4, 7])
    #expect(try lines("2/3") == [2, 5])
    #expect(try lines("3/3") == [3, 6])
    #expect(try lines("1/1") == Array(1...7))
    #expect(try lines("9/9") == [])
  }

  /// Someone may write a line, and wait for the answer before writing the next one.
  @Test func answersComeAsTheLinesDo() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: ProgramRun.path)
    process.arguments = ["heads", "demo-bert", "-", "--each-line", "--top", "1"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    for (line, text) in ["The cat", "sat"].enumerated() {
      try input.fileHandleForWriting.write(contentsOf: Data("\(text)\n".utf8))
      var answer = Data()
      while answer.last != UInt8(ascii: "\n") {
        let more = output.fileHandleForReading.availableData
        try #require(!more.isEmpty)
        answer += more
      }
      #expect(
        String(decoding: answer, as: UTF8.self).hasPrefix(
          "{\"line\":\(line + 1),\"text\":\"\(text)\""))
    }
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test(arguments: ["heads demo-bert", "dump demo-bert -o -"])
  func aReaderThatGoesAwayIsNoError(_ command: String) throws {
    let run = try shell(
      "yes 'The cat sat on the mat' | '\(ProgramRun.path)' \(command) "
        + "--file /dev/stdin --each-line | head -c 100 >/dev/null; echo ${PIPESTATUS[1]}")
    #expect(run.output == "0\n")
    #expect(run.errors == "")
  }

  @Test(arguments: ["heads demo-bert text", "heads demo-bert --file /dev/stdin --each-line"])
  func aFullDiskIsSaid(_ command: String) throws {
    let run = try shell("echo text | '\(ProgramRun.path)' \(command) >/dev/full")
    #expect(run.status == 1)
    #expect(
      run.errors == "bertviz-tui: standard output: cannot be written: No space left on device\n")
  }

  @Test func aDumpOfEachLineIsTheDumpOfItsText() throws {
    let text = "The cat sat"
    let single = try objects(try ProgramRun("dump", "demo-bert", text, "-o", "-").output)[0]
    let run = try ProgramRun(
      ["dump", "demo-bert", "-", "--each-line", "-o", "-"], input: Data("\(text)\n\n".utf8))
    #expect(run.status == 1)
    let lines = try objects(run.output)
    #expect(lines[0]["line"] as? Int == 1 && lines[0]["text"] as? String == text)
    #expect(lines[1]["error"] as? String == "the line is empty")
    #expect(try same(lines[0]["metadata"], single["metadata"]))
    let all = try #require(single["tensors"] as? [String: Any])
    let attention = try #require(lines[0]["tensors"] as? [String: Any])
    #expect(Set(attention.keys) == Set((0..<4).map { "attention.self.\($0)" }))
    for (name, tensor) in attention { #expect(try same(tensor, all[name])) }
    #expect(all["query.self.0"] != nil)
    let vectors = try ProgramRun("dump", "demo-bert", text, "--save", "query,key", "-o", "-")
    let saved = try #require(try objects(vectors.output)[0]["tensors"] as? [String: Any])
    #expect(Set(saved.keys.map { $0.prefix { $0 != "." } }) == ["query", "key"])
  }

  @Test func linesOfADumpAreNoOtherFormat() throws {
    let folder = try TemporaryFolder()
    for name in ["l.npz", "l.safetensors", "lines"] {
      let run = try ProgramRun(
        "dump", "demo-bert", "-", "--each-line", "-o", "\(folder.path)/\(name)", input: "cat\n")
      #expect(run.status == 64)
      #expect(run.errors.contains("/\(name): --each-line writes lines of JSON: call it .jsonl"))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    #expect(
      try ProgramRun("dump", "demo-bert", "-", "--each-line", "-o", "/dev/null", input: "cat\n")
        .status == 0)
  }

  @Test func aFileOfSavedAttentionHasNoLines() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/cat.npz"
    _ = try ProgramRun("dump", "demo-bert", "cat", "-o", file)
    let run = try ProgramRun("heads", file, "--file", "/dev/null", "--each-line")
    #expect(run.status == 64)
    #expect(run.errors.contains("\(file) is a file of saved attention"), "\(run.errors)")
  }

  @Test func whatIsNoFileOfLines() throws {
    let folder = try TemporaryFolder()
    let run = try ProgramRun("heads", "demo-bert", "--file", folder.path, "--each-line")
    #expect(run.status == 1)
    #expect(run.errors == "bertviz-tui: \(folder.path): not a regular file: give the name of one\n")
    let missing = try ProgramRun("heads", "demo-bert", "--file", "/no/lines", "--each-line")
    #expect(missing.errors == "bertviz-tui: /no/lines: no such file or folder\n")
  }

  private func shell(_ script: String) throws -> ProgramRun {
    try ProgramRun(program: "/bin/bash", ["-c", script])
  }

  private func same(_ first: Any?, _ second: Any?) throws -> Bool {
    let values = [try #require(first), try #require(second)]
    let texts = try values.map {
      try JSONSerialization.data(withJSONObject: $0, options: .sortedKeys)
    }
    return texts[0] == texts[1]
  }
}
