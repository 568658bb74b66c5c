/// The models in GGUF among the files of a repository: each is a file, or several parts.
struct GGUFListing {
  /// The names of the files of each, by what they share.
  private let models: [(stem: String, files: [String])]

  /// - Parameter names: Of all files; what sees or listens for a model is none.
  init(_ names: some Sequence<String>) {
    let files = names.filter { $0.lowercased().hasSuffix(".gguf") && !$0.contains("mmproj") }
    models = Dictionary(grouping: files, by: Self.stem).map { ($0, $1.sorted()) }
      .sorted { $0.stem < $1.stem }
  }

  /// What files are called, without endings and the numbers of parts.
  var names: [String] { models.map(\.stem) }

  /// The name without the ending, and without the number of a part: `-00001-of-00002`.
  private static func stem(_ name: String) -> String {
    let stem = name.dropLast(".gguf".count)
    let part = "-00001-of-00002"
    let ending = stem.suffix(part.count)
    let isPart = zip(part, ending).allSatisfy { $0.isNumber ? $1.isNumber : $0 == $1 }
    return String(isPart && ending.count == part.count ? stem.dropLast(part.count) : stem)
  }

  /// The files of the model that a variant names, such as `Q4_K_M`, by the end of its name; of the only one where it is
  /// nil.
  /// - Throws: `severalGGUF` or `noGGUF`.
  func files(_ variant: String?, _ id: ModelID) throws(HubError) -> [String] {
    guard let variant else {
      guard models.count == 1 else { throw .severalGGUF(id, names) }
      return models[0].files
    }
    let wanted = variant.lowercased()
    let found = models.filter { model in
      let stem = model.stem.lowercased()
      return stem == wanted || "\(stem).gguf" == wanted
        || ["-", ".", "_"].contains { stem.hasSuffix($0 + wanted) }
    }
    // "Q4_K_M" is rather the one that has nothing else behind the model's name.
    guard let length = found.map(\.stem.count).min() else { throw .noGGUF(variant, id, names) }
    let shortest = found.filter { $0.stem.count == length }
    guard shortest.count == 1 else { throw .severalGGUF(id, shortest.map(\.stem)) }
    return shortest[0].files
  }
}

extension Snapshot {
  /// The names of the models in GGUF that the folder has.
  public var ggufNames: [String] { GGUFListing(fileNames).names }

  /// The path of the model in GGUF that a variant names.
  /// - Throws: `ggufNotCached` or `severalGGUF`.
  public func gguf(_ variant: String) throws(HubError) -> String {
    let listing = GGUFListing(fileNames.filter(has))
    do throws(HubError) {
      return "\(path)/\(try listing.files(variant, id)[0])"
    } catch .noGGUF {
      throw .ggufNotCached(variant, id, cached: listing.names)
    }
  }
}
