import Files
import Glibc

/// The folder in which Python's huggingface_hub, and this program, keep what they download.
///
///     models--org--name/
///       refs/main                     the commit that the branch, or tag, stands for
///       snapshots/COMMIT/config.json  → ../../blobs/ETAG, or the file itself
///       blobs/ETAG                    contents, named by their checksum
///     .locks/models--org--name/ETAG.lock
public struct HubCache: Hashable, Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  /// The cached part of a revision.
  /// - Throws: `notCached`, `revisionNotCached`, `ambiguousRevision`, `malformedReference` or `file`.
  public func snapshot(
    of id: ModelID, revision: Revision = .main
  ) throws(HubError) -> Snapshot {
    let repository = CachedRepository(id: id, cache: self)
    guard repository.isThere else { throw .notCached(id, cache: path) }
    guard let commit = try repository.commit(of: revision) else {
      let snapshots = try repository.snapshots()
      guard revision != .main || !snapshots.isEmpty else { throw .notCached(id, cache: path) }
      throw .revisionNotCached(revision, id, cached: snapshots.map(\.revision))
    }
    return Snapshot(
      id: id, commit: commit, names: repository.references().names(of: commit),
      repository: repository.path)
  }

  /// All that the cache has, by id. A cache that does not exist yet has nothing.
  public func snapshots() throws(HubError) -> [Snapshot] {
    var snapshots: [Snapshot] = []
    for id in try modelIDs() { snapshots += try self.snapshots(of: id) }
    return snapshots
  }

  /// The snapshots that the cache has of a model; none where a download has only begun.
  public func snapshots(of id: ModelID) throws(HubError) -> [Snapshot] {
    try CachedRepository(id: id, cache: self).snapshots()
  }

  /// The names of all else in the cache, but for what its owners need: data sets, and what someone has put there.
  public func otherNames() throws(HubError) -> [String] {
    try names().filter {
      ModelID(folder: $0) == nil && !$0.hasPrefix(".") && !$0.hasPrefix("version")
        && $0 != "CACHEDIR.TAG" && $0 != "tmp"
    }
  }

  /// The models of which the cache has something.
  public func modelIDs() throws(HubError) -> [ModelID] {
    try names().compactMap { ModelID(folder: $0) }.sorted()
  }

  private func names() throws(HubError) -> [String] {
    do throws(FileError) {
      return try Folder.names(in: path)
    } catch .missing {
      return []
    } catch {
      throw .file(error)
    }
  }
}

/// One model's folder in the cache.
struct CachedRepository: Sendable {
  let id: ModelID
  let cache: HubCache

  var path: String { "\(cache.path)/\(id.folder)" }

  var isThere: Bool { FileStatus(path)?.isFolder == true }

  func reference(_ revision: String) -> String { "\(path)/refs/\(revision)" }
  func blob(_ etag: String) -> String { "\(path)/blobs/\(etag)" }
  func partialBlob(_ etag: String) -> String { "\(path)/blobs/\(etag).incomplete" }
  func snapshot(_ commit: String) -> String { "\(path)/snapshots/\(commit)" }
  func lock(_ etag: String) -> String { "\(cache.path)/.locks/\(id.folder)/\(etag).lock" }

  /// The commit that a branch, a tag, or a commit's hash or beginning stands for; nil if the cache does not know.
  func commit(of revision: Revision) throws(HubError) -> String? {
    let reference = reference(revision.description)
    if FileStatus(reference)?.isFile == true { return try commit(in: reference) }
    guard revision.isCommitPrefix else { return nil }
    let commits = commits().filter { $0.hasPrefix(revision.description) }
    guard commits.count < 2 else {
      throw .ambiguousRevision(revision, id, commits: commits)
    }
    return commits.first
  }

  /// One for each commit of which there are files, those with a name first.
  func snapshots() throws(HubError) -> [Snapshot] {
    let references = references()
    return commits()
      .map { commit in
        Snapshot(
          id: id, commit: commit, names: references.names(of: commit), repository: path)
      }
      .sorted { ($0.names.isEmpty ? 1 : 0, $0.revision) < ($1.names.isEmpty ? 1 : 0, $1.revision) }
  }

  /// The branches and tags that can be read. Names with slashes lie in folders.
  func references() -> [Reference] {
    var references: [Reference] = []
    var folders = [""]
    while let folder = folders.popLast() {
      for name in (try? Folder.names(in: "\(path)/refs/\(folder)")) ?? [] {
        let name = folder + name
        guard let status = FileStatus(reference(name)), Revision(name) != nil else { continue }
        if status.isFolder { folders.append("\(name)/") }
        if status.isFile, let commit = try? commit(in: reference(name)) {
          references.append(Reference(name: name, commit: commit))
        }
      }
    }
    return references
  }

  private func commit(in reference: String) throws(HubError) -> String {
    let bytes = try HubError.wrapping { () throws(FileError) in
      try FileBytes(mapping: reference).contents
    }
    let text = String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
    guard text.isCommitHash else { throw .malformedReference(path: reference) }
    return text
  }

  private func commits() -> [String] {
    let names = (try? Folder.names(in: "\(path)/snapshots")) ?? []
    return names.filter { $0.isCommitHash }
  }
}

/// A branch or a tag.
struct Reference: Sendable {
  let name: String
  let commit: String
}

extension [Reference] {
  /// `main` first.
  fileprivate func names(of commit: String) -> [String] {
    filter { $0.commit == commit }.map(\.name)
      .sorted { ($0 == "main" ? 0 : 1, $0) < ($1 == "main" ? 0 : 1, $1) }
  }
}

/// The kind of file that a path leads to.
struct FileStatus {
  let isFile: Bool
  let isFolder: Bool
  let size: Int

  /// Nil if it leads nowhere.
  init?(_ path: String, followingLinks: Bool = true) {
    var status = stat()
    guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
    isFile = status.st_mode & S_IFMT == S_IFREG
    isFolder = status.st_mode & S_IFMT == S_IFDIR
    size = Int(status.st_size)
  }
}
