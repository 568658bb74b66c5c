/// Why a request cannot be run.
public enum RunError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The target is to be shifted, and the model's files do not say what takes the first place.
  case noFirstToken
  /// What was saved can be looked at, and not changed.
  case saved

  public var description: String {
    switch self {
    case .noFirstToken:
      "the target cannot be shifted: the model's files name no token to start with"
    case .saved: "attention from a file cannot be computed anew"
    }
  }
}
