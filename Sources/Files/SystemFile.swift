import Glibc

/// The small text files in which Linux reports facts.
package enum SystemFile {
  /// The value of the first line `name: value`.
  package static func value(of name: String, in path: String) -> String? {
    var value: String?
    forEachLine(of: path) { line in
      guard let colon = line.firstIndex(of: ":") else { return true }
      guard line[..<colon].filter({ $0 != "\t" }) == name else { return true }
      value = String(line[line.index(after: colon)...].drop(while: \.isWhitespace))
      return false
    }
    return value
  }

  /// The memory limit of this process's control group, in bytes; nil where there is none.
  package static var memoryLimit: Int? {
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

  /// Bytes that this process may still take; nil where Linux does not tell.
  package static var availableMemory: Int? {
    guard let field = value(of: "MemAvailable", in: "/proc/meminfo")?.split(separator: " ").first,
      let kilobytes = Int(field)
    else { return memoryLimit }
    return min(kilobytes << 10, memoryLimit ?? .max)
  }

  /// - Parameter body: Returns whether to go on. A file that cannot be read has no lines.
  private static func forEachLine(of path: String, _ body: (String) -> Bool) {
    guard let file = fopen(path, "re") else { return }
    defer { fclose(file) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    while getline(&line, &capacity, file) >= 0, let line {
      guard body(String(String(cString: line).prefix { !$0.isNewline })) else { return }
    }
  }
}
