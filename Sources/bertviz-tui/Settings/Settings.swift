import Curses
import Explorer
import TerminalUI

/// A person's settings, as the settings file has them; nil where it says nothing.
///
/// Each has the name of a flag, which beats it.
struct Settings: Equatable {
  var theme: Theme.Appearance?
  var color: ColorSetting?
  var view: ViewKind?
  var ascii: Bool?
  var linesWith: LineInk?
  var mouse: Bool?
  var rawTokens: Bool?
  var threads: Int?
  /// Whether the start screen knows what was looked at lately.
  var recent: Bool?
  /// Keys by the name of their action: `key.<action>`.
  var keys: [String: [String]] = [:]

  /// - Throws: `ExplorerError.keyTaken` if a key would mean two things.
  func keyMap() throws(ExplorerError) -> KeyMap { try KeyMap.standard.rebinding(keys) }
}

/// One name that the settings file may use, but for those of keys.
struct Setting: Sendable {
  let name: String
  /// The allowed values, as messages and the manual list them.
  let values: String
  /// The same, where it is one of a few words.
  var choices: [String] = []
  /// Takes a value over; false if it is none of these.
  let set: @Sendable (_ value: String, _ settings: inout Settings) -> Bool

  static let all: [Setting] = [
    choice("theme", \.theme), choice("color", \.color), choice("view", \.view),
    flag("ascii", \.ascii), choice("lines-with", \.linesWith), flag("mouse", \.mouse),
    flag("raw-tokens", \.rawTokens), flag("recent", \.recent),
    Setting(name: "threads", values: "a number from 1 on") { value, settings in
      guard let count = Int(value), count > 0 else { return false }
      settings.threads = count
      return true
    },
  ]

  private static func choice<Value: RawRepresentable<String> & CaseIterable & SendableMetatype>(
    _ name: String, _ path: WritableKeyPath<Settings, Value?> & Sendable
  ) -> Setting {
    let values = Value.allCases.map(\.rawValue)
    return Setting(
      name: name, values: "one of \(values.joined(separator: ", "))", choices: values
    ) { value, settings in
      guard let choice = Value(rawValue: value) else { return false }
      settings[keyPath: path] = choice
      return true
    }
  }

  private static func flag(
    _ name: String, _ path: WritableKeyPath<Settings, Bool?> & Sendable
  ) -> Setting {
    Setting(name: name, values: "yes or no", choices: ["yes", "no"]) { value, settings in
      guard let isOn = ["yes": true, "no": false][value] else { return false }
      settings[keyPath: path] = isOn
      return true
    }
  }
}
