import Attention
import DemoModels
import Explorer
import Glibc
import Importers

/// Where attention comes from: a model that runs on a text, or a file that holds what another program saved.
struct Source: Sendable {
  /// What is looked at first; nil for attention from a file.
  let request: ModelRequest?
  /// Whether the text is an example, since none was given.
  let isExample: Bool
  private let origin: Origin

  private enum Origin {
    case model(RunningModel)
    case file(AttentionRecord)
  }

  /// Loads the model, or reads the file.
  ///
  /// - Parameter example: What a model runs on where no text is given; nil where there has to be one.
  init(_ input: InputOptions, example: ModelRequest? = nil, timings: Timings) throws {
    let name = try input.requiredModel()
    if Self.isFile(name) {
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
      request: request, isExample: given == nil,
      origin: .model(try RunningModel(name, input, timings: timings)))
  }

  /// Reads saved attention.
  init(file: String, _ options: SavedOptions, timings: Timings) throws {
    let record = try AttentionFile.read(file, options.importOptions)
    timings.mark("file")
    self.init(request: nil, isExample: false, origin: .file(record))
  }

  private init(request: ModelRequest?, isExample: Bool, origin: Origin) {
    self.request = request
    self.isExample = isExample
    self.origin = origin
  }

  /// The attention of what is looked at first.
  func record(_ timings: Timings) throws -> AttentionRecord {
    var line = PassLine()
    defer { line.end() }
    return try record(for: request, timings) { line.show($0, of: $1) }
  }

  /// The attention of a request.
  ///
  /// - Parameter progress: Called after each layer with what is known by then; what it throws ends the run.
  func record(
    for request: ModelRequest?, _ timings: Timings,
    progress: (RunProgress, AttentionRecord) throws -> Void = { _, _ in }
  ) throws -> AttentionRecord {
    switch (origin, request) {
    case (.model(let model), let request?):
      return try model.record(for: request, timings: timings, progress: progress)
    case (.file(let record), nil): return record
    case (.file, _?): throw ProgramError("attention from a file cannot be computed anew")
    case (.model, nil): preconditionFailure("a model is asked about a text")
    }
  }

  /// Whether MODEL names something that is no folder; a built-in model of that name has precedence.
  static func isFile(_ name: String) -> Bool {
    guard DemoModel(rawValue: name) == nil else { return false }
    var status = stat()
    return stat(name, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
  }
}
