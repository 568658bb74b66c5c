import Files

/// Tokens in a file of their own: one in each line, or a JSON list of strings.
public enum TokenList {
  public static func read(_ path: String) throws -> [String] {
    let bytes = Array(try FileBytes.text(of: path).withoutByteOrderMark)
    // `[CLS]` in the first line is no beginning of a list.
    if let tokens = jsonStrings(bytes, path: path) { return tokens }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ImportError.notText(path: path)
    }
    guard !text.isEmpty else { throw ImportError.noTokens(path: path) }
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    return (text.last?.isNewline == true ? lines.dropLast() : lines).map(String.init)
  }

  private static func jsonStrings(_ bytes: [UInt8], path: String) -> [String]? {
    let document = bytes.withUnsafeBytes { try? JSONDocument($0, path: path) }
    guard let elements = document?.root.array else { return nil }
    let strings = elements.compactMap(\.string)
    return strings.count == elements.count && !strings.isEmpty ? strings : nil
  }
}
