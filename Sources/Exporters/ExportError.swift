/// An error in a request to export, before anything is written.
public enum ExportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file's ending names no format; `known` are those that there are.
  case unknownEnding(path: String, known: [String])
  /// A picture of so many pixels would not fit into memory, or into any program that shows it.
  case tooLarge(width: Int, height: Int)
  /// The page would be larger than a browser takes, in bytes.
  case pageTooLarge(byteCount: Int, limit: Int)
  /// A file is no font, or one without outlines.
  case unusableFont(path: String, reason: String)
  /// libpng's own words.
  case noPicture(reason: String)

  public var description: String {
    switch self {
    case .unknownEnding(let path, let known):
      let endings = known.map { ".\($0)" }.joined(separator: ", ")
      return "\(path): unknown file ending, known are \(endings)"
    case .tooLarge(let width, let height):
      return "a picture of \(width)×\(height) pixels is too large: give a smaller --size or --scale"
    case .pageTooLarge(let byteCount, let limit):
      return "the page would hold \(byteCount >> 20) MB of attention, and browsers take about "
        + "\(limit >> 20) MB: keep fewer layers with --layers, or shorten the text"
    case .unusableFont(let path, let reason):
      return "\(path): no font to draw with: \(reason)"
    case .noPicture(let reason):
      return "the picture cannot be encoded: \(reason)"
    }
  }
}
