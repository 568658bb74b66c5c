import Attention
import DemoModels
import Files
import Glibc
import Importers
import Runs
import Threads
import Transformers

extension InputOptions {
  /// Loads the model, or reads the file.
  ///
  /// - Parameter example: What a model runs on where no text is given; nil where there has to be one.
  func source(example: ModelRequest? = nil, timings: Timings) throws -> Source {
    let name = try requiredModel()
    if Self.isFile(name) {
      try Source.checkIsNoModel(name)
      try checkOptions(forFile: name)
      return try Source(file: name, saved, timings: timings)
    }
    try checkOptions(forModel: name)
    guard let request = try request() ?? example else {
      // A file that is not there looks like a model without a text.
      _ = try ModelSource(name, adapter: adapter, revision: revision)
      throw ProgramError.usage("which text? Give TEXT, --file, or - for standard input")
    }
    return .model(try loadModel(name, timings: timings), request)
  }

  func loadModel(_ name: String, timings: Timings) throws -> LoadedModel {
    if let threads { Parallel.threadCount = threads }
    let source = try ModelSource(name, adapter: adapter, revision: revision)
    let model = try LoadedModel(
      source.files, adapter: source.adapter, modelType: modelType,
      tokenizer: tokenizer.map { try ModelSource.files($0) }, shiftsTarget: shiftTarget,
      sourceLanguage: sourceLang, targetLanguage: targetLang, timings: timings)
    if inputIds == nil { _ = try model.tokenizer }
    if let option = decoderOptions.first, !model.summary.isEncoderDecoder {
      throw ProgramError.usage(
        "\(option): \(model.summary.family) has no decoder beside its encoder")
    }
    return model
  }

  /// Whether MODEL names something that is neither a folder nor a model in GGUF; a built-in model of that name has
  /// precedence.
  static func isFile(_ name: String) -> Bool {
    guard DemoModel(rawValue: name) == nil else { return false }
    var status = stat()
    return stat(name, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
      && (try? ModelFiles.gguf(at: name)) == nil
  }
}

extension Source {
  /// Reads saved attention.
  init(file: String, _ options: SavedOptions, timings: Timings) throws {
    try Self.checkIsNoModel(file)
    let record = try AttentionFile.read(file, options.importOptions)
    timings.mark("file")
    self = .saved(record)
  }

  /// The run of the first request. Reports progress on standard error.
  func firstRun(recording: Recording = Recording(), timings: Timings) throws -> Run {
    let line = PassLine(waiting: "running the first layer")
    defer { line.end() }
    return try run(recording: recording, timings: timings) { line.show($0, of: $1) }
  }

  /// Checks that a file is no model for another program, which cannot be opened whatever else is said.
  fileprivate static func checkIsNoModel(_ path: String) throws {
    // What comes through a pipe can be read once.
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      let format = ForeignFormat(try FileBytes(mapping: path))
    else { return }
    throw TransformerError.foreignWeights(format, path: path)
  }
}
