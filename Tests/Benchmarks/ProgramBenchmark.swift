import Glibc
import TestSupport

/// The program as a person runs it, in a pseudo-terminal.
enum ProgramBenchmark {
  private static let program = Products.path(of: "bertviz-tui")

  static func start(_ reference: Reference?) throws {
    let table = Table("Start without a model", "what", "time", "import transformers", "ratio")
    let seconds = Measure.shortest(21) { run(program, "--version") }
    let theirs = try reference?.ask("start", "-").first?.seconds
    table.row(
      "`bertviz-tui --version`", seconds.milliseconds, theirs.milliseconds,
      theirs.ratio(to: seconds))
  }

  /// Waits for the end of a program, whose output nobody reads.
  private static func run(_ arguments: String...) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    var argv = arguments.map { strdup($0) } + [nil]
    defer { for argument in argv { free(argument) } }
    var child: pid_t = 0
    let error = posix_spawn(&child, arguments[0], &actions, nil, &argv, environ)
    precondition(error == 0 && waitpid(child, nil, 0) == child)
  }

  static func firstFrame(_ folder: String, _ reference: Reference?) throws {
    let checkpoint = try RandomCheckpoint(.bertBase, in: folder)
    checkpoint.forgetPages()
    let table = Table(
      "From the command to the first frame, BERT-base, files in the page cache", "tokens",
      "first frame", "all layers", "own memory", "transformers and BertViz's model view", "memory",
      "times faster", "all layers", "share of the memory")
    for tokenCount in [9, 512] {
      let ours = try Opening.median(
        of: tokenCount > 100 ? 5 : 11, checkpoint, tokenCount: tokenCount)
      let theirs = try reference?.ask("page", checkpoint.folder, "\(tokenCount)").first
      func ratio(_ seconds: Double) -> String {
        theirs.map { ($0.wholeSeconds / seconds).fixed(0) } ?? ""
      }
      table.row(
        "\(tokenCount)", ours.firstFrame.milliseconds, ours.allLayers.milliseconds,
        "\(ours.megabytes.fixed(0)) MB",
        theirs.map { "\($0.wholeSeconds.fixed(1)) s" } ?? "not measured",
        theirs.map { "\($0.megabytes.fixed(0)) MB" } ?? "", ratio(ours.firstFrame),
        ratio(ours.allLayers), theirs.map { "1/\(($0.megabytes / ours.megabytes).fixed(0))" } ?? "")
    }
  }

  static func keys(_ folder: String) throws {
    let checkpoint = try RandomCheckpoint(.bertBase, in: folder)
    let table = Table(
      "A key, 200×60, 512 tokens", "view", "colours", "keys", "bytes of the first drawing",
      "processor time a key", "bytes a key")
    for colors in ["256", "truecolor"] { try keys(checkpoint, colors: colors, table) }
  }

  private static func keys(
    _ checkpoint: RandomCheckpoint, colors: String, _ table: Table
  ) throws {
    let visit = try Visit(
      checkpoint, tokenCount: 512, width: 200, height: 60, options: ["--color", colors])
    try visit.waitForAllLayers()
    let walks: [(view: String, name: String, keys: [String])] = [
      ("1", "model", ["Right", "Left"]), ("2", "head", ["Down", "Down", "Up"]),
      ("3", "neuron", ["Down", "Up", "J"]), ("4", "matrix", ["Down", "Right", "Up"]),
    ]
    for walk in walks {
      let before = visit.terminal.received.count
      visit.terminal.type(walk.view)
      try visit.terminal.settle()
      let drawing = visit.terminal.received.count - before
      let status = ProcessStatus(visit.terminal.processID).processorSeconds
      let sent = visit.terminal.received.count
      let count = 150
      for index in 0..<count {
        visit.terminal.type(walk.keys[index % walk.keys.count])
        try visit.terminal.settle()
      }
      let seconds = ProcessStatus(visit.terminal.processID).processorSeconds - status
      let bytes = Double(visit.terminal.received.count - sent) / Double(count)
      table.row(
        walk.name, colors, walk.keys.joined(separator: " "), "\(drawing)",
        (seconds / Double(count)).milliseconds,
        bytes.fixed(0))
    }
    // A lone escape could be the beginning of a key: the program waits a little for the rest.
    var escapes: [Double] = []
    for _ in 0..<21 {
      visit.terminal.type(":")
      try visit.terminal.wait(for: "go to a layer")
      try visit.terminal.settle()
      let start = ContinuousClock.now
      visit.terminal.type("Esc")
      try visit.terminal.wait(for: "the keys") { $0.text.contains("? help  q quit") }
      escapes.append((ContinuousClock.now - start).seconds)
    }
    table.row(
      "command line", colors, "Esc", "", "answered in \(Measure.median(escapes).milliseconds)", "")
    try visit.quit()
  }

  /// How time and memory grow with the text, of an encoder, a decoder and an encoder-decoder.
  static func lengths(_ folder: String) throws {
    let table = Table(
      "From the command to the first frame, by length of the text", "model", "tokens",
      "first frame", "all layers", "memory beside the weights", "weights of all heads would be")
    for (shape, headCount) in [
      (RandomCheckpoint.Shape.bertBase, 144), (.gpt2, 144), (.bartBase, 216),
    ] {
      let checkpoint = try RandomCheckpoint(shape, in: folder)
      for tokenCount in [16, 32, 64, 128, 256, 512, 1024] {
        let opening = try Opening.median(
          of: tokenCount > 256 ? 3 : 5, checkpoint, tokenCount: tokenCount,
          hasTarget: shape == .bartBase)
        let weights = Double(4 * headCount * tokenCount * tokenCount) / 1e6
        table.row(
          shape.rawValue, "\(tokenCount)", opening.firstFrame.milliseconds,
          opening.allLayers.milliseconds, "\(opening.megabytes.fixed(0)) MB",
          "\(weights.fixed(0)) MB")
      }
    }
  }

  static func long(_ folder: String) throws {
    let checkpoint = try RandomCheckpoint(.llama16, in: folder)
    let table = Table(
      "4,096 tokens, Llama's shape: 16 layers, 32 heads of 64, 8 key heads", "what", "")
    let visit = try Visit(checkpoint, tokenCount: 4096, width: 160, height: 50)
    table.row("command to first frame", "\(visit.seconds.fixed(1)) s")
    try visit.waitForAllLayers()
    table.row("all layers", "\(visit.seconds.fixed(1)) s")
    for (key, name) in [("1", "model"), ("2", "head"), ("3", "neuron"), ("4", "matrix")] {
      let before = ProcessStatus(visit.terminal.processID).processorSeconds
      visit.terminal.type(key)
      try visit.terminal.settle()
      let seconds = ProcessStatus(visit.terminal.processID).processorSeconds - before
      table.row("processor time to show the \(name) view", seconds.milliseconds)
    }
    let memory = ProcessStatus(visit.terminal.processID).ownMegabytes
    table.row("memory beside the weights", "\(memory.fixed(0)) MB")
    try visit.quit()
  }

  /// What one start of the program takes: seconds until the first frame and until all layers have run, and the
  /// most memory by then.
  private struct Opening {
    let firstFrame: Double
    let allLayers: Double
    let megabytes: Double

    /// - Returns: The medians of some starts after one that warms up.
    static func median(
      of count: Int, _ checkpoint: RandomCheckpoint, tokenCount: Int, hasTarget: Bool = false
    ) throws -> Opening {
      let openings = try (0...count).map { _ in
        let visit = try Visit(
          checkpoint, tokenCount: tokenCount, width: 80, height: 24, hasTarget: hasTarget)
        let firstFrame = visit.seconds
        try visit.waitForAllLayers()
        let opening = Opening(
          firstFrame: firstFrame, allLayers: visit.seconds,
          megabytes: ProcessStatus(visit.terminal.processID).ownMegabytes)
        try visit.quit()
        return opening
      }.dropFirst()
      return Opening(
        firstFrame: Measure.median(openings.map(\.firstFrame)),
        allLayers: Measure.median(openings.map(\.allLayers)),
        megabytes: Measure.median(openings.map(\.megabytes)))
    }
  }

  /// A person looking at a random checkpoint.
  private struct Visit {
    let terminal: PseudoTerminal
    private let start = ContinuousClock.now

    /// Since the command was given.
    var seconds: Double { (ContinuousClock.now - start).seconds }

    /// Waits for the first frame.
    ///
    /// - Parameter hasTarget: The decoder of an encoder-decoder reads the same text.
    init(
      _ checkpoint: RandomCheckpoint, tokenCount: Int, width: Int, height: Int,
      hasTarget: Bool = false, options: [String] = []
    ) throws {
      let text = RandomCheckpoint.text(tokenCount: tokenCount)
      terminal = try PseudoTerminal(
        program, [checkpoint.folder, text] + (hasTarget ? ["--target", text] : []) + options,
        width: width, height: height)
      // It stands at the end of the last row.
      try terminal.wait(for: "q quit", patience: .seconds(60))
    }

    func waitForAllLayers() throws {
      // Thousands of tokens take minutes.
      try terminal.wait(for: "all layers", patience: .seconds(900)) {
        !$0.text.contains("running: layer")
      }
    }

    func quit() throws {
      terminal.type("q")
      try terminal.waitForEnd()
    }
  }
}
