import Attention
import DemoModels
import Explorer
import Files
import Glibc

/// The places that a person has been to, and those kept under a name, in files of the folder of states (XDG Base
/// Directory Specification): `recent.json`, and `sessions/NAME.json`.
struct Bookmarks {
  /// Nil where there is no home folder: then nothing is kept.
  let folder: String?

  init(folder: String? = Environment.stateFolder.map { "\($0)/bertviz-tui" }) {
    self.folder = folder
  }

  private static let recentLimit = 12

  // MARK: Recent

  /// The latest first; none where the file cannot be read.
  var recent: [Bookmark] {
    guard let folder, let file = try? FileBytes(mapping: "\(folder)/recent.json"),
      let document = try? JSONDocument(file), let list = document.root.array
    else { return [] }
    return list.compactMap(Bookmark.init)
  }

  /// Puts a place before all others. That it cannot be kept is no reason to complain: nobody asked for it.
  func remember(_ bookmark: Bookmark) {
    guard let folder else { return }
    let bookmark = bookmark.fromAnywhere
    let others = recent.filter { !$0.isSamePlace(as: bookmark) }
    let all = [bookmark] + others.prefix(Self.recentLimit - 1)
    try? Self.write(.list(all.map(\.json)), to: "recent.json", in: folder)
  }

  // MARK: Sessions

  var sessions: [(name: String, bookmark: Bookmark)] {
    guard let folder, let names = try? Folder.names(in: "\(folder)/sessions") else { return [] }
    return names.compactMap { file in
      guard file.hasSuffix(".json"),
        let bytes = try? FileBytes(mapping: "\(folder)/sessions/\(file)"),
        let document = try? JSONDocument(bytes), let bookmark = Bookmark(document.root)
      else { return nil }
      return (String(file.dropLast(5)), bookmark)
    }
  }

  /// - Throws: `ProgramError` for a name that is none, and where there is no folder; `FileError`.
  func save(_ bookmark: Bookmark, as name: String) throws {
    guard !name.contains("/"), !name.hasPrefix("."), name.utf8.count <= 200 else {
      throw ProgramError(
        "\"\(name)\" cannot be the name of a session: leave out / and a dot in front")
    }
    guard let folder else {
      throw ProgramError(
        "sessions are kept in XDG_STATE_HOME or the home folder, and neither is set")
    }
    try Self.write(bookmark.fromAnywhere.json, to: "\(name).json", in: "\(folder)/sessions")
  }

  /// Texts are nobody else's business.
  private static func write(_ json: JSONNode, to name: String, in folder: String) throws {
    try Folder.make(folder)
    chmod(folder, 0o700)
    let file = try AtomicFile(path: "\(folder)/\(name)")
    try file.write(json.text + "\n")
    try file.commit()
  }
}

extension Bookmark {
  /// The same with its whole path. A name that is no path stays one, and a built-in model is never a folder.
  fileprivate var fromAnywhere: Bookmark {
    var new = self
    new.source = Self.fromAnywhere(source)
    if let model = new.compared?.model { new.compared?.model = Self.fromAnywhere(model) }
    return new
  }

  private static func fromAnywhere(_ source: String) -> String {
    DemoModel(rawValue: source) == nil
      ? Path.absolute(Environment.expandingHome(source)) : source
  }

  var json: JSONNode {
    func string(_ value: String?) -> JSONNode { value.map(JSONNode.string) ?? .null }
    func ids(_ value: [Int]?) -> JSONNode { value.map { .list($0.map(JSONNode.integer)) } ?? .null }
    func object(_ request: ModelRequest) -> JSONNode {
      .object([
        ("text", .string(request.text)), ("pair", string(request.pair)),
        ("target", string(request.target)), ("input_ids", ids(request.inputIDs)),
        ("decoder_input_ids", ids(request.decoderInputIDs)),
      ])
    }
    return .object([
      ("source", .string(source)), ("options", .list(options.map(JSONNode.string))),
      ("request", request.map(object) ?? .null),
      ("commands", .list(commands.map(JSONNode.string))),
      (
        "compared",
        compared.map { run in
          .object([
            ("source", string(run.model)), ("options", .list(run.options.map(JSONNode.string))),
            ("request", object(run.request)),
          ])
        } ?? .null
      ),
    ])
  }

  /// Nil for what is no bookmark.
  init?(_ value: JSONValue) {
    guard let source = value["source"]?.string, let commands = value["commands"]?.array else {
      return nil
    }
    func ids(_ value: JSONValue?) -> [Int]? { value?.array?.compactMap(\.integer) }
    func options(_ value: JSONValue) -> [String] {
      value["options"]?.array?.compactMap(\.string) ?? []
    }
    func request(_ value: JSONValue) -> ModelRequest? {
      value["request"].flatMap { request in
        request["text"]?.string.map { text in
          ModelRequest(
            text: text, pair: request["pair"]?.string, target: request["target"]?.string,
            inputIDs: ids(request["input_ids"]), decoderInputIDs: ids(request["decoder_input_ids"]))
        }
      }
    }
    let compared = value["compared"].flatMap { run in
      request(run).map { ComparedRun(model: run["source"]?.string, options: options(run), $0) }
    }
    self.init(
      source: source, options: options(value), request: request(value), compared: compared,
      commands: commands.compactMap(\.string))
  }
}
