import Glibc

/// Paths as they are named from wherever the program is started.
enum Path {
  /// The whole path of what is there; a name that is no path stays one.
  static func absolute(_ name: String) -> String {
    guard let path = realpath(name, nil) else { return name }
    defer { free(path) }
    return String(cString: path)
  }
}
