import ArgumentParser
import Attention
import Files
import TerminalUI
import Transformers

/// MODEL and TEXT, or a FILE of saved attention instead of both, as every subcommand takes them.
struct InputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A checkpoint folder in Hugging Face layout, a file in GGUF, a LoRA adapter, a model that a cache has (of the "
        + "hub, Ollama, llama.cpp or LM Studio), a built-in model, or saved attention."),
    completion: ModelCompletion.kind)
  var model: String?

  @Argument(help: "The text; - reads it from standard input.")
  var text: String?

  @Option(help: "A branch, a tag or a commit of a model of the hub.")
  var revision: String?

  @Option(
    help: ArgumentHelp(
      "Apply the LoRA adapter in this folder of PEFT's, or of the hub by its name in the cache, to the model.",
      valueName: "folder"),
    completion: .directory)
  var adapter: String?

  @Option(
    help: ArgumentHelp(
      "The kind of model, where config.json does not say it: bert, gpt2, llama, …",
      valueName: "type"))
  var modelType: String?

  @Option(
    help: ArgumentHelp(
      "Take the tokenizer from this folder, or this model of the hub, instead of the model's own.",
      valueName: "folder"),
    completion: .directory)
  var tokenizer: String?

  @Option(help: "The second sentence, for models that take pairs.")
  var pair: String?

  @Option(help: "The decoder's text, for encoder-decoders; without it, the model generates one.")
  var target: String?

  @Flag(help: "Feed the decoder its start and the target without the last token, as in training.")
  var shiftTarget = false

  @Option(help: ArgumentHelp("The text's language, for translation models.", valueName: "code"))
  var sourceLang: String?

  @Option(help: ArgumentHelp("The target's language, for translation models.", valueName: "code"))
  var targetLang: String?

  @Option(
    help: ArgumentHelp("Read the text from a file; - is standard input.", valueName: "path"),
    completion: .file())
  var file: String?

  @Option(
    help: ArgumentHelp("The ids of tokens instead of a TEXT: 101,7592,102.", valueName: "ids"))
  var inputIds: IDList?

  @Option(
    help: ArgumentHelp("The ids of the decoder's tokens instead of --target.", valueName: "ids"))
  var decoderInputIds: IDList?

  @OptionGroup(title: "Options for what heads do")
  var changes: ChangeOptions

  @OptionGroup(title: "Options for saved attention")
  var saved: SavedOptions

  @Option(help: ArgumentHelp("Use at most this many processor cores.", valueName: "count"))
  var threads: Int?

  @Flag(help: "Write the time of each phase, and the peak memory, to standard error.")
  var timings = false

  /// Those that were given of what only an encoder-decoder takes.
  var decoderOptions: [String] {
    [
      (target != nil, "--target"), (decoderInputIds != nil, "--decoder-input-ids"),
      (shiftTarget, "--shift-target"), (targetLang != nil, "--target-lang"),
    ].filter(\.0).map(\.1)
  }

  func validate() throws {
    if let modelType, !ModelRegistry.modelTypes.contains(modelType) {
      throw ValidationError(
        "--model-type: unknown type \"\(modelType)\", there are \(ModelRegistry.modelTypes.joined(separator: ", "))"
          + SimilarName.question(modelType, among: ModelRegistry.modelTypes))
    }
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
    if shiftTarget, target == nil, decoderInputIds == nil {
      throw ValidationError("--shift-target shifts what --target gives: give that too")
    }
    if file != nil, text != nil { throw ValidationError("give TEXT or --file, not both") }
    if inputIds != nil,
      let other = [
        (text != nil, "TEXT"), (file != nil, "--file"), (pair != nil, "--pair"),
        (sourceLang != nil, "--source-lang"),
      ].first(where: { $0.0 })
    {
      throw ValidationError("--input-ids are the whole input: leave out \(other.1)")
    }
    if decoderInputIds != nil,
      let other = [
        (target != nil, "--target"), (shiftTarget, "--shift-target"),
        (targetLang != nil, "--target-lang"),
      ].first(where: { $0.0 })
    {
      throw ValidationError(
        "--decoder-input-ids are the decoder's whole input: leave out \(other.1)")
    }
  }

  /// The request that the options make; nil where no text was given.
  func request() throws -> ModelRequest? {
    if let inputIds {
      return ModelRequest(
        text: "", target: target, inputIDs: inputIds.ids, decoderInputIDs: decoderInputIds?.ids,
        interventions: changes.interventions)
    }
    return try readText().map(request)
  }

  /// The request that the options make of `text`.
  func request(_ text: String) -> ModelRequest {
    ModelRequest(
      text: text, pair: pair, target: target, decoderInputIDs: decoderInputIds?.ids,
      interventions: changes.interventions)
  }

  /// The options that MODEL or FILE was opened with, to open it so again from wherever the program is started.
  var openingOptions: [String] {
    Self.given([
      ("--revision", revision), ("--adapter", adapter.map(Path.absolute)),
      ("--model-type", modelType), ("--tokenizer", tokenizer.map(Path.absolute)),
      ("--source-lang", sourceLang), ("--target-lang", targetLang),
    ]) + (shiftTarget ? ["--shift-target"] + Self.given([("--target", target)]) : [])
      + saved.openingOptions
  }

  /// Options with their values, of those that have one.
  static func given(_ options: [(name: String, value: String?)]) -> [String] {
    options.compactMap { option in option.value.map { "\(option.name)=\($0)" } }
  }

  /// The name of the model, which has to be there.
  func requiredModel() throws -> String {
    guard let model else {
      throw ProgramError.usage(
        "which model? Give a checkpoint folder, or try \"bertviz-tui demo\"")
    }
    return model
  }

  /// A model has no use for what describes a file.
  func checkOptions(forModel name: String) throws {
    guard let option = saved.given.first else { return }
    throw ProgramError.usage("\(option) is for saved attention, and \(name) is a model")
  }

  /// Attention that was saved cannot be recomputed.
  func checkOptions(forFile name: String) throws {
    let given =
      [
        (text != nil, "TEXT"), (file != nil, "--file"), (pair != nil, "--pair"),
        (target != nil, "--target"), (shiftTarget, "--shift-target"),
        (sourceLang != nil, "--source-lang"), (targetLang != nil, "--target-lang"),
        (inputIds != nil, "--input-ids"), (decoderInputIds != nil, "--decoder-input-ids"),
        (revision != nil, "--revision"), (adapter != nil, "--adapter"),
        (modelType != nil, "--model-type"),
        (tokenizer != nil, "--tokenizer"),
      ] + changes.given
    guard let option = given.first(where: { $0.0 })?.1 else { return }
    throw ProgramError.usage(
      "\(name): a file can only be saved attention; \(option) is for a model, which is a folder")
  }

  /// Whether there is anything for a model to run on.
  var givesText: Bool { text != nil || file != nil || inputIds != nil }

  /// Whether `-` stands for the text, or for the file with it.
  var readsStandardInput: Bool { text == "-" || file == "-" }

  /// The text from wherever it comes; nil where none was given.
  private func readText() throws -> String? {
    if let file, file != "-" { return try Self.decode(FileBytes.text(of: file), from: file) }
    guard readsStandardInput else { return text }
    return try Self.decode(StandardInput.read(), from: "standard input")
  }

  /// Text has to be UTF-8: a guess would show tokens that the model did not see. Lines end as on Unix, and the
  /// newline that ends a file is not part of the text; nor is a byte order mark.
  private static func decode(_ bytes: [UInt8], from source: String) throws -> String {
    guard let text = String(validating: bytes.withoutByteOrderMark, as: UTF8.self) else {
      throw ProgramError("\(source): not UTF-8 text; convert it first, for example with iconv")
    }
    let lines = text.utf8.contains(UInt8(ascii: "\r")) ? text.replacing("\r\n", with: "\n") : text
    return lines.hasSuffix("\n") ? String(lines.dropLast()) : lines
  }
}

/// Ids of a vocabulary, as the command line writes them: `101,7592,102`.
struct IDList: ExpressibleByArgument {
  let ids: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let ids = parts.compactMap { Int($0) }
    guard ids.count == parts.count, ids.allSatisfy({ $0 >= 0 }) else { return nil }
    self.ids = ids
  }
}
