import Foundation
import TestSupport
import Testing

/// Models by the names of the hub, and the list of them.
@Suite struct HubModelTests {
  private let hub: HubFixture

  init() throws { hub = try HubFixture() }

  private func expectError(
    _ run: ProgramRun, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(run.status != 0, sourceLocation: sourceLocation)
    for part in parts {
      #expect(run.errors.contains(part), "\(run.errors)", sourceLocation: sourceLocation)
    }
    #expect(
      run.errors.filter { $0 == "\n" }.count == 1, "\(run.errors)", sourceLocation: sourceLocation)
  }

  @Test func theErrorSaysWhereItLookedAndWhatHelps() throws {
    expectError(
      try hub.run("render", "org/name", "text"),
      "org/name: no such folder, no built-in model of that name (demo-bert, ",
      "not in the cache (\(hub.cache)); \"bertviz-tui pull org/name\" downloads it")
    #expect(hub.server.requests.isEmpty)
    expectError(
      try hub.run("render", "org/name", "text", environment: ["HF_HUB_OFFLINE": "1"]),
      "HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is set, so that it cannot be downloaded")
  }

  @Test func similarNamesAreSuggested() throws {
    try hub.copy("models/bert_base", as: "bert-base-uncased")
    try hub.copy("models/gpt2", as: "openai-community/gpt2")
    expectError(
      try hub.run("render", "bert-base-uncasd", "text"), "did you mean bert-base-uncased?")
    expectError(try hub.run("render", "gpt2", "text"), "did you mean openai-community/gpt2?")
    expectError(try hub.run("render", "demo-brt", "text"), "did you mean demo-bert?")
    let other = try hub.run("render", "xyz", "text")
    #expect(!other.errors.contains("did you mean"))
  }

  @Test func revisionsThatAreNotThere() throws {
    try hub.copy("models/bert_base", as: "org/name")
    expectError(
      try hub.run("render", "org/name", "text", "--revision", "v2"),
      "no revision \"v2\" in the cache, which has main;",
      "\"bertviz-tui pull org/name --revision v2\" downloads it")
  }

  @Test func incompleteModelsSayWhatIsMissing() throws {
    let snapshot = try hub.copy("models/bert_base", as: "org/name")
    try FileManager.default.removeItem(atPath: snapshot + "/model.safetensors")
    expectError(
      try hub.run("render", "org/name", "text"),
      "org/name: incomplete in the cache: model.safetensors is missing; "
        + "\"bertviz-tui pull org/name\" completes it")
  }

  @Test func aFolderComesFirstAndSaysSo() throws {
    try hub.copy("models/gpt2", as: "org")
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      atPath: Fixtures.path("models/bert_base"), toPath: folder.path + "/org")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: ProgramRun.path)
    process.arguments = ["render", "org", "The cat"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.environment = hub.environment
    let (output, errors) = (Foundation.Pipe(), Foundation.Pipe())
    (process.standardOutput, process.standardError) = (output, errors)
    try process.run()
    let screen = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let notes = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(screen.contains("[CLS]"))
    #expect(
      notes
        == "bertviz-tui: org: opens the folder of that name, not the hub's model in the cache\n")
  }

  @Test func foldersHaveNoRevisions() throws {
    let run = try hub.run(
      "render", Fixtures.path("models/bert_base"), "text", "--revision", "main")
    #expect(run.status == 64)
    #expect(run.errors.contains("--revision is for models of the hub"))
  }

  // MARK: models

  @Test func anEmptyCacheHasTheBuiltInModels() throws {
    let run = try hub.run("models")
    #expect(run.status == 0)
    #expect(
      run.output == """
        MODEL      REVISION  TYPE  LAYERSxHEADS  SIZE
        demo-bert  -         bert  4x4           3.5 MB
        demo-gpt2  -         gpt2  4x4           3.6 MB
        demo-t5    -         t5    2+2x4         905 kB

        """)
  }

  private func fill() throws {
    try hub.copy("models/bert_base", as: "org/bert")
    let t5 = try hub.copy("models/t5_small", as: "t5")
    try FileManager.default.copyItem(
      atPath: Fixtures.path("models/bert_base/tokenizer.json"), toPath: t5 + "/tokenizer.json")
    let garbled = try hub.copy("models/bert_base", as: "org/garbled")
    try Data(#"{"model": {"type": "NeuralBPE"}}"#.utf8).write(
      to: URL(fileURLWithPath: garbled + "/tokenizer.json"))
    let incomplete = try hub.copy("models/bert_base", as: "org/incomplete")
    try FileManager.default.removeItem(atPath: incomplete + "/model.safetensors")
    let mamba = try hub.copy("models/bert_base", as: "org/mamba")
    try Data(#"{"model_type":"mamba"}"#.utf8).write(
      to: URL(fileURLWithPath: mamba + "/config.json"))
    let mute = try hub.copy("models/bert_base", as: "org/mute")
    try FileManager.default.removeItem(atPath: mute + "/tokenizer.json")
    let damaged = try hub.copy("models/bert_base", as: "org/damaged")
    try Data("{".utf8).write(to: URL(fileURLWithPath: damaged + "/model.safetensors"))
  }

  @Test func theListSaysWhatCanBeOpened() throws {
    try fill()
    let run = try hub.run("models")
    #expect(run.errors == "")
    let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
    let end = try #require(lines.firstIndex(of: ""))
    let rows = lines[..<end].dropLast(3)
      .map { $0.split(separator: " ").dropLast(2).joined(separator: " ") }
    #expect(
      rows == [
        "MODEL REVISION TYPE", "org/bert main bert 3x4", "org/damaged main bert damaged",
        "org/garbled main bert no-tokenizer",
        "org/incomplete main bert incomplete", "org/mamba main mamba unsupported",
        "org/mute main bert no-tokenizer", "t5 main t5 2+2x3",
      ])
    // The reasons, as opening says them.
    let reasons = lines[(end + 1)...].filter { !$0.isEmpty }
    #expect(reasons.count == 5)
    for name in ["org/damaged", "org/garbled", "org/incomplete", "org/mamba", "org/mute"] {
      let opening = try hub.run("heads", name, "The cat").errors.dropFirst("bertviz-tui: ".count)
      let reason = try #require(reasons.first { $0.hasPrefix(name) })
      #expect(reason.hasSuffix(opening.dropLast()), "\(reason)")
    }
  }

  /// What lies in the cache besides models that are all there.
  @Test func theListTellsOfEverything() throws {
    let cache = hub.cache
    for path in ["datasets--me--texts/snapshots", "models--me--begun/blobs", ".locks"] {
      try FileManager.default.createDirectory(
        atPath: "\(cache)/\(path)", withIntermediateDirectories: true)
    }
    try Data("1".utf8).write(to: URL(fileURLWithPath: cache + "/version.txt"))
    try Data("GG".utf8).write(to: URL(fileURLWithPath: cache + "/broken.gguf"))
    try FileManager.default.copyItem(
      atPath: Fixtures.path("models/bert_base"), toPath: cache + "/plain")
    let lines = try hub.run("models").output.split(separator: "\n")
    let rows = lines.map { $0.split(separator: " ").prefix(4).joined(separator: " ") }
    for row in [
      "me/begun - - incomplete", "broken.gguf - - damaged",
      "datasets--me--texts - dataset unsupported", "plain - bert 3x4",
    ] { #expect(rows.contains(row), "\(row)") }
    #expect(!rows.contains { $0.hasPrefix("version") || $0.hasPrefix(".locks") })
    for (name, argument) in [
      ("me/begun", "me/begun"), ("broken.gguf", "\(cache)/broken.gguf"),
      ("datasets--me--texts", "\(cache)/datasets--me--texts"),
    ] {
      let opening = try hub.run("heads", argument, "The cat").errors
        .dropFirst("bertviz-tui: ".count).dropLast()
      #expect(lines.contains { $0.hasPrefix(name) && $0.hasSuffix(opening) }, "\(opening)")
    }
    #expect(try hub.run("doctor").output.contains("3 of which cannot be opened"))
  }

  @Test func theListForPrograms() throws {
    try fill()
    let run = try hub.run("models", "--json")
    let list = try #require(
      JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]])
    let entries = Dictionary(uniqueKeysWithValues: list.map { ($0["model"] as? String ?? "", $0) })
    #expect(list.count == 10)
    let bert = try #require(entries["org/bert"])
    #expect(bert["layers"] as? Int == 3)
    #expect(bert["heads"] as? Int == 4)
    #expect(bert["commit"] as? String == HubServer.commit)
    #expect(bert["path"] as? String == hub.snapshot("org/bert"))
    #expect(bert["problem"] is NSNull)
    #expect(bert["decoder_layers"] is NSNull)
    #expect(entries["t5"]?["decoder_layers"] as? Int == 2)
    #expect((entries["org/mamba"]?["problem"] as? String)?.contains("state-space model") == true)
    #expect(
      (entries["org/damaged"]?["problem"] as? String)?.contains("model.safetensors") == true)
    #expect(entries["demo-bert"]?["revision"] is NSNull)
  }

  /// An adapter, and a model in the folder that `modules.json` names, have no configuration of their own.
  @Test func whatHasNoConfigurationIsNotIncomplete() throws {
    let adapter = try hub.copy("models/bert_base", as: "org/adapter")
    for name in try FileManager.default.contentsOfDirectory(atPath: adapter) {
      try FileManager.default.removeItem(atPath: "\(adapter)/\(name)")
    }
    try Data(#"{"peft_type": "LORA", "base_model_name_or_path": "gpt2"}"#.utf8).write(
      to: URL(fileURLWithPath: adapter + "/adapter_config.json"))
    let outer = try hub.copy("models/bert_base", as: "org/sentences")
    let inner = outer + "/0_Transformer"
    let names = try FileManager.default.contentsOfDirectory(atPath: outer)
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
    for name in names {
      try FileManager.default.moveItem(atPath: "\(outer)/\(name)", toPath: "\(inner)/\(name)")
    }
    let module =
      #"[{"path": "0_Transformer", "type": "sentence_transformers.models.Transformer"}]"#
    try Data(module.utf8).write(to: URL(fileURLWithPath: outer + "/modules.json"))
    let rows = try hub.run("models").output.split(separator: "\n")
      .map { $0.split(separator: " ").dropLast(2).joined(separator: " ") }
    #expect(rows.contains("org/adapter main - incomplete"))
    #expect(rows.contains("org/sentences main bert 3x4"))
    let refused = try hub.run("render", "org/adapter", "The cat")
    #expect(refused.status == 1)
    #expect(
      refused.errors.contains(
        "a LoRA adapter of gpt2, which is neither beside it nor in the cache: \"bertviz-tui pull gpt2\" downloads it"
      ))
    let list = try hub.run("models", "--json").output
    #expect(list.contains("a LoRA adapter of gpt2, which is neither beside it nor in the cache"))
    #expect(refused.errors.count(where: \.isNewline) == 1)
    #expect(try hub.run("render", "org/sentences", "The cat").output.contains("[CLS]"))
  }

  @Test func longNamesFitATerminal() throws {
    let name = "organisation/" + String(repeating: "long-name-", count: 8) + "x"
    try hub.copy("models/bert_base", as: name)
    let terminal = try hub.open("models")
    #expect(try terminal.waitForEnd() == 0)
    #expect(terminal.screen.line(0).hasPrefix("MODEL "))
    #expect(terminal.screen.line(1).hasPrefix("organisation/long-name-"))
    #expect(terminal.screen.line(1).contains("…"))
    #expect(terminal.screen.line(2).hasPrefix("demo-bert "))
    #expect(try hub.run("models").output.contains(name + "  main"))
  }
}
