import Glibc
import Hub
import TerminalUI

/// Shows on standard error how far a download is: on a terminal a line for each file, with bars that grow; elsewhere
/// a line when a file is done.
struct PullDisplay {
  private let isTerminal =
    isatty(STDERR_FILENO) == 1 && Environment["TERM"] != "dumb"
  private var rates: [TransferRate] = []
  /// The files of which it has been said that they are done.
  private var reported: Set<Int> = []
  /// The files of whose pause it has been said; on a terminal, it is seen.
  private var paused: Set<Int> = []
  /// The last lines, which are drawn anew when they change.
  private var live: [String] = []

  func begin(_ title: String) { write([TextWidth.printable(title)]) }

  mutating func show(_ files: [FileProgress]) {
    if rates.isEmpty { rates = files.map { _ in TransferRate() } }
    for (index, file) in files.enumerated() where file.isRunning {
      rates[index].add(file.byteCount)
    }
    let width = Self.terminalWidth
    var lasting: [String] = []
    for (index, file) in files.enumerated() where file.isDone && reported.insert(index).inserted {
      lasting.append(line(file, index, width))
    }
    guard isTerminal else {
      for (index, file) in files.enumerated() {
        if !file.isPaused {
          paused.remove(index)
        } else if paused.insert(index).inserted {
          lasting.append(line(file, index, width))
        }
      }
      write(lasting)
      return
    }
    let live = files.indices.filter { !files[$0].isDone && !files[$0].isWaiting }
      .map { line(files[$0], $0, width) }
    if lasting.isEmpty, live == self.live { return }
    write(lasting + live)
    self.live = live
  }

  /// Takes the bars away; what is done stays.
  mutating func end() {
    write([])
    live = []
  }

  /// Writes lines in the place of those that change.
  private func write(_ lines: [String]) {
    // Up to the first of them, and nothing below.
    let start = live.isEmpty ? "" : "\u{1B}[\(live.count)A\u{1B}[J"
    StandardError.write(start + lines.map { $0 + "\n" }.joined())
  }

  private func line(_ file: FileProgress, _ index: Int, _ width: Int) -> String {
    let name = isTerminal ? padded(file.name, to: min(28, max(8, width / 3))) : file.name
    let line = "\(name)  \(status(file, index, width - name.utf8.count - 3))"
    return isTerminal
      ? TextWidth.truncated(TextWidth.printable(line), to: width - 1, ellipsis: ">")
      : TextWidth.printable(line)
  }

  private func status(_ file: FileProgress, _ index: Int, _ width: Int) -> String {
    switch file.state {
    case .waiting: return "waits"
    case .locked: return "waits: another program downloads it"
    case .present: return "\(ByteCount(file.size)), was there"
    case .finished: return "\(ByteCount(file.size)), done"
    case .paused(let error, let delay):
      return "\(error); again in \(max(1, delay.components.seconds)) s"
    case .running:
      let rate = rates[index].bytesPerSecond
      let left = rate.map { Self.time(Double(file.size - file.byteCount) / $0) } ?? ""
      let numbers =
        padded("\(ByteCount(file.byteCount)) of \(ByteCount(file.size))", to: 16) + "  "
        + padded(rate.map { "\(ByteCount(Int($0)))/s" } ?? "", to: 8) + " " + padded(left, to: 7)
      let barWidth = min(40, width - numbers.utf8.count - 2)
      guard barWidth >= 6 else { return numbers }
      let filled =
        file.size > 0 ? Int(Double(barWidth) * Double(file.byteCount) / Double(file.size)) : 0
      return String(repeating: "#", count: filled)
        + String(repeating: ".", count: barWidth - filled) + "  " + numbers
    }
  }

  private func padded(_ text: String, to width: Int) -> String {
    let text = TextWidth.truncated(text, to: width, ellipsis: ">")
    return text + String(repeating: " ", count: max(0, width - TextWidth.columns(of: text)))
  }

  /// `0:07`, `12:34`, `1:02:03`.
  private static func time(_ seconds: Double) -> String {
    guard seconds < 360_000 else { return "" }
    let total = Int(seconds.rounded(.up))
    let parts =
      total < 3600 ? [total / 60, total % 60] : [total / 3600, total / 60 % 60, total % 60]
    return parts.enumerated().map { $0 > 0 && $1 < 10 ? "0\($1)" : "\($1)" }.joined(separator: ":")
  }

  private static var terminalWidth: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}

extension FileProgress {
  fileprivate var isDone: Bool {
    switch state {
    case .finished, .present: true
    default: false
    }
  }

  fileprivate var isWaiting: Bool {
    if case .waiting = state { true } else { false }
  }

  fileprivate var isRunning: Bool {
    if case .running = state { true } else { false }
  }

  fileprivate var isPaused: Bool {
    if case .paused = state { true } else { false }
  }
}

/// The download rate over the last seconds.
private struct TransferRate {
  private var samples: [(time: ContinuousClock.Instant, byteCount: Int)] = []

  mutating func add(_ byteCount: Int) {
    let now = ContinuousClock.now
    // Fewer than before: the file began anew.
    if let last = samples.last, byteCount < last.byteCount { samples = [] }
    samples.append((now, byteCount))
    samples.removeAll { now - $0.time > .seconds(5) }
  }

  /// Nil before there is anything to tell.
  var bytesPerSecond: Double? {
    guard let first = samples.first, let last = samples.last, last.byteCount > first.byteCount
    else {
      return nil
    }
    return Double(last.byteCount - first.byteCount) / ((last.time - first.time) / .seconds(1))
  }
}
