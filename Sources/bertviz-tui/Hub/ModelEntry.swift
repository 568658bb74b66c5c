import DemoModels
import Files
import Hub
import Tokenizers
import Transformers

/// One line of `models`: a model, and whether it can be opened.
struct ModelEntry {
  let name: String
  /// A branch or a tag, or the beginning of the commit; nil for a built-in model.
  var revision: String?
  var commit: String?
  var path: String?
  /// `model_type`, where the configuration tells it.
  var type: String?
  var summary: ModelSummary?
  /// Bytes.
  var size = 0
  /// The reason why it cannot be opened.
  var problem: Problem?

  struct Problem {
    /// `incomplete`, `unsupported`, `several`, `no-tokenizer` or `damaged`.
    let word: String
    let text: String
  }

  /// The cache's models by name, then those of other programs, then the built-in ones.
  static func all(in cache: HubCache) throws -> [ModelEntry] {
    try cached(in: cache) + ofOtherPrograms() + DemoModel.allCases.map(ModelEntry.init)
  }

  static func cached(in cache: HubCache) throws -> [ModelEntry] {
    try cache.modelIDs().flatMap { id in
      let snapshots = try cache.snapshots(of: id)
      return snapshots.isEmpty ? [ModelEntry(begun: id)] : snapshots.flatMap(entries)
    } + cache.otherNames().map { ModelEntry(name: $0, path: "\(cache.path)/\($0)") }
  }

  /// One for each model in GGUF, where a snapshot has several.
  private static func entries(of snapshot: Snapshot) -> [ModelEntry] {
    let names = snapshot.ggufNames
    return names.count > 1
      ? names.map { ModelEntry(snapshot, variant: $0) } : [ModelEntry(snapshot, variant: nil)]
  }

  /// A model of which only a download has begun.
  private init(begun id: ModelID) {
    name = id.description
    open { try ModelSource(id.description) }
    problem = problem.map { Problem(word: "incomplete", text: $0.text) }
  }

  /// An entry for what someone has put into the cache.
  private init(name: String, path: String) {
    self.name = name
    self.path = path
    type = ModelSource.kindOfOtherRepository(path)
    open { try ModelSource(path) }
  }

  static func ofOtherPrograms() -> [ModelEntry] { LocalModels().entries.map(ModelEntry.init) }

  private init(_ model: LocalModels.Entry) {
    name = model.name
    path = model.path
    size = model.size
    open { try ModelSource(ModelSource.files(model)) }
  }

  private init(_ demo: DemoModel) {
    name = demo.rawValue
    size = demo.files.builtInSize
    open { try ModelSource(demo.files) }
  }

  private init(_ snapshot: Snapshot, variant: String?) {
    name = "\(snapshot.id)\(variant.map { ":\($0)" } ?? "")"
    revision = snapshot.revision
    commit = snapshot.commit
    path = snapshot.path
    size = snapshot.size
    type = try? ModelConfiguration(ModelFiles(folder: snapshot.path)).modelType
    open { try ModelSource(snapshot.modelFiles(variant)) }
  }

  /// Maps the weights and compares their shapes with the configuration, which takes milliseconds. A tokenizer, which can
  /// take longer, is read only where it fails at once.
  private mutating func open(_ makeSource: () throws -> ModelSource) {
    do {
      let source = try makeSource()
      let files = source.files
      // Told even of what cannot be opened.
      type = (try? ModelConfiguration(files).modelType) ?? type
      summary = try ModelRegistry.loadModel(from: files, adapter: source.adapter).summary
      do {
        if files.container != nil {
          _ = try files.open("tokenizer_config.json")
        } else if try Tokenizer.vocabularyFileNames.allSatisfy({ try files.find($0) == nil }) {
          _ = try Tokenizer(files)
        }
      } catch {
        problem = Problem(word: "no-tokenizer", text: "\(error)")
      }
    } catch {
      problem = Problem(word: Self.word(for: error), text: "\(error)")
    }
  }

  private static func word(for error: any Error) -> String {
    switch error {
    case let error as HubError where error.isMendedByPull: "incomplete"
    case is MissingBase: "incomplete"
    case TransformerError.severalGGUF, HubError.severalGGUF: "several"
    case is ProgramError: "unsupported"
    case TransformerError.unknownModelType, TransformerError.refusedModelType,
      TransformerError.noModelType, TransformerError.unsupportedValue,
      TransformerError.unknownActivation, TransformerError.foreignWeights,
      TransformerError.adapter, TransformerError.refusedAdapter, TransformerError.unmergedAdapter,
      TransformerError.quantised,
      TransformerError.refusedGGUF, TransformerError.strangeTensor, TransformerError.ownCode:
      "unsupported"
    default: "damaged"
    }
  }

  /// Layers and heads; nil where it cannot be opened.
  var shape: String? {
    guard problem == nil, let summary else { return nil }
    let decoder = summary.decoder.map { "+\($0.layerCount)" } ?? ""
    return "\(summary.layerCount)\(decoder)x\(summary.headCount)"
  }

  var json: JSONNode {
    func string(_ value: String?) -> JSONNode { value.map(JSONNode.string) ?? .null }
    func integer(_ value: Int?) -> JSONNode { value.map(JSONNode.integer) ?? .null }
    return .object([
      ("model", .string(name)), ("revision", string(revision)), ("commit", string(commit)),
      ("type", string(type)), ("layers", integer(summary?.layerCount)),
      ("decoder_layers", integer(summary?.decoder?.layerCount)),
      ("heads", integer(summary?.headCount)), ("size", .integer(size)), ("path", string(path)),
      ("problem", string(problem?.text)),
    ])
  }
}
