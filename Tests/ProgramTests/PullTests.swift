import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

/// `pull`, with a hub on this machine.
@Suite struct PullTests {
  private let hub: HubFixture

  init() throws { hub = try HubFixture() }

  private func expectError(
    _ run: ProgramRun, _ part: String, status: Int32 = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(run.status == status, sourceLocation: sourceLocation)
    #expect(run.output == "", sourceLocation: sourceLocation)
    let last = run.errors.split(separator: "\n").last ?? ""
    #expect(last.hasPrefix("bertviz-tui: "), "\(run.errors)", sourceLocation: sourceLocation)
    #expect(last.contains(part), "\(run.errors)", sourceLocation: sourceLocation)
  }

  @Test func printsTheFolderAndOneLineForEachFile() throws {
    let run = try hub.run("pull", "org/bert_base")
    #expect(run.status == 0)
    #expect(run.output == hub.snapshot("org/bert_base") + "\n")
    let lines = run.errors.split(separator: "\n").map(String.init)
    #expect(lines[0] == "org/bert_base: 462 kB from \(hub.server.endpoint.dropFirst(7))")
    #expect(
      Set(lines.dropFirst()) == [
        "config.json  739 B, done", "special_tokens_map.json  125 B, done",
        "tokenizer.json  20 kB, done", "tokenizer_config.json  274 B, done",
        "model.safetensors  441 kB, done",
      ])
    let again = try hub.run("pull", "org/bert_base")
    #expect(again.errors.contains("model.safetensors  441 kB, was there\n"))
    #expect(again.output == run.output)
  }

  @Test func aModelWithoutATokenizerSaysSo() throws {
    hub.server.behavior.withLock { $0.files["tokenizer.json"] = nil }
    let run = try hub.run("pull", "org/bert_base")
    #expect(run.status == 0)
    #expect(
      run.errors.hasPrefix(
        "bertviz-tui: org/bert_base: the hub has no tokenizer of it: it takes no text, but --input-ids\n"
      ))
    let ids = try hub.run("render", "org/bert_base", "--input-ids", "1,2,3")
    #expect(ids.status == 0, "\(ids.errors)")
  }

  @Test func whatWasPulledOpensByItsName() throws {
    _ = try hub.run("pull", "org/bert_base")
    let offline = ["HF_HUB_OFFLINE": "1", "HF_ENDPOINT": "http://127.0.0.1:1"]
    let byName = try hub.run("render", "org/bert_base", "The cat sat", environment: offline)
    let byPath = try ProgramRun("render", Fixtures.path("models/bert_base"), "The cat sat")
    #expect(byName.errors == "")
    #expect(byName.output == byPath.output)
    for revision in ["main", HubServer.commit, String(HubServer.commit.prefix(7))] {
      let run = try hub.run(
        "render", "org/bert_base", "The cat sat", "--revision", revision, environment: offline)
      #expect(run.output == byPath.output, "\(revision)")
    }
  }

  @Test func oneOfSeveralModelsInGGUF() throws {
    hub.server.behavior.withLock { behavior in
      behavior.files = [:]
      for (name, fixture) in [("m-Q4_1", "llama_v2"), ("m-IQ4_NL", "starcoder2_iq4_nl")] {
        behavior.files["\(name).gguf"] = FileManager.default.contents(
          atPath: Fixtures.path("gguf/\(fixture).gguf")
        ).map { Array($0) }
      }
    }
    expectError(
      try hub.run("pull", "org/bert_base"),
      "several models in GGUF: name one by its end, such as org/bert_base:IQ4_NL: m-IQ4_NL, m-Q4_1")
    let offline = ["HF_HUB_OFFLINE": "1"]
    for (name, type) in [("Q4_1", "llama"), ("IQ4_NL", "starcoder2")] {
      let run = try hub.run("pull", "org/bert_base:\(name)")
      #expect(run.status == 0 && run.output == hub.snapshot("org/bert_base") + "\n")
      #expect(run.errors.hasPrefix("org/bert_base:\(name): "))
      let heads = try hub.run("heads", "org/bert_base:\(name)", "the cat", environment: offline)
      #expect(heads.status == 0 && !heads.output.isEmpty, "\(heads.errors)")
      let list = try hub.run("models", environment: offline)
      #expect(list.output.contains("\(type)"))
    }
    let list = try hub.run("models", environment: offline).output
    #expect(list.contains("org/bert_base:m-Q4_1 ") && list.contains("org/bert_base:m-IQ4_NL "))
    expectError(
      try hub.run("heads", "org/bert_base:Q8_0", "the cat", environment: offline),
      "no Q8_0 in the cache, which has m-IQ4_NL, m-Q4_1; \"bertviz-tui pull org/bert_base:Q8_0\" downloads it"
    )
  }

  @Test func noTokenIsSeen() throws {
    let commands = Mutex<[String]>([])
    hub.server.behavior.withLock { $0.token = "hf_secret\"\\" }
    // While curl waits for an answer, everyone can see its arguments.
    hub.server.fail(
      "config.json",
      .delayed {
        let found = Self.commandLines
        commands.withLock { $0 = found }
      })
    let run = try hub.run(
      "pull", "org/bert_base", environment: ["HF_TOKEN": "hf_secret\"\\"])
    #expect(run.status == 0)
    #expect(!(run.output + run.errors).contains("hf_secret"))
    let found = commands.withLock { $0 }
    #expect(found.contains("curl --disable --config - "))
    #expect(!found.contains { $0.contains("hf_secret") })
    for request in hub.server.requests where request.isToFileServer {
      #expect(!(request.path + request.headers.values.joined()).contains("hf_secret"))
    }
    #expect(hub.server.requests.contains { $0.isToFileServer })
  }

  private static var commandLines: [String] {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.compactMap { process in
      FileManager.default.contents(atPath: "/proc/\(process)/cmdline").map {
        String(decoding: $0.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self)
      }
    }
  }

  @Test func theTokenOfALoginIsUsed() throws {
    hub.server.behavior.withLock { $0.token = "hf_login" }
    expectError(try hub.run("pull", "org/bert_base"), "needs a token: set HF_TOKEN")
    try Data("hf_login\n".utf8).write(to: URL(fileURLWithPath: hub.folder.path + "/token"))
    #expect(try hub.run("pull", "org/bert_base").status == 0)
  }

  @Test func restrictedModelsSayWhereToAsk() throws {
    hub.server.behavior.withLock {
      $0.token = "hf_right"
      $0.isGated = true
    }
    expectError(
      try hub.run("pull", "org/bert_base"),
      "ask for access at \(hub.server.endpoint)/org/bert_base, then set HF_TOKEN")
  }

  @Test func namesThatAreNone() throws {
    for name in ["../..", "/etc", "a/b/c", "org/name\u{1B}[31m"] {
      let run = try hub.run("pull", name)
      expectError(run, "is no model of the hub", status: 64)
      #expect(!run.errors.contains("\u{1B}"))
    }
    expectError(
      try hub.run("pull", "org/bert_base", "--revision", "../x"), "is no branch, tag or commit",
      status: 64)
    #expect(hub.server.requests.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: hub.cache))
  }

  @Test func modelsAndRevisionsThatThereAreNot() throws {
    expectError(try hub.run("pull", "org/other"), "org/other: 127.0.0.1")
    expectError(
      try hub.run("pull", "org/bert_base", "--revision", "v7"),
      "org/bert_base: has no branch, tag or commit \"v7\"")
  }

  @Test func modelsThatCannotBeShownAreNotDownloaded() throws {
    hub.server.behavior.withLock { $0.modelType = "mamba" }
    expectError(
      try hub.run("pull", "org/bert_base"),
      "org/bert_base: a model of type \"mamba\" cannot be shown: it is a state-space model")
    #expect(hub.server.requests.count == 1)
  }

  @Test func withoutTheNetwork() throws {
    expectError(
      try hub.run("pull", "org/bert_base", environment: ["HF_HUB_OFFLINE": "1"]),
      "HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is set: nothing is downloaded")
    expectError(
      try hub.run("pull", "org/bert_base", environment: ["HF_ENDPOINT": "http://127.0.0.1:1"]),
      "127.0.0.1:1: Failed to connect")
  }

  @Test func withoutCurl() throws {
    expectError(
      try hub.run("pull", "org/bert_base", environment: ["PATH": "/nonexistent"]),
      "downloads need the program curl, which is not there; install it")
  }

  @Test func throughAProxy() throws {
    let run = try hub.run(
      "pull", "org/bert_base",
      environment: [
        "http_proxy": hub.server.endpoint, "no_proxy": "127.0.0.1",
        "HF_ENDPOINT": "http://hub.invalid",
      ])
    #expect(run.status == 0)
    #expect(run.errors.hasPrefix("org/bert_base: 462 kB from hub.invalid\n"))
    for request in hub.server.requests {
      #expect(request.isProxied == !request.isToFileServer)
    }
  }

  @Test func aFullDisk() throws {
    // The limit for files stands for one: writing fails in the middle.
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", "trap '' XFSZ; ulimit -f 200; exec \"$0\" pull org/bert_base", ProgramRun.path,
    ]
    process.environment = ["PATH": "/usr/bin:/bin"].merging(hub.environment) { $1 }
    let errors = Foundation.Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 1)
    let last = text.split(separator: "\n").last ?? ""
    #expect(last.contains(".incomplete: cannot be written: File too large"), "\(text)")
    // And now that there is space, the rest of it.
    #expect(try hub.run("pull", "org/bert_base").status == 0)
    let ranges = hub.server.requests(for: "model.safetensors").compactMap { $0.headers["range"] }
    #expect(!ranges.isEmpty)
  }

  @Test func wrongBytesAreRefused() throws {
    hub.server.fail("tokenizer.json", .wrongBytes)
    expectError(
      try hub.run("pull", "org/bert_base"), "tokenizer.json: the checksum is wrong")
    let run = try hub.run("render", "org/bert_base", "text")
    expectError(run, "no revision \"main\" in the cache, which has 01234567")
  }
}

