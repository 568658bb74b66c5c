import Attention
import DemoModels
import Explorer
import Hub
import Runs

extension Choice {
  /// The choices on this machine: places of late, sessions, models of the caches, and the built-in ones.
  static func all(_ bookmarks: Bookmarks = Bookmarks()) -> [Choice] {
    let recent = bookmarks.recent.map {
      Choice(.recent, name: $0.name, detail: $0.detail, bookmark: $0)
    }
    let saved = bookmarks.sessions.map { Choice(session: $0.name, $0.bookmark) }
    // A cache that cannot be read is empty here; `models` says why.
    let models = (try? ModelEntry.all(in: HubSettings().cache, readsTokenizers: false)) ?? []
    return recent + saved
      + models.map { entry in
        let isBuiltIn = DemoModel(rawValue: entry.name) != nil
        let facts = [entry.type, entry.shape, ByteCount(entry.size).description]
        return Choice(
          isBuiltIn ? .builtIn : .models, name: entry.name,
          detail: isBuiltIn
            ? Explore.example(of: entry.name).text
            : entry.problem?.word ?? facts.compactMap(\.self).joined(separator: "  "),
          bookmark: Bookmark(source: entry.name), problem: entry.problem?.text)
      }
  }

  init(session name: String, _ bookmark: Bookmark) {
    self.init(
      .saved, name: name, detail: "\(bookmark.name)  \(bookmark.detail)", bookmark: bookmark)
  }
}

extension Bookmark {
  /// The text in a line.
  fileprivate var detail: String {
    guard let request else { return "saved attention" }
    return [request.text, request.pair, request.target].compactMap(\.self)
      .joined(separator: " | ")
  }
}

extension Bookmark {
  /// The place of another model's run.
  init(_ run: ComparedRun) {
    self.init(source: run.model ?? "", options: run.options, request: run.request)
  }
}

extension Source {
  /// Opens a place as the command line would.
  init(opening bookmark: Bookmark) throws {
    guard !bookmark.source.isEmpty else { throw ProgramError("no name was given") }
    let source = Environment.expandingHome(bookmark.source)
    let input = try InputOptions.parse(bookmark.options + ["--", source])
    self = try input.source(
      example: bookmark.request ?? Explore.example(of: source), timings: Timings())
  }
}
