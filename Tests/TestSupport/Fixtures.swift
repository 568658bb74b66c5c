/// Where the files of `Tests/Fixtures` lie.
public enum Fixtures {
  /// The path of a file or folder, such as `models/bert_base`.
  public static func path(_ name: String, from file: String = #filePath) -> String {
    let support = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    return (support.dropLast() + ["Fixtures", Substring(name)]).joined(separator: "/")
  }
}
