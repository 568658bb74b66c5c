import Files
import Glibc

/// The way of one file of a plan into the cache.
struct FileDownload {
  let client: HubClient
  let plan: DownloadPlan
  let index: Int
  let repository: CachedRepository
  let board: ProgressBoard

  private var file: RemoteFile { plan.files[index] }
  private var blob: String { repository.blob(file.etag) }
  private var link: String { "\(repository.snapshot(plan.commit))/\(file.name)" }

  /// - Throws: `cancelled` when the board says so, and else why the file cannot be had.
  func run() throws(HubError) {
    if try isWhole(link) {
      board.set(index, .present, byteCount: file.size)
      return
    }
    let lock = try waitForLock()
    try withExtendedLifetime(lock) { () throws(HubError) in
      let wasThere = try isWhole(blob)
      if !wasThere { try fetch() }
      try makeLink()
      board.set(index, wasThere ? .present : .finished, byteCount: file.size)
    }
  }

  /// Whether the file is there, with the contents that it should have.
  private func isWhole(_ path: String) throws(HubError) -> Bool {
    guard FileStatus(path)?.size == file.size,
      var hash = ContentHash(etag: file.etag, size: file.size),
      let contents = try? FileBytes(mapping: path)
    else { return false }
    var rest = contents.bytes[...]
    while !rest.isEmpty {
      try board.checkCancelled()
      hash.update(UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 24)))
      rest = rest.dropFirst(1 << 24)
    }
    return withExtendedLifetime(contents) { hash.isRight() }
  }

  private func waitForLock() throws(HubError) -> FileLock {
    while true {
      if let lock = try FileLock.take(repository.lock(file.etag)) { return lock }
      board.set(index, .locked)
      try board.pause(.milliseconds(200))
    }
  }

  /// Goes on where an earlier download ended, as often as the connection does.
  private func fetch() throws(HubError) {
    var partial = try PartialBlob(repository.partialBlob(file.etag), of: file)
    var retries = Retries(limit: 5, firstDelay: client.firstDelay)
    let begun = partial.count
    var best = begun
    while partial.count < file.size {
      do throws(HubError) {
        try receive(into: &partial)
      } catch {
        if partial.count > best { retries.reset() }
        best = max(best, partial.count)
        guard let delay = retries.delay(after: error) else { throw error }
        board.set(index, .paused(error, delay))
        try board.pause(delay)
      }
    }
    do throws(HubError) {
      try partial.commit(to: blob, name: file.name)
    } catch .wrongChecksum where begun > 0 {
      // It may be the beginning, which someone else left, that was wrong.
      try fetch()
    }
  }

  /// Adds what one answer brings.
  private func receive(into partial: inout PartialBlob) throws(HubError) {
    board.set(index, .running, byteCount: partial.count)
    let url = try client.url(of: file.name, in: plan.id, commit: plan.commit)
    var exchange = try client.send(.get, url, offset: partial.count)
    let response = exchange.response
    switch response.status {
    case 206 where response.rangeStart == partial.count: break
    case 200: try partial.restart()
    case 206, 416:
      // Not the part that was asked for.
      try partial.restart()
      throw .serverError(host: exchange.host, status: response.status, retryAfter: nil)
    default:
      try client.check(exchange, plan.id, plan.revision, file: file.name)
      throw .unexpectedAnswer(
        host: exchange.host, what: "status \(response.status) for \(file.name)")
    }
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
    defer { chunk.deallocate() }
    while true {
      let count = try exchange.read(into: chunk)
      if count == 0 { break }
      guard partial.count + count <= file.size else {
        partial.discard()
        throw .tooLong(file: file.name, expected: file.size)
      }
      try partial.append(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
      board.set(index, .running, byteCount: partial.count)
      try board.checkCancelled()
    }
    guard partial.count == file.size else {
      throw .cutOff(file: file.name, received: partial.count, expected: file.size)
    }
  }

  /// Without links, the file itself goes to its place among the snapshots.
  private func makeLink() throws(HubError) {
    let target = "../../blobs/\(file.etag)"
    unlink(link)
    if symlink(target, link) == 0 || errno == EEXIST { return }
    guard [EPERM, ENOTSUP, ENOSYS].contains(errno), rename(blob, link) == 0 else {
      throw .file(.writing(link))
    }
  }
}