/// `pull` on a terminal.
@Suite struct PullVisitTests {
  private let hub: HubFixture

  init() throws { hub = try HubFixture() }

  @Test func aBarGrowsAndTheLinesStay() throws {
    let gate = DispatchSemaphore(value: 0)
    hub.server.fail("model.safetensors", .cutOff(after: 200_000), .delayed { gate.wait() })
    let terminal = try hub.open("pull", "org/bert_base")
    try terminal.wait(for: "######")
    try terminal.wait(for: "200 kB of 441 kB")
    gate.signal()
    try terminal.waitForEnd()
    #expect(terminal.status == 0)
    #expect(terminal.leftovers == [])
    let lines = (0..<8).map { terminal.screen.line($0) }
    #expect(lines[0].hasPrefix("org/bert_base: 462 kB from 127.0.0.1"))
    #expect(lines.contains { $0.hasPrefix("model.safetensors           441 kB, done") })
    #expect(!terminal.screen.text.contains("#"))
  }

  @Test func whatIsInterruptedGoesOn() throws {
    let gate = DispatchSemaphore(value: 0)
    hub.server.fail("model.safetensors", .cutOff(after: 200_000), .delayed { gate.wait() })
    let terminal = try hub.open("pull", "org/bert_base")
    try terminal.wait(for: "200 kB of 441 kB")
    terminal.type("C-c")
    #expect(try terminal.waitForEnd() == -SIGINT)
    #expect(terminal.screen.text.contains("bertviz-tui: interrupted; pull again to go on"))
    gate.signal()
    let run = try hub.run("pull", "org/bert_base")
    #expect(run.errors.contains("from \(hub.server.endpoint.dropFirst(7))"))
    #expect(run.status == 0)
    let last = hub.server.requests(for: "model.safetensors").last
    #expect(last?.headers["range"] == "bytes=200000-")
  }

