import Foundation
import TestSupport

/// One run of the program without a terminal: what it printed, and how it ended.
struct ProgramRun {
  let output: String
  let errors: String
  let status: Int32

  static let path = Products.path(of: "bertviz-tui")

  init(_ arguments: String..., input: String = "", environment: [String: String] = [:]) throws {
    try self.init(arguments, input: Data(input.utf8), environment: environment)
  }

  /// - Parameter environment: Added to a plain one; an empty value removes a variable.
  init(
    program: String = path, _ arguments: [String], input: Data = Data(),
    environment: [String: String] = [:]
  ) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    var variables = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"]
    variables["BERTVIZ_TUI_KERNELS"] =
      ProcessInfo.processInfo.environment["BERTVIZ_TUI_KERNELS"] ?? ""
    variables.merge(environment) { $1 }
    process.environment = variables.filter { $0.value != "" }
    // Files, because a pipe that nobody reads would fill up.
    let folder = try TemporaryFolder()
    let names = ["in", "out", "err"].map { folder.path + "/" + $0 }
    for name in names { try Data().write(to: URL(fileURLWithPath: name)) }
    try input.write(to: URL(fileURLWithPath: names[0]))
    process.standardInput = FileHandle(forReadingAtPath: names[0])
    process.standardOutput = FileHandle(forWritingAtPath: names[1])
    process.standardError = FileHandle(forWritingAtPath: names[2])
    try process.run()
    process.waitUntilExit()
    output = try String(contentsOfFile: names[1], encoding: .utf8)
    errors = try String(contentsOfFile: names[2], encoding: .utf8)
    status = process.terminationReason == .exit ? process.terminationStatus : -1
  }
}
