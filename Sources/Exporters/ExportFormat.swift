import Explorer
import TerminalUI

/// The formats that a view can be saved in.
public enum ExportFormat: String, CaseIterable, Sendable {
  /// A page to explore in a browser.
  case html
  /// A drawing for papers; as paths and letters, or as pixels.
  case svg, pdf, png
  /// The numbers, a row for each pair of tokens or for each head.
  case csv, tsv
  /// The screen as text, with and without colours.
  case ansi, txt

  /// Whether it is as large as what it shows, whatever the window.
  public var isDrawing: Bool { self == .svg || self == .pdf || self == .png }
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
