import ArgumentParser

/// Every n-th line of a file, as the command line writes it: `2/8` is the second of eight parts.
struct Shard: ExpressibleByArgument, CustomStringConvertible {
  let number: Int
  let count: Int

  var description: String { "\(number)/\(count)" }

  /// All of them.
  static let all = Shard(number: 1, count: 1)

  private init(number: Int, count: Int) {
    self.number = number
    self.count = count
  }

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1], number >= 1,
      number <= count
    else { return nil }
    self.number = number
    self.count = count
  }

  /// - Parameter line: From 1 on.
  func contains(line: Int) -> Bool { (line - number) % count == 0 }
}
