/// What can be wrong with a file of saved attention.
public enum ImportError: Error, Equatable, Sendable, CustomStringConvertible {
  case notText(path: String)
  case noTokens(path: String)
  case unknownFormat(path: String)

  public var description: String {
    switch self {
    case .notText(let path):
      "\(path): not UTF-8 text; convert it first, for example with iconv"
    case .noTokens(let path):
      "\(path): no tokens in it"
    case .unknownFormat(let path):
      "\(path): no format of saved attention that is known"
    }
  }
}
