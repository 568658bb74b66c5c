import Files
import Glibc

/// The files of one commit of a model, as far as the cache has them.
public struct Snapshot: Hashable, Sendable {
  public let id: ModelID
  public let commit: String
  /// The branches and tags that stand for the commit, `main` first.
  public let names: [String]
  /// The model's folder in the cache.
  let repository: String

  /// The folder that can be opened as a model.
  public var path: String { "\(repository)/snapshots/\(commit)" }

  /// The commit's name in requests: a branch or a tag, or else the beginning of its hash.
  public var revision: String { names.first ?? String(commit.prefix(8)) }

  /// Bytes of all files, whether or not another commit has them too.
  public var size: Int {
    var size = 0
    var folders = [path]
    while let folder = folders.popLast() {
      for name in (try? Folder.names(in: folder)) ?? [] {
        let path = "\(folder)/\(name)"
        // Links to folders could lead in circles.
        if FileStatus(path, followingLinks: false)?.isFolder == true {
          folders.append(path)
        } else if let status = FileStatus(path), status.isFile {
          size += status.size
        }
      }
    }
    return size
  }

  /// The names directly in the folder, broken links included.
  var fileNames: [String] { (try? Folder.names(in: path)) ?? [] }

  func has(_ name: String) -> Bool { FileStatus("\(path)/\(name)")?.isFile == true }

  /// Checks that all is there that a model consists of.
  /// - Throws: `incomplete`, or what is wrong with the index of the weights.
  public func requireComplete(_ parts: ModelParts) throws(HubError) {
    let missing = try missingFiles(parts)
    guard missing.isEmpty else {
      throw .incomplete(
        id, revision: revision, missing: missing, isCutOff: hasPartialBlobs)
    }
  }

  private func missingFiles(_ parts: ModelParts) throws(HubError) -> [String] {
    let names = Set(fileNames)
    let required = parts.required.filter { !has($0) }
    // Links without the blobs that they should lead to.
    let dangling = parts.optional.filter { names.contains($0) && !has($0) }
    return try required + missingWeights(parts, names) + dangling
  }

  private func missingWeights(
    _ parts: ModelParts, _ names: Set<String>
  ) throws(HubError) -> [String] {
    for weights in parts.weights {
      if has(weights.file) { return [] }
      guard has(weights.index) else { continue }
      let index = try HubError.wrapping { () throws(FileError) in
        try FileBytes(mapping: "\(path)/\(weights.index)")
      }
      return try index.shardNames(of: id).filter { !has($0) }
    }
    let begun = parts.weights.flatMap { [$0.file, $0.index] }.first { names.contains($0) }
    return [begun ?? parts.weights[0].file]
  }

  private var hasPartialBlobs: Bool {
    let blobs = (try? Folder.names(in: "\(repository)/blobs")) ?? []
    return blobs.contains { $0.hasSuffix(".incomplete") }
  }
}

/// Of which files a model consists, for a program that reads it.
public struct ModelParts: Sendable {
  public var required: [String]
  /// Of use where they are there.
  public var optional: [String]
  /// Formats of the weights, the preferred one first: all in one file, or in several that an index names.
  public var weights: [(file: String, index: String)]

  /// - Precondition: There is a format of weights.
  public init(
    required: [String], optional: [String], weights: [(file: String, index: String)]
  ) {
    precondition(!weights.isEmpty)
    self.required = required
    self.optional = optional
    self.weights = weights
  }
}

extension FileBytes {
  /// The files that an index of weights names, sorted. They are plain names: nothing outside the folder.
  func shardNames(of id: ModelID) throws(HubError) -> [String] {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let document = try HubError.wrapping { () throws(FileError) in try JSONDocument(self) }
    guard let map = document.root["weight_map"]?.object else { throw .malformedIndex(file, id) }
    var names: Set<String> = []
    for member in map {
      guard let name = member.value.string else { throw .malformedIndex(file, id) }
      names.insert(name)
    }
    for name in names where !name.isPlainFileName { throw .unsafeFileName(name, id) }
    return names.sorted()
  }
}

extension String {
  /// Whether it is a name of letters, digits, `-`, `_` and `.` that can stand in a folder, a URL and a message.
  var isPlainFileName: Bool {
    !isEmpty && !hasPrefix(".") && utf8.count <= 200
      && unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
          || $0 == "-" || $0 == "_" || $0 == "."
      }
  }
}