  @Test func theExplorerOffersToDownload() throws {
    let terminal = try hub.open("org/bert_base", "The cat sat")
    try terminal.wait(for: "org/bert_base is not in the cache. Download 462 kB from 127.0.0.1")
    terminal.type("y", "Enter")
    try terminal.wait(for: "? help  q quit")
    #expect(terminal.screen.line(0).hasPrefix(" bertviz-tui  bert_base  3×4"))
    terminal.type("q")
    #expect(try terminal.waitForEnd() == 0)
    #expect(terminal.leftovers == [])
  }

  @Test func whoSaysNoGetsNothing() throws {
    for answer in ["n", "x", ""] {
      let terminal = try hub.open("org/bert_base", "The cat sat")
      try terminal.wait(for: "[y/n]")
      terminal.type(answer, "Enter")
      #expect(try terminal.waitForEnd() == 1)
      #expect(terminal.leftovers == [])
    }
    #expect(!FileManager.default.fileExists(atPath: hub.cache))
  }

  @Test func nothingIsOfferedOffline() throws {
    let terminal = try hub.open(
      "org/bert_base", "The cat sat", environment: ["HF_HUB_OFFLINE": "1"])
    #expect(try terminal.waitForEnd() == 1)
    #expect(terminal.screen.text.contains("not in the cache"))
    #expect(hub.server.requests.isEmpty)
  }

  @Test func whatTheHubDoesNotHaveIsNotOffered() throws {
    let terminal = try hub.open("org/nothing", "The cat sat")
    #expect(try terminal.waitForEnd() == 1)
    let text = terminal.screen.text.replacing("\n", with: "")
    #expect(text.contains("it cannot be downloaded: org/nothing: "), "\(text)")
  }
}
