import Explorer
import TerminalUI

/// The text of a settings file: a line `name = value` for each setting, and lines of comment, which begin
/// with `#`. Comments have lines of their own because `#` is a key, too.
extension Settings {
  /// An error in a line.
  enum Problem: Error, Equatable, CustomStringConvertible {
    case notASetting
    case unknownName(String)
    case invalidValue(String, of: String, valid: String)
    case repeated(String, firstLine: Int)
    case keys(ExplorerError)

    var description: String {
      switch self {
      case .notASetting:
        "write a setting as \"name = value\""
      case .unknownName(let name):
        "no setting is called \"\(name)\": there are "
          + Setting.all.map(\.name).joined(separator: ", ") + " and key.ACTION"
          + SimilarName.question(name, among: Setting.all.map(\.name))
      case .invalidValue(let value, let name, let valid):
        "\(name) must be \(valid), not \"\(value)\""
          + SimilarName.question(
            value, among: Setting.all.first { $0.name == name }?.choices ?? [])
      case .repeated(let name, let firstLine):
        "\(name) is set in line \(firstLine) already"
      case .keys(let error):
        error.description
      }
    }
  }

  /// - Throws: The first problem, with its line, from 1 on.
  init(text: String) throws(LineError) {
    var linesByName: [String: Int] = [:]
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let content = line.trimmingBlanks()
      guard !content.isEmpty, !content.hasPrefix("#") else { continue }
      do throws(Problem) {
        let name = try set(content)
        if let firstLine = linesByName.updateValue(index + 1, forKey: name) {
          throw .repeated(name, firstLine: firstLine)
        }
      } catch {
        throw LineError(line: index + 1, problem: error)
      }
    }
  }

  struct LineError: Error, Equatable {
    let line: Int
    let problem: Problem
  }

  /// Takes a line over; returns the name that it sets.
  private mutating func set(_ line: Substring) throws(Problem) -> String {
    let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw .notASetting }
    let name = String(parts[0].trimmingBlanks())
    let value = String(parts[1].trimmingBlanks())
    if name.hasPrefix("key.") {
      try setKeys(value, action: String(name.dropFirst(4)))
    } else {
      guard let setting = Setting.all.first(where: { $0.name == name }) else {
        throw .unknownName(name)
      }
      guard setting.set(value, &self) else {
        throw .invalidValue(value, of: name, valid: setting.values)
      }
    }
    return name
  }

  private mutating func setKeys(_ value: String, action: String) throws(Problem) {
    let keys = value.split(whereSeparator: \.isWhitespace).map(String.init)
    do throws(ExplorerError) {
      _ = try KeyMap.standard.rebinding([action: keys])
    } catch .keyTaken {
      // Another line may take the key from its owner: that is known behind the last one.
    } catch {
      throw .keys(error)
    }
    self.keys[action] = keys
  }
}

extension Substring {
  fileprivate func trimmingBlanks() -> Substring {
    let start = drop(while: \.isWhitespace)
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return start }
    return start[...end]
  }
}
