import ArgumentParser
import DemoModels
import Files
import Glibc
import Hub

/// The completions of MODEL: names of models, folders, and files of saved attention.
enum ModelCompletion {
  static let kind = CompletionKind.custom { _, _, word in
    (DemoModel.allCases.map(\.rawValue) + cachedNames + paths(beginningWith: word))
      .filter(isPlain)
  }

  /// Whether no shell and no terminal sees more in a name than a name: for others, there is no one way to write them.
  private static func isPlain(_ name: String) -> Bool {
    name.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
        || $0.isShowable && !$0.isASCII || "._-+,@%=/~ ".unicodeScalars.contains($0)
    }
  }

  /// Without what has something else in the place of a model, such as an adapter.
  private static var cachedNames: [String] {
    let cache = HubSettings().cache
    let snapshots = (try? cache.snapshots()) ?? []
    let others = Set(snapshots.filter(\.holdsSomethingElse).map(\.id))
    return ((try? cache.modelIDs()) ?? []).filter { !others.contains($0) }.map(\.description)
  }

  private static let savedEndings = [
    ".safetensors", ".npz", ".npy", ".json", ".html", ".pt", ".pkl", ".gguf",
  ]

  /// Folders, with a slash behind them, and files; hidden ones only if the word asks for them.
  private static func paths(beginningWith word: String) -> [String] {
    let start = word.lastIndex(of: "/").map { word.index(after: $0) } ?? word.startIndex
    let (folder, beginning) = (word[..<start], word[start...])
    var location = String(folder)
    if location.hasPrefix("~/"), let home = Environment["HOME"] {
      location = home + location.dropFirst()
    }
    guard let stream = opendir(location.isEmpty ? "." : location) else { return [] }
    defer { closedir(stream) }
    var paths: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.hasPrefix(beginning), !name.hasPrefix(".") || beginning.hasPrefix("."),
        name != ".", name != ".."
      else { continue }
      var status = stat()
      guard stat(location + name, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        paths.append("\(folder)\(name)/")
      } else if savedEndings.contains(where: name.hasSuffix) {
        paths.append("\(folder)\(name)")
      }
    }
    return paths.sorted()
  }
}
