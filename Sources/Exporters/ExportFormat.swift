import Explorer
import TerminalUI

/// The formats that a view can be saved in.
public enum ExportFormat: String, CaseIterable, Sendable {
  /// A page to explore in a browser.
  case html
  /// A drawing for papers.
  case svg
  /// The screen, as a picture, as text with colours, and as text.
  case png, ansi, txt
}

/// A format that the ending of a file's name chooses.
public protocol FileFormat: CaseIterable, RawRepresentable where RawValue == String {}

extension FileFormat {
  /// The format that the file's ending names, in whichever case.
  public init?(path: String) {
    let ending = path.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last
    guard let ending, let format = Self(rawValue: ending.lowercased()) else { return nil }
    self = format
  }

  public static func format(ofPath path: String) throws(ExportError) -> Self {
    guard let format = Self(path: path) else {
      throw .unknownEnding(path: path, known: allCases.map(\.rawValue))
    }
    return format
  }
}

extension ExportFormat: FileFormat {}
extension AttentionDump.Format: FileFormat {}
