/// What can be wrong with the wish to export, before anything is written.
public enum ExportError: Error, Equatable, Sendable, CustomStringConvertible {
  case unknownEnding(path: String)

  public var description: String {
    switch self {
    case .unknownEnding(let path):
      let endings = AttentionDump.Format.allCases.map { ".\($0.rawValue)" }
      return "\(path): unknown file ending, known are \(endings.joined(separator: ", "))"
    }
  }
}
