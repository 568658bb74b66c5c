import Synchronization

/// The identity of a run of a model, or of a file that was read, in this process.
public struct RunID: Hashable, Sendable {
  private static let latest = Atomic(0)
  private let number: Int

  /// One that there was not before.
  public init() { number = Self.latest.add(1, ordering: .relaxed).newValue }
}
