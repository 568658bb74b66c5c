import ArgumentParser
import CStart
import Glibc

/// Measures what the project promises of its speed and memory, as one Markdown table a part.
///
/// Run on an idle machine: `swift build -c release --static-swift-stdlib && .build/release/benchmarks`. With `--python`, an
/// interpreter that has torch, transformers, bertviz and xllamacpp, the alternative is timed in the same run, in turn with the program.
@main
struct Benchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks", abstract: "Time the program, its kernels and the alternative.")

  enum Part: String, CaseIterable, ExpressibleByArgument {
    case kernels, start, load, tokenizer, rounded, large, pass, growth, effects, frame, keys,
      lengths
    case long
  }

  @Option(help: "Only these parts, by comma.", transform: Self.parts)
  var only = Part.allCases

  @Option(help: "Where the checkpoints are made, 10 GB for all, and kept for the next run.")
  var folder = "/var/tmp/bertviz-tui-benchmarks"

  @Option(help: "An interpreter with torch, transformers, bertviz and xllamacpp, to compare with.")
  var python: String?

  private static func parts(_ text: String) throws -> [Part] {
    try text.split(separator: ",").map { name in
      guard let part = Part(rawValue: String(name)) else {
        let valid = Part.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("no part \"\(name)\": there are \(valid)")
      }
      return part
    }
  }

  func run() throws {
    let reference = python.map(Reference.init)
    // As the program does.
    start_reuse_memory()
    Machine.report()
    var goals = Goals()
    for part in only {
      switch part {
      case .kernels: KernelBenchmark.run(&goals)
      case .start: try ProgramBenchmark.start(reference)
      case .load: try ModelBenchmark.load(folder, reference)
      case .tokenizer: try ModelBenchmark.tokenizer(folder, &goals)
      case .rounded: try ModelBenchmark.rounded(folder, reference, &goals)
      case .large: try ModelBenchmark.large(folder, &goals)
      case .pass: try ModelBenchmark.pass(folder, reference, &goals)
      case .growth: try ModelBenchmark.growth(folder, &goals)
      case .effects: try EffectBenchmark.run(folder, reference, &goals)
      case .frame: try ProgramBenchmark.firstFrame(folder, reference, &goals)
      case .keys: try ProgramBenchmark.keys(folder, &goals)
      case .lengths: try ProgramBenchmark.lengths(folder)
      case .long: try ProgramBenchmark.long(folder, &goals)
      }
    }
    goals.report()
  }
}

/// A Markdown table that appears row by row.
struct Table {
  init(_ title: String, _ columns: String...) {
    write("\n### \(title)\n\n| \(columns.joined(separator: " | ")) |")
    write("|" + String(repeating: "---|", count: columns.count))
  }

  func row(_ cells: String...) { write("| \(cells.joined(separator: " | ")) |") }

  /// Unbuffered: a long run should be seen to go on.
  private func write(_ line: String) {
    var line = line + "\n"
    line.withUTF8 { _ = Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
  }
}

extension Double {
  func fixed(_ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let whole = (abs(self) * scale).rounded()
    let text = String(Int(whole / scale))
    let sign = self < 0 && whole > 0 ? "-" : ""
    guard digits > 0 else { return sign + text }
    let rest = String(Int(whole) % Int(scale))
    return sign + text + "." + String(repeating: "0", count: digits - rest.count) + rest
  }

  /// Seconds as `12.3 ms`.
  var milliseconds: String { (self * 1000).fixed(self < 0.1 ? 1 : 0) + " ms" }
}
