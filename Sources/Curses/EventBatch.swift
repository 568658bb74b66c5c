import CTerminal
import Glibc
import TerminalUI

/// All that had happened when the program last looked, in order.
///
/// The whole batch is to be handled before the next picture is drawn: so held keys never queue up.
public struct EventBatch: Equatable, Sendable {
  /// At most one `resize`, and it comes first.
  public var events: [Event] = []
  /// Whether `Terminal.wake` asked for attention.
  public var isWoken = false
  /// Set when the terminal told what it had been asked for when it was opened: its background, and what it draws lines
  /// with.
  public var background: Background?
  public var lineInks: [LineInk]?
  /// Set when the program has to end.
  public var ending: Ending?

  public init(events: [Event] = [], isWoken: Bool = false, ending: Ending? = nil) {
    self.events = events
    self.isWoken = isWoken
    self.ending = ending
  }

  /// This batch followed by the `next`.
  func joined(with next: EventBatch) -> EventBatch {
    var joined = next
    let isResized = next.events.contains { if case .resize = $0 { true } else { false } }
    let earlier = events.filter { if isResized, case .resize = $0 { false } else { true } }
    // The last size, before everything else.
    joined.events =
      isResized ? [next.events[0]] + earlier + next.events.dropFirst() : events + next.events
    joined.isWoken = isWoken || next.isWoken
    joined.background = next.background ?? background
    joined.lineInks = next.lineInks ?? lineInks
    joined.ending = next.ending ?? ending
    return joined
  }
}

/// A signal that asks the program to end.
public enum Ending: Equatable, Sendable {
  case interrupted, terminated
  /// The terminal has gone away.
  case hungUp

  /// The status a shell reports for a program that the signal killed.
  public var exitStatus: Int32 {
    switch self {
    case .interrupted: 128 + SIGINT
    case .terminated: 128 + SIGTERM
    case .hungUp: 128 + SIGHUP
    }
  }

  init?(signal: Int32) {
    switch signal {
    case SIGINT: self = .interrupted
    case SIGTERM: self = .terminated
    case SIGHUP: self = .hungUp
    default: return nil
    }
  }
}
