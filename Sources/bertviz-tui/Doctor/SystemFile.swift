/// What Linux tells in small text files.
enum SystemFile {
  /// The value of the first line `name: value`.
  static func value(of name: String, in path: String) -> String? {
    var value: String?
    forEachLine(of: path) { line in
      guard let colon = line.firstIndex(of: ":") else { return true }
      guard line[..<colon].filter({ $0 != "\t" }) == name else { return true }
      value = String(line[line.index(after: colon)...].drop(while: \.isWhitespace))
      return false
    }
    return value
  }

  /// How many bytes the control group of this process may use; nil where there is no limit.
  static var memoryLimit: Int? {
    var group: Substring?
    forEachLine(of: "/proc/self/cgroup") { line in
      if line.hasPrefix("0::") { group = line.dropFirst(3) }
      return group == nil
    }
    var limit: Int?
    // Limits of the groups around it hold, too.
    while let path = group {
      forEachLine(of: "/sys/fs/cgroup\(path)/memory.max") { line in
        if let bytes = Int(line) { limit = min(bytes, limit ?? bytes) }
        return false
      }
      group = path.lastIndex(of: "/").map { path[..<$0] }
    }
    return limit
  }

  /// - Parameter body: Returns whether to go on. A file that cannot be read has no lines.
  private static func forEachLine(of path: String, _ body: (String) -> Bool) {
    guard var lines = try? TextLines(path: path) else { return }
    while let line = try? lines.next() {
      if case .success(let text) = line, !body(text) { return }
    }
  }
}
