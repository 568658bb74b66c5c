import Glibc
import Hub

extension Doctor {
  /// Where models are looked for, and whether more can be had.
  static func models(_ hub: HubSettings) -> [Finding] {
    [.ok("built in", ModelSource.builtInNames), cache(hub.cache), download(hub)]
  }

  private static func cache(_ cache: HubCache) -> Finding {
    guard access(cache.path, F_OK) == 0 else {
      return .ok("models", "no folder \(cache.path) yet; pull makes it")
    }
    do {
      let entries = try ModelEntry.all(in: cache).filter { $0.path != nil }
      let text = "\(entries.count) in \(cache.path)"
      let unusableCount = entries.count { $0.problem != nil }
      return unusableCount == 0
        ? .ok("models", text)
        : .note(
          "models", "\(text), \(unusableCount) of which cannot be opened",
          mend: "\"bertviz-tui models\" says why")
    } catch {
      return .problem(
        "models", "\(error)", mend: "make that folder readable, or set HF_HUB_CACHE to another")
    }
  }

  private static func download(_ hub: HubSettings) -> Finding {
    if hub.isOffline {
      return .ok("download", "none, as HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE asks")
    }
    return hasProgram("curl")
      ? .ok("download", "from \(hub.endpoint), by curl")
      : .note("download", "pull needs the program curl", mend: "sudo apt-get install curl")
  }

  private static func hasProgram(_ name: String) -> Bool {
    (Environment["PATH"] ?? "").split(separator: ":").contains {
      access("\($0)/\(name)", X_OK) == 0
    }
  }
}
