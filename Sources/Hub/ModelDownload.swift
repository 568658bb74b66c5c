import Files
import Glibc
import Synchronization
import Threads

/// Brings a plan's files into the cache.
///
/// They are written as huggingface_hub writes them, which finds them there, and this what that has written. A
/// download that ends early, however it does, leaves what the next one goes on with.
public struct ModelDownload {
  private let client: HubClient
  private let plan: DownloadPlan
  private let repository: CachedRepository

  public init(_ plan: DownloadPlan, into cache: HubCache, client: HubClient) {
    self.client = client
    self.plan = plan
    repository = CachedRepository(id: plan.id, cache: cache)
  }

  /// Downloads several files at once, and notes what branch or tag they are of when all are there.
  ///
  /// - Parameter watch: Called some ten times a second, and at the end.
  /// - Returns: The snapshot that is complete now.
  public func run(watch: ([FileProgress]) -> Void) throws(HubError) -> Snapshot {
    try makeFolders()
    try checkSpace()
    let board = ProgressBoard(plan.files)
    let workerCount = min(client.connectionCount, plan.files.count)
    let finished = Finished()
    for _ in 0..<workerCount {
      Thread.start { [client, plan, repository] in
        defer { finished.count.add(1, ordering: .releasing) }
        while let index = board.takeFile() {
          do throws(HubError) {
            try FileDownload(
              client: client, plan: plan, index: index, repository: repository, board: board
            ).run()
          } catch {
            board.fail(error)
          }
        }
      }
    }
    var naps = 0
    while finished.count.load(ordering: .acquiring) < workerCount {
      usleep(10_000)
      naps += 1
      if naps.isMultiple(of: 10) { watch(board.files) }
    }
    watch(board.files)
    if let error = board.error { throw error }
    try writeReference()
    return Snapshot(
      id: plan.id, commit: plan.commit, names: [plan.revision.description],
      repository: repository.path)
  }

  /// The number of workers that have nothing left to do.
  private final class Finished: Sendable {
    let count = Atomic(0)
  }

  private func makeFolders() throws(HubError) {
    let locks = "\(repository.cache.path)/.locks/\(plan.id.folder)"
    do throws(FileError) {
      for folder in ["\(repository.path)/blobs", repository.snapshot(plan.commit), locks] {
        try Folder.make(folder)
      }
    } catch .unwritable(let path, let reason) {
      throw .cacheNotWritable(path: path, reason: reason)
    } catch {
      throw .file(error)
    }
  }

  private func checkSpace() throws(HubError) {
    var status = statvfs()
    // Some network file systems do not know.
    guard statvfs(repository.path, &status) == 0, status.f_blocks > 0 else { return }
    let (available, isHuge) = Int(clamping: status.f_bavail).multipliedReportingOverflow(
      by: Int(clamping: status.f_frsize))
    let needed = plan.missingSize(in: repository.cache)
    guard isHuge || needed <= available else {
      throw .noSpace(needed: needed, available: available, path: repository.cache.path)
    }
  }

  /// Only now: until then, the branch stands for the commit that was complete before.
  private func writeReference() throws(HubError) {
    let revision = plan.revision.description
    guard revision != plan.commit else { return }
    let path = repository.reference(revision)
    try HubError.wrapping { () throws(FileError) in
      if let slash = path.lastIndex(of: "/") { try Folder.make(String(path[..<slash])) }
      let file = try AtomicFile(path: path)
      try file.write(plan.commit)
      try file.commit()
    }
  }
}
