import CThreads

/// Work beside that of the calling thread.
package enum Thread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Runs `body` on a thread of its own, or here where the system has no more threads.
  package static func start(_ body: @escaping @Sendable () -> Void) {
    let context = Unmanaged.passRetained(Body(body)).toOpaque()
    let isStarted = cth_start(
      { Unmanaged<Body>.fromOpaque($0).takeRetainedValue().run() }, context)
    if !isStarted { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
  }
}
