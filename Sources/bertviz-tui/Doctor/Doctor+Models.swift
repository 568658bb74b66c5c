import Glibc
import Hub

extension Doctor {
  /// Findings on the models' cache and on downloads.
  static func models(_ hub: HubSettings) -> [Finding] {
    [.ok("built in", ModelSource.builtInNames), cache(hub.cache)]
      + [ofOtherPrograms()].compactMap(\.self) + [download(hub)]
  }

  /// The finding on models of Ollama, llama.cpp and LM Studio; nil where there are none.
  private static func ofOtherPrograms() -> Finding? {
    let models = LocalModels().entries
    guard !models.isEmpty else { return nil }
    let counts = LocalModels.Program.allCases.compactMap { program in
      let count = models.count { $0.program == program }
      return count == 0 ? nil : "\(count) of \(program.rawValue)"
    }
    let text = counts.joined(separator: ", ")
    let unusableCount = ModelEntry.ofOtherPrograms().count { $0.problem != nil }
    return unusableCount == 0
      ? .ok("GGUF", text)
      : .note(
        "GGUF", "\(text), \(unusableCount) of which cannot be opened",
        fix: "\"bertviz-tui models\" says why")
  }

  private static func cache(_ cache: HubCache) -> Finding {
    let fix = "set HF_HUB_CACHE to a folder that can be written"
    guard access(cache.path, F_OK) == 0 else {
      let place = existingPlace(above: cache.path)
      return isFolder(place) && access(place, W_OK) == 0
        ? .ok("models", "no folder \(cache.path) yet; pull makes it")
        : .problem(
          "models", "no folder \(cache.path), and none can be made in \(place)", fix: fix)
    }
    guard isFolder(cache.path) else {
      return .problem("models", "\(cache.path): not a folder", fix: fix)
    }
    do {
      let entries = try ModelEntry.cached(in: cache)
      let text = "\(entries.count) in \(cache.path)"
      guard access(cache.path, W_OK) == 0 else {
        return .note("models", "\(text), where pull cannot write", fix: fix)
      }
      let unusableCount = entries.count { $0.problem != nil }
      return unusableCount == 0
        ? .ok("models", text)
        : .note(
          "models", "\(text), \(unusableCount) of which cannot be opened",
          fix: "\"bertviz-tui models\" says why")
    } catch {
      return .problem(
        "models", "\(error)", fix: "make that folder readable, or set HF_HUB_CACHE to another")
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The nearest existing ancestor of a missing path.
  private static func existingPlace(above path: String) -> String {
    var place = path
    while access(place, F_OK) != 0 {
      guard let slash = place.lastIndex(of: "/") else { return "." }
      place = slash == place.startIndex ? "/" : String(place[..<slash])
    }
    return place
  }

  private static func download(_ hub: HubSettings) -> Finding {
    if hub.isOffline {
      return .ok("download", "none, as HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE asks")
    }
    do throws(HubError) {
      _ = try HubClient(hub)
    } catch {
      return .problem(
        "download", "\(error)", fix: "fix that setting, or leave it out; pull fails as it is")
    }
    return hasProgram("curl")
      ? .ok("download", "from \(hub.endpoint), by curl")
      : .note("download", "pull needs the program curl", fix: "sudo apt-get install curl")
  }

  private static func hasProgram(_ name: String) -> Bool {
    (Environment["PATH"] ?? "").split(separator: ":").contains {
      access("\($0)/\(name)", X_OK) == 0
    }
  }
}
