import Attention
import DemoModels
import Explorer
import Files
import Glibc
import Importers
import Runs
import Transformers

/// A source of attention: a model that runs on a text, or a file that another program saved.
struct Source: Sendable {
  /// Whether the text is an example, since none was given.
  let isExample: Bool
  private let origin: Origin

  private enum Origin {
    /// With what is looked at first.
    case model(RunningModel, ModelRequest)
    case file(AttentionRecord)
  }

  /// The first request; nil for attention from a file.
  var request: ModelRequest? {
    if case .model(_, let request) = origin { request } else { nil }
  }

  /// Loads the model, or reads the file.
  ///
  /// - Parameter example: What a model runs on where no text is given; nil where there has to be one.
  init(_ input: InputOptions, example: ModelRequest? = nil, timings: Timings) throws {
    let name = try input.requiredModel()
    if Self.isFile(name) {
      try Self.checkIsNoModel(name)
      try input.checkOptions(forFile: name)
      try self.init(file: name, input.saved, timings: timings)
      return
    }
    try input.checkOptions(forModel: name)
    let given = try input.request()
    guard let request = given ?? example else {
      // A file that is not there looks like a model without a text.
      _ = try ModelSource.files(name, revision: input.revision)
      throw ProgramError.usage("which text? Give TEXT, --file, or - for standard input")
    }
    self.init(
      origin: .model(try RunningModel(name, input, timings: timings), request),
      isExample: given == nil)
  }

  /// Reads saved attention.
  init(file: String, _ options: SavedOptions, timings: Timings) throws {
    try Self.checkIsNoModel(file)
    let record = try AttentionFile.read(file, options.importOptions)
    timings.mark("file")
    self.init(origin: .file(record), isExample: false)
  }

  private init(origin: Origin, isExample: Bool) {
    self.origin = origin
    self.isExample = isExample
  }

  /// The record of the first request. Reports progress on standard error.
  func firstRecord(_ timings: Timings) throws -> AttentionRecord {
    try firstRun(timings: timings).record
  }

  /// The same with what else is to be kept.
  func firstRun(recording: Recording = Recording(), timings: Timings) throws -> Run {
    var line = PassLine()
    defer { line.end() }
    return try run(recording: recording, timings: timings) { line.show($0, of: $1) }
  }

  /// The run of a request; nil stands for the first one.
  ///
  /// - Parameters:
  ///   - recording: What is kept besides queries and keys.
  ///   - memory: Of an earlier run; tokens that a decoder has read do not run again.
  ///   - keepsMemory: Whether the run shall have one.
  ///   - progress: Called after each layer with what is known by then; what it throws ends the run.
  func run(
    _ request: ModelRequest? = nil, recording: Recording = Recording(),
    continuing memory: PassMemory? = nil, keepsMemory: Bool = false, timings: Timings,
    progress: (RunProgress, AttentionRecord) throws -> Void = { _, _ in }
  ) throws -> Run {
    switch origin {
    case .model(let model, let first):
      return try model.run(
        request ?? first, recording: recording, continuing: memory, keepsMemory: keepsMemory,
        timings: timings, progress: progress)
    case .file(let record):
      if request != nil { throw ProgramError("attention from a file cannot be computed anew") }
      return Run(saved: record)
    }
  }

  /// Checks that a file is no model for another program, which cannot be opened whatever else is said.
  private static func checkIsNoModel(_ path: String) throws {
    // What comes through a pipe can be read once.
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      let format = ForeignFormat(try FileBytes(mapping: path))
    else { return }
    throw TransformerError.foreignWeights(format, path: path)
  }

  /// Whether MODEL names something that is no folder; a built-in model of that name has precedence.
  static func isFile(_ name: String) -> Bool {
    guard DemoModel(rawValue: name) == nil else { return false }
    var status = stat()
    return stat(name, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
  }
}
