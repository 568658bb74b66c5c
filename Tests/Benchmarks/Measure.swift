import Glibc

/// Times, in seconds.
enum Measure {
  /// The shortest of some runs after one that warms up: on a machine that others use too, it says most of the program.
  static func shortest(_ runs: Int, _ body: () throws -> Void) rethrows -> Double {
    try body()
    var shortest = Double.infinity
    for _ in 0..<runs {
      let start = ContinuousClock.now
      try body()
      shortest = min(shortest, (ContinuousClock.now - start).seconds)
    }
    return shortest
  }

  static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

/// What the kernel knows of a running process.
struct ProcessStatus {
  let fields: [Substring: Int]
  private let processID: pid_t

  init(_ processID: pid_t) {
    self.processID = processID
    var fields: [Substring: Int] = [:]
    for line in Self.text("/proc/\(processID)/status").split(separator: "\n") {
      let words = line.split(whereSeparator: { ": \t".contains($0) })
      if words.count >= 2, let number = Int(words[1]) { fields[words[0]] = number }
    }
    self.fields = fields
  }

  /// The most memory it has had, without the pages of files: those are the system's cache.
  var ownMegabytes: Double {
    Double((fields["VmHWM"] ?? 0) - (fields["RssFile"] ?? 0)) / 1024
  }

  var peakMegabytes: Double { Double(fields["VmHWM"] ?? 0) / 1024 }

  /// The memory it has now.
  var memoryMegabytes: Double { Double(fields["VmRSS"] ?? 0) / 1024 }

  /// From now on, this process' peak is what it has from now on.
  static func forgetPeak() {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }

  /// Processor time so far, of all threads.
  var processorSeconds: Double {
    let fields = Self.text("/proc/\(processID)/stat").split(separator: ")").last?.split(
      separator: " ")
    guard let fields, fields.count > 12, let user = Double(fields[11]),
      let system = Double(fields[12])
    else { return 0 }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private static func text(_ path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 8192)
    return String(decoding: buffer[..<fread(&buffer, 1, 8192, file)], as: UTF8.self)
  }
}
