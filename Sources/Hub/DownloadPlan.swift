import Files

/// The files of one commit of a model that a program wants.
public struct DownloadPlan: Sendable {
  public let id: ModelID
  /// The revision as it was asked for.
  public let revision: Revision
  public let commit: String
  /// `model_type`, where the hub tells it.
  public let modelType: String?
  public let files: [RemoteFile]

  /// Whether it is a model in GGUF, which says all of itself.
  public var isGGUF: Bool { files.allSatisfy { $0.name.lowercased().hasSuffix(".gguf") } }

  public var size: Int { files.reduce(0) { $0 + $1.size } }

  /// Bytes that `cache` does not have yet.
  public func missingSize(in cache: HubCache) -> Int {
    let repository = CachedRepository(id: id, cache: cache)
    return files.reduce(0) { sum, file in
      let isThere =
        FileStatus("\(repository.snapshot(commit))/\(file.name)")?.size == file.size
        || FileStatus(repository.blob(file.etag))?.size == file.size
      let begun = FileStatus(repository.partialBlob(file.etag))?.size ?? 0
      return sum + (isThere ? 0 : max(0, file.size - begun))
    }
  }
}

/// A file on the hub.
public struct RemoteFile: Hashable, Sendable {
  public let name: String
  /// Bytes.
  public let size: Int
  /// The checksum, see `ContentHash`.
  let etag: String
}

extension HubClient {
  /// Asks what has to be downloaded for `parts` of a model.
  ///
  /// - Parameter variant: Which of several models in GGUF is meant; nil for the only one, where there are no other
  ///   weights.
  public func plan(
    _ id: ModelID, _ revision: Revision, _ parts: ModelParts, variant: String? = nil
  ) throws(HubError) -> DownloadPlan {
    let listing = try listing(of: id, revision)
    let names = Set(listing.files.map(\.name))
    let models = GGUFListing(names)
    let hasWeights = parts.weights.contains {
      names.contains($0.file) || names.contains($0.index)
    }
    if variant != nil || !hasWeights && !models.names.isEmpty {
      return try plan(listing, models.files(variant, id), id, revision)
    }
    for name in parts.required where !names.contains(name) { throw .lacks(name, id) }
    var wanted = parts.required + parts.optional.filter(names.contains)
    guard
      let weights = parts.weights.first(where: {
        names.contains($0.file) || names.contains($0.index)
      })
    else {
      throw .noWeights(id, lookedFor: parts.weights.flatMap { [$0.file, $0.index] })
    }
    if names.contains(weights.file) {
      wanted.append(weights.file)
    } else {
      let shards = try shardNames(weights.index, id, revision, commit: listing.commit)
      for name in shards where !names.contains(name) { throw .lacks(name, id) }
      wanted += [weights.index] + shards
    }
    return try plan(listing, wanted, id, revision)
  }

  private func plan(
    _ listing: Listing, _ wanted: [String], _ id: ModelID, _ revision: Revision
  ) throws(HubError) -> DownloadPlan {
    var files: [RemoteFile] = []
    let isWanted = Set(wanted)
    for file in listing.files where isWanted.contains(file.name) {
      files.append(try described(file, id, revision, commit: listing.commit))
    }
    return DownloadPlan(
      id: id, revision: revision, commit: listing.commit, modelType: listing.modelType, files: files
    )
  }

  private func shardNames(
    _ index: String, _ id: ModelID, _ revision: Revision, commit: String
  ) throws(HubError) -> [String] {
    let url = try url(of: index, in: id, commit: commit)
    let contents = try contents(of: url, for: id, revision, file: index)
    return try contents.withUnsafeBufferPointer { bytes throws(HubError) in
      try FileBytes(name: index, static: UnsafeRawBufferPointer(bytes)).shardNames(of: id)
    }
  }

  // MARK: The list of files

  private struct Listing {
    var commit: String
    var modelType: String?
    var files: [ListedFile] = []
  }

  private struct ListedFile {
    var name: String
    var size: Int?
    var etag: String?
  }

  private func listing(
    of id: ModelID, _ revision: Revision
  ) throws(HubError) -> Listing {
    let path = "api/models/\(id)/revision/\(revision.description.percentEncoded)?blobs=true"
    let contents = try contents(of: url(path), for: id, revision)
    let host = host
    return try contents.withUnsafeBufferPointer { bytes throws(HubError) in
      let root: JSONValue
      do throws(FileError) {
        root = try JSONDocument(UnsafeRawBufferPointer(bytes), path: host).root
      } catch {
        throw .unexpectedAnswer(host: host, what: "no JSON; is HF_ENDPOINT a hub?")
      }
      guard let commit = root["sha"]?.string, commit.isCommitHash,
        let siblings = root["siblings"]?.array
      else { throw .unexpectedAnswer(host: host, what: "no list of files; is HF_ENDPOINT a hub?") }
      return Listing(
        commit: commit, modelType: root["config"]?["model_type"]?.string,
        files: siblings.compactMap { Self.listedFile($0) })
    }
  }

  /// Files in folders, and those with odd names, are no part of a model.
  private static func listedFile(_ entry: JSONValue) -> ListedFile? {
    guard let name = entry["rfilename"]?.string, name.isPlainFileName else { return nil }
    return ListedFile(
      name: name, size: entry["lfs"]?["size"]?.integer ?? entry["size"]?.integer,
      etag: entry["lfs"]?["sha256"]?.string ?? entry["blobId"]?.string)
  }

  /// Mirrors that only list names are asked for each file.
  private func described(
    _ file: ListedFile, _ id: ModelID, _ revision: Revision, commit: String
  ) throws(HubError) -> RemoteFile {
    var file = file
    if file.size == nil || file.etag == nil {
      let url = try url(of: file.name, in: id, commit: commit)
      let response = try retrying { () throws(HubError) in
        let exchange = try send(.head, url)
        try check(exchange, id, revision, file: file.name)
        return exchange.response
      }
      (file.size, file.etag) = (response.fileSize, response.etag)
    }
    guard let size = file.size, (0...Self.fileSizeLimit).contains(size), let etag = file.etag,
      ContentHash(etag: etag, size: size) != nil
    else { throw .noChecksum(file.name, id) }
    return RemoteFile(name: file.name, size: size, etag: etag)
  }

  /// So small that the sum of as many as a list can have does not overflow.
  private static let fileSizeLimit = 1 << 40
}
