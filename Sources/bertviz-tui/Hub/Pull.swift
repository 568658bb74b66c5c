import ArgumentParser
import CFiles
import Files
import Glibc
import Hub
import Tokenizers
import Transformers

/// A model of the hub into the cache.
struct Pull: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Download a model into the Hugging Face cache.",
    discussion: """
      Downloads the configuration, the tokenizer and the weights, checks them, and prints the folder in which \
      they are. Of several models in GGUF, the end of a file's name says which: org/name:Q4_K_M. Run it again to go on with a download that was cut off. Python's huggingface_hub finds the same \
      files, and its variables count: HF_HUB_CACHE or HF_HOME (the cache), HF_TOKEN (restricted models), \
      HF_ENDPOINT (a mirror), HTTPS_PROXY.
      """)

  @Argument(help: "A model of the hub: bert-base-uncased, org/name, org/name:Q4_K_M.")
  var model: String

  @Option(help: "A branch, a tag or a commit of the model.")
  var revision: String?

  func run() throws {
    guard ModelID(String(model.prefix { $0 != ":" })) != nil else {
      throw ProgramError.usage(
        "\"\(model)\" is no model of the hub: they are called like bert-base-uncased or org/name")
    }
    let pull = try ModelPull(HubRequest(model, revision: revision))
    let snapshot = try pull.run()
    try StandardOutput.write(snapshot.path + "\n")
  }
}

/// The download of a model, once it is known of what.
struct ModelPull {
  private let request: HubRequest
  private let client: HubClient
  private let plan: DownloadPlan

  /// Asks the hub for the list of files.
  /// - Throws: Also for models that could not be shown: their weights would come for nothing.
  init(_ request: HubRequest) throws {
    var client = try HubClient(request.settings)
    client.willRetry = { error, delay in
      guard delay >= .seconds(2) else { return }
      StandardError.say("\(error); trying again in \(delay.components.seconds) s")
    }
    plan = try client.plan(request.id, request.revision, .all, variant: request.variant)
    if let type = plan.modelType, !plan.isGGUF {
      try ModelRegistry.requireSupported(type, path: request.id.description)
    }
    let hasTokenizer =
      plan.isGGUF || plan.files.contains { Tokenizer.vocabularyFileNames.contains($0.name) }
    if !hasTokenizer {
      StandardError.say(
        "\(request.id): the hub has no tokenizer of it: it takes no text, but --input-ids")
    }
    self.request = request
    self.client = client
  }

  /// The model to download, and its source.
  var summary: String {
    "\(ByteCount(plan.missingSize(in: request.settings.cache))) from \(client.host)"
  }

  /// Downloads what is missing, and shows how far it is on standard error.
  func run() throws -> Snapshot {
    let cache = request.settings.cache
    var display = PullDisplay()
    defer { display.end() }
    display.begin("\(request.name): \(summary)")
    return try Interruption.explained {
      try ModelDownload(plan, into: cache, client: client).run { display.show($0) }
    }
  }
}

/// Control-C while something is downloaded.
private enum Interruption {
  /// Runs `body`; if that is interrupted, says that nothing is lost before the program ends as it would have.
  static func explained<Result>(_ body: () throws -> Result) rethrows -> Result {
    signal(SIGINT) { number in
      let text: StaticString = "\nbertviz-tui: interrupted; pull again to go on\n"
      _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
      cf_remove_unfinished()
      signal(number, SIG_DFL)
      raise(number)
    }
    defer { signal(SIGINT, SIG_DFL) }
    return try body()
  }
}
