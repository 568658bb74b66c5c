import Foundation

/// A folder that is gone when the test is over.
public final class TemporaryFolder: Sendable {
  public let path: String

  public init() throws {
    path = NSTemporaryDirectory() + "bertviz-tui-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// A copy of a fixture, to be broken.
  public func copy(_ fixture: String) throws -> String {
    let target = path + "/model"
    try FileManager.default.copyItem(atPath: Fixtures.path(fixture), toPath: target)
    return target
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
