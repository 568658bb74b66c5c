import Attention
import DemoModels
import Explorer
import Glibc
import Importers

/// Where attention comes from: a model that runs on a text, or a file that holds what another program saved.
struct Source: Sendable {
  /// What is looked at first.
  let record: AttentionRecord
  /// What the record was made from; nil for attention from a file.
  let request: ModelRequest?
  /// Whether the text is an example, since none was given.
  let isExample: Bool
  private let model: RunningModel?

  /// Loads the model and runs it, or reads the file.
  ///
  /// - Parameter example: What a model runs on where no text is given; nil where there has to be one.
  init(
    _ input: InputOptions, example: ModelRequest? = nil, timings: inout Timings
  ) throws {
    let name = try input.requiredModel()
    if Self.isFile(name) {
      try input.checkOptions(forFile: name)
      try self.init(file: name, input.saved, timings: &timings)
      return
    }
    try input.checkOptions(forModel: name)
    let given = try input.request()
    guard let request = given ?? example else {
      // A file that is not there looks like a model without a text.
      _ = try ModelSource.files(name, revision: input.revision)
      throw ProgramError.usage("which text? Give TEXT, --file, or - for standard input")
    }
    let model = try RunningModel(name, input, timings: &timings)
    var progress = PassProgress()
    defer { progress.end() }
    let record = try model.record(for: request, timings: &timings) {
      progress.show(model.name, tokenCount: $0, finished: $1, total: $2)
    }
    self.init(record: record, request: request, isExample: given == nil, model: model)
  }

  /// Reads saved attention.
  init(file: String, _ options: SavedOptions, timings: inout Timings) throws {
    let record = try AttentionFile.read(file, options.importOptions)
    timings.mark("file")
    self.init(record: record, request: nil, isExample: false, model: nil)
  }

  private init(
    record: AttentionRecord, request: ModelRequest?, isExample: Bool, model: RunningModel?
  ) {
    self.record = record
    self.request = request
    self.isExample = isExample
    self.model = model
  }

  /// The attention of another request to the same model.
  ///
  /// - Parameter progress: Called after each layer; what it throws ends the run.
  func run(
    _ request: ModelRequest, timings: inout Timings,
    progress: (_ finished: Int, _ total: Int) throws -> Void
  ) throws -> AttentionRecord {
    guard let model else { throw ProgramError("attention from a file cannot be computed anew") }
    return try model.record(for: request, timings: &timings) { try progress($1, $2) }
  }

  /// Whether MODEL names something that is no folder; a built-in model of that name has precedence.
  static func isFile(_ name: String) -> Bool {
    guard DemoModel(rawValue: name) == nil else { return false }
    var status = stat()
    return stat(name, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
  }
}
