import DemoModels
import Files
import Hub
import Threads
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
  ///
  /// - Parameter readsTokenizers: Whether tokenizers are read, too, which takes longer than all else; otherwise only
  ///   where they fail at once.
  static func all(in cache: HubCache, readsTokenizers: Bool = true) throws -> [ModelEntry] {
    made(
      try makersOfCached(in: cache) + makersOfOtherPrograms + DemoModel.allCases.map(maker),
      readsTokenizers)
  }

  static func cached(in cache: HubCache) throws -> [ModelEntry] {
    made(try makersOfCached(in: cache), true)
  }

  static func ofOtherPrograms() -> [ModelEntry] { made(makersOfOtherPrograms, true) }

  /// What opens a model and says how that went; it is told whether to read the tokenizer.
  private typealias Maker = (_ readsTokenizer: Bool) -> ModelEntry

  /// The entries, on all cores.
  private static func made(_ makers: [Maker], _ readsTokenizers: Bool) -> [ModelEntry] {
    Parallel.map(makers.count) { makers[$0](readsTokenizers) }
  }

  private static func makersOfCached(in cache: HubCache) throws -> [Maker] {
    try cache.modelIDs().flatMap { id in
      let snapshots = try cache.snapshots(of: id)
      return snapshots.isEmpty ? [maker(begun: id)] : snapshots.flatMap(makers)
    } + cache.otherNames().map { maker(name: $0, path: "\(cache.path)/\($0)") }
  }

  /// One for each model in GGUF, where a snapshot has several.
  private static func makers(of snapshot: Snapshot) -> [Maker] {
    let names = snapshot.ggufNames
    return names.count > 1
      ? names.map { maker(snapshot, variant: $0) } : [maker(snapshot, variant: nil)]
  }

  /// A model of which only a download has begun.
  private static func maker(begun id: ModelID) -> Maker {
    { readsTokenizer in
      var entry = ModelEntry(name: id.description)
      entry.open(readsTokenizer) { try ModelSource(id.description) }
      entry.problem = entry.problem.map { Problem(word: "incomplete", text: $0.text) }
      return entry
    }
  }

  /// An entry for what someone has put into the cache.
  private static func maker(name: String, path: String) -> Maker {
    { readsTokenizer in
      var entry = ModelEntry(name: name, path: path, type: ModelSource.kindOfOtherRepository(path))
      entry.open(readsTokenizer) { try ModelSource(path) }
      return entry
    }
  }

  private static var makersOfOtherPrograms: [Maker] {
    LocalModels().entries.map { model in
      { readsTokenizer in
        var entry = ModelEntry(name: model.name, path: model.path, size: model.size)
        entry.open(readsTokenizer) { try ModelSource(ModelSource.files(model)) }
        return entry
      }
    }
  }

  private static func maker(_ demo: DemoModel) -> Maker {
    { readsTokenizer in
      var entry = ModelEntry(name: demo.rawValue, size: demo.files.builtInSize)
      entry.open(readsTokenizer) { try ModelSource(demo.files) }
      return entry
    }
  }

  private static func maker(_ snapshot: Snapshot, variant: String?) -> Maker {
    { readsTokenizer in
      var entry = ModelEntry(
        name: "\(snapshot.id)\(variant.map { ":\($0)" } ?? "")", revision: snapshot.revision,
        commit: snapshot.commit, path: snapshot.path,
        type: try? ModelConfiguration(ModelFiles(folder: snapshot.path)).modelType,
        size: snapshot.size)
      entry.open(readsTokenizer) { try ModelSource(snapshot.modelFiles(variant)) }
      return entry
    }
  }

  /// Opens it as far as a text would have it opened: maps the weights and compares their shapes with the configuration,
  /// which takes milliseconds, and reads the tokenizer, which takes up to half a second.
  private mutating func open(_ readsTokenizer: Bool, _ makeSource: () throws -> ModelSource) {
    do {
      let source = try makeSource()
      let files = source.files
      // Told even of what cannot be opened.
      type = (try? ModelConfiguration(files).modelType) ?? type
      summary = try ModelRegistry.loadModel(from: files, adapter: source.adapter).summary
      do {
        let fails = try Tokenizer.vocabularyFileNames.allSatisfy { try files.find($0) == nil }
        if readsTokenizer || fails { _ = try Tokenizer(files) }
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
