import Glibc

/// Environment variables; an empty one is none.
enum Environment {
  static subscript(name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// The path with the home folder in the place of `~`, as a shell would have it.
  static func expandingHome(_ path: String) -> String {
    guard path.hasPrefix("~/"), let home = self["HOME"] else { return path }
    return home + path.dropFirst()
  }

  /// The folder of what is kept between starts (XDG Base Directory Specification).
  static var stateFolder: String? {
    if let folder = self["XDG_STATE_HOME"], folder.hasPrefix("/") { return folder }
    return self["HOME"].map { "\($0)/.local/state" }
  }

  /// The folder of settings (XDG Base Directory Specification, which wants absolute paths only).
  static var settingsFolder: String? {
    if let folder = self["XDG_CONFIG_HOME"], folder.hasPrefix("/") { return folder }
    return self["HOME"].map { "\($0)/.config" }
  }
}
