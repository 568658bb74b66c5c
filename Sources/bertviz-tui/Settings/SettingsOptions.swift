import ArgumentParser
import Explorer
import Files

/// Options that choose the settings file.
struct SettingsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read the settings from this file, not the usual one.", valueName: "file"),
    completion: .file())
  var settings: String?

  @Flag(help: "Read no settings file.")
  var noSettings = false

  func validate() throws {
    if settings != nil, noSettings {
      throw ValidationError("give --settings or --no-settings, not both")
    }
  }

  /// The file's settings; none where there is no file and none was named.
  func load() throws -> Settings {
    guard let location else { return Settings() }
    do {
      return try Self.read(location.path)
    } catch FileError.missing where !location.isNamed {
      return Settings()
    }
  }

  /// The path that settings are read from, and whether someone named it; nil if none are.
  var location: (path: String, isNamed: Bool)? {
    if noSettings { return nil }
    if let settings { return (settings, true) }
    if let path = Environment["BERTVIZ_TUI_SETTINGS"] { return (path, true) }
    guard let folder = Environment.settingsFolder else { return nil }
    return ("\(folder)/bertviz-tui/settings", false)
  }

  private static func read(_ path: String) throws -> Settings {
    let bytes = try FileBytes(mapping: path).contents
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ProgramError("\(path): not UTF-8 text")
    }
    do {
      let settings = try Settings(text: text)
      _ = try settings.keyMap()
      return settings
    } catch let error as Settings.LineError {
      throw ProgramError("\(path):\(error.line): \(error.problem)")
    } catch let error as ExplorerError {
      throw ProgramError("\(path): \(error)")
    }
  }
}
