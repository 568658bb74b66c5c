import Files
import Glibc

/// The right to write a blob, which huggingface_hub's processes and this program's give each other by `flock`.
///
/// It ends with the process at the latest. The file stays: unlinked, two processes could hold locks on two files of
/// one name.
struct FileLock: ~Copyable {
  private let descriptor: Int32

  /// Takes the lock, or gives nil if another process, or another download of this one, has it.
  static func take(_ path: String) throws(HubError) -> FileLock? {
    // Others of the group may lock what this person locked, as with huggingface_hub.
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o664)
    guard descriptor >= 0 else { throw .file(.writing(path)) }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK || errno == EINTR {
      close(descriptor)
      return nil
    }
    // Or the file system has no locks: wrong contents would still be found by their checksum.
    return FileLock(descriptor: descriptor)
  }

  deinit { close(descriptor) }
}
