import Glibc

/// The alternative: `reference.py` beside this file, run by a Python interpreter.
struct Reference {
  let python: String

  private static let script =
    #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/reference.py"

  struct Answer {
    let values: [Substring: Double]
    /// From the command to its end.
    let wholeSeconds: Double

    var seconds: Double { values["seconds"] ?? .nan }
    var megabytes: Double { values["megabytes"] ?? .nan }
  }

  /// - Returns: One answer a line that the script printed.
  func ask(_ arguments: String...) throws -> [Answer] {
    let command = ([python, Self.script] + arguments).map { "'\($0)'" }.joined(separator: " ")
    let start = ContinuousClock.now
    guard let pipe = popen("\(command) 2>/dev/null", "r") else { throw ReferenceError(command) }
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 {
      text += String(decoding: buffer[..<count], as: UTF8.self)
    }
    guard pclose(pipe) == 0 else { throw ReferenceError(command) }
    let seconds = (ContinuousClock.now - start).seconds
    return text.split(separator: "\n").map {
      Answer(values: Self.numbers($0), wholeSeconds: seconds)
    }
  }

  /// The numbers of a flat JSON object.
  private static func numbers(_ line: Substring) -> [Substring: Double] {
    let words = line.split { "{}\", :".contains($0) }
    let pairs = stride(from: 0, to: words.count - 1, by: 2).compactMap { index in
      Double(words[index + 1]).map { (words[index], $0) }
    }
    return Dictionary(pairs) { $1 }
  }
}

struct ReferenceError: Error, CustomStringConvertible {
  let description: String
  init(_ command: String) { description = "failed: \(command)" }
}
