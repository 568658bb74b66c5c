/// The output formats of `heads`.
enum HeadFormat: String, CustomStringConvertible {
  case table, json, csv

  var description: String { rawValue }

  /// Nil where the ending of the file's name chooses none.
  init?(path: String) {
    switch Self.ending(of: path) {
    case "csv": self = .csv
    case "json", "jsonl": self = .json
    default: return nil
    }
  }

  /// Whether the name of the file promises something else.
  static func isUnknownEnding(of path: String) -> Bool {
    guard let ending = ending(of: path), Self(path: path) == nil else { return false }
    return ending != "txt"
  }

  /// In lower case; nil for a name without an ending.
  private static func ending(of path: String) -> String? {
    let name = path.split(separator: "/").last ?? ""
    return name.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last?
      .lowercased()
  }
}
