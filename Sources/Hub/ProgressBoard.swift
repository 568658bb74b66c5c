import Glibc
import Synchronization

/// The progress of a file's download.
public struct FileProgress: Sendable {
  public enum State: Sendable {
    case waiting
    /// Another process downloads it.
    case locked
    case running
    /// After an error, for so long.
    case paused(HubError, Duration)
    case finished
    /// It was in the cache.
    case present
  }

  public let name: String
  /// Bytes.
  public let size: Int
  public internal(set) var byteCount = 0
  public internal(set) var state = State.waiting
}

/// The state that the downloads of a model's files share with each other and with those who watch.
final class ProgressBoard: Sendable {
  private struct Entries {
    var files: [FileProgress]
    var next = 0
    var error: HubError?
  }

  private let entries: Mutex<Entries>

  init(_ files: [RemoteFile]) {
    entries = Mutex(Entries(files: files.map { FileProgress(name: $0.name, size: $0.size) }))
  }

  var files: [FileProgress] { entries.withLock { $0.files } }

  /// The first error, which has stopped the others.
  var error: HubError? { entries.withLock { $0.error } }

  /// The next file that nobody has begun; nil at the end, and after an error.
  func takeFile() -> Int? {
    entries.withLock { entries in
      guard entries.error == nil, entries.next < entries.files.count else { return nil }
      defer { entries.next += 1 }
      return entries.next
    }
  }

  func set(_ index: Int, _ state: FileProgress.State, byteCount: Int? = nil) {
    entries.withLock { entries in
      entries.files[index].state = state
      if let byteCount { entries.files[index].byteCount = byteCount }
    }
  }

  func fail(_ error: HubError) {
    entries.withLock { entries in
      if entries.error == nil { entries.error = error }
    }
  }

  func checkCancelled() throws(HubError) {
    if error != nil { throw .cancelled }
  }

  /// Waits, but not longer than it makes sense.
  func pause(_ duration: Duration) throws(HubError) {
    let end = ContinuousClock.now + duration
    while ContinuousClock.now < end {
      try checkCancelled()
      usleep(UInt32(clamping: Int(min(end - .now, .milliseconds(100)) / .microseconds(1))))
    }
  }
}
