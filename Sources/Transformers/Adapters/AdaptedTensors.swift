import Tensors

/// The tensors of a base model with what an adapter changes in them, by the names that the base has.
struct AdaptedTensors: Sendable {
  /// The base's, with those of the adapter in the place of some.
  private(set) var tensors: [String: Tensor]
  /// The low-rank updates that are added, by the names of the base's tensors.
  private(set) var updates: [String: LowRankUpdate] = [:]
  /// The names of those updates that models without such a head have no use for.
  private(set) var taskHeads: Set<String> = []
  /// Those that the adapter has replaced; nil for what the base does not have.
  private(set) var originals: [String: Tensor?] = [:]
  /// The adapter's folder.
  private(set) var path = ""

  init(_ base: [String: Tensor]) { tensors = base }

  /// - Throws: `refusedAdapter` for what has no place in the base.
  init(_ base: [String: Tensor], with adapter: Adapter) throws(TransformerError) {
    self.init(base)
    path = adapter.path
    let modules = ModulePaths(base.keys)
    for (path, update) in adapter.updates.sorted(by: { $0.key < $1.key }) {
      guard let module = modules.place(of: path), base["\(module).weight"] != nil else {
        // A layer that shares another's weight has none of its own in the file.
        updates["\(path).weight"] = update
        if Self.isTaskHead(path, adapter) { taskHeads.insert("\(path).weight") }
        continue
      }
      updates["\(module).weight"] = update
    }
    for (path, tensor) in adapter.wholeTensors.sorted(by: { $0.key < $1.key }) {
      guard let dot = path.lastIndex(of: ".") else { continue }
      let (stem, ending) = (String(path[..<dot]), path[dot...])
      let name: String
      if let module = modules.place(of: stem) {
        name = module + ending
      } else if adapter.updates[stem] != nil || Self.isTaskHead(stem, adapter) {
        name = path
      } else {
        throw .refusedAdapter(
          "the base has no module \(stem) for tensor \(tensor.name): is it the model that the adapter was made for?",
          path: adapter.path)
      }
      originals[name] = .some(base[name])
      tensors[name] = tensor
    }
  }

  /// The names of the modules that classes for a task have beside the model.
  private static let taskHeads: Set<Substring> = [
    "classifier", "score", "classification_head", "qa_outputs", "pooler", "lm_head",
  ]

  private static func isTaskHead(_ path: String, _ adapter: Adapter) -> Bool {
    let components = path.split(separator: ".")
    return components.contains {
      taskHeads.contains($0) || adapter.settings.wholeModules.contains(String($0))
    }
  }
}

/// The paths of a base's modules, among which those of a class are found that may stand behind another prefix.
private struct ModulePaths {
  /// By their last components.
  private var paths: [Substring: [[Substring]]] = [:]

  init(_ tensorNames: some Sequence<String>) {
    var seen: Set<Substring> = []
    for name in tensorNames {
      guard let dot = name.lastIndex(of: "."), seen.insert(name[..<dot]).inserted else { continue }
      let path = name[..<dot].split(separator: ".")
      if let last = path.last { paths[last, default: []].append(path) }
    }
  }

  /// The base's path of a module, which ends as `path` does from the number of its layer on; nil where there is not
  /// exactly one that is nearest to it.
  func place(of path: String) -> String? {
    let path = path.split(separator: ".")
    guard let last = path.last else { return nil }
    let number = path.firstIndex { $0.allSatisfy(\.isNumber) }
    let needed = path[(number.map { max(0, $0 - 1) } ?? path.count - 1)...]
    let near = (paths[last] ?? []).filter { $0.suffix(needed.count) == needed }
    func likeness(_ other: [Substring]) -> (Int, Int) {
      let common = zip(path.reversed(), other.reversed()).prefix { $0 == $1 }.count
      return (common, Set(path).intersection(other).count)
    }
    guard let best = near.map(likeness).max(by: <) else { return nil }
    let nearest = near.filter { likeness($0) == best }
    return nearest.count == 1 ? nearest[0].joined(separator: ".") : nil
  }
}
