import Glibc

/// A signal that one thread raises and another one waits for; each wait takes one raising.
package final class Signal: Sendable {
  // Made for several threads, and never moved.
  private nonisolated(unsafe) let semaphore: UnsafeMutablePointer<sem_t>

  package init() {
    semaphore = .allocate(capacity: 1)
    sem_init(semaphore, 0, 0)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  package func raise() { sem_post(semaphore) }

  package func wait() {
    // A signal handler may end the wait before its time.
    while sem_wait(semaphore) != 0, errno == EINTR {}
  }
}
