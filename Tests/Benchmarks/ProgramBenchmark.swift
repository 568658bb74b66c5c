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

  static func firstFrame(
    _ folder: String, _ reference: Reference?, _ goals: inout Goals
  ) throws {
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
      goals.note(
        "first frame, BERT-base, \(tokenCount) tokens: faster than transformers and BertViz",
        .atLeast(150), theirs.map { $0.wholeSeconds / ours.firstFrame }, as: Goals.times)
    }
  }

  static func keys(_ folder: String, _ goals: inout Goals) throws {
    let checkpoint = try RandomCheckpoint(.bertBase, in: folder)
    let table = Table(
      "A key, 200×60, 512 tokens", "view", "colours", "keys", "bytes of the first drawing",
      "processor time a key", "bytes a key")
    for colors in ["256", "truecolor"] { try keys(checkpoint, colors: colors, table, &goals) }
  }

  private static func keys(
    _ checkpoint: RandomCheckpoint, colors: String, _ table: Table, _ goals: inout Goals
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
      let what = "a key, \(walk.name) view, \(colors)"
      goals.note(what, .atMost(0.002), seconds / Double(count), as: Goals.seconds)
      goals.note(
        "\(what): bytes", .atMost(colors == "256" ? 8_000 : 10_000), bytes, as: Goals.kilobytes)
      goals.note("first drawing of it", .atMost(60_000), Double(drawing), as: Goals.kilobytes)
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

  static func long(_ folder: String, _ goals: inout Goals) throws {
    let table = Table(
      "Long texts, Llama's shape: 16 layers, or the first of them, 32 heads of 64, 8 key heads",
      "what", "4,096 tokens, 16 layers", "16,384 tokens, 1 layer")
    let few = try LongText(RandomCheckpoint(.llama16, in: folder), tokenCount: 4096)
    let many = try LongText(RandomCheckpoint(.llama1, in: folder), tokenCount: 16_384)
    for ((what, one), (_, other)) in zip(few.rows, many.rows) { table.row(what, one, other) }
    goals.note("4,096 tokens: first frame", .atMost(5), few.firstFrame, as: Goals.seconds)
    goals.note("4,096 tokens: all layers", .atMost(65), few.allLayers, as: Goals.seconds)
    for (view, seconds) in many.views {
      goals.note(
        "16,384 tokens: a key in the \(view) view", .atMost(0.3), seconds, as: Goals.seconds)
    }
  }

  /// A look at each view of a long text.
  private struct LongText {
    let firstFrame: Double
    let allLayers: Double
    /// Seconds until each view stands, and until it answers a further key.
    private(set) var openings: [(view: String, seconds: Double)] = []
    private(set) var views: [(view: String, seconds: Double)] = []
    let megabytes: Double

    init(_ checkpoint: RandomCheckpoint, tokenCount: Int) throws {
      let visit = try Visit(checkpoint, tokenCount: tokenCount, width: 160, height: 50)
      firstFrame = visit.seconds
      try visit.waitForAllLayers()
      allLayers = visit.seconds
      for (key, view) in [("1", "model"), ("2", "head"), ("3", "neuron"), ("4", "matrix")] {
        openings.append((view, try visit.answer(to: key)))
        views.append((view, try visit.answer(to: "Down")))
      }
      megabytes = ProcessStatus(visit.terminal.processID).ownMegabytes
      try visit.quit()
    }

    var rows: [(what: String, measured: String)] {
      [("command to first frame", Goals.seconds(firstFrame)), ("all", Goals.seconds(allLayers))]
        + openings.map { ("to show the \($0.view) view", Goals.seconds($0.seconds)) }
        + views.map { ("a key in the \($0.view) view", Goals.seconds($0.seconds)) }
        + [("memory beside the weights", Goals.megabytes(megabytes))]
    }
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
      try terminal.wait(for: "q quit", patience: .seconds(300))
    }

    func waitForAllLayers() throws {
      // Thousands of tokens take minutes.
      try terminal.wait(for: "all layers", patience: .seconds(900)) {
        !$0.text.contains("running: layer")
      }
    }

    /// Seconds until what a key changes stands on the screen.
    func answer(to key: String) throws -> Double {
      let start = ContinuousClock.now
      terminal.type(key)
      try terminal.settle()
      return max(0, (terminal.lastReceived - start).seconds)
    }

    func quit() throws {
      terminal.type("q")
      try terminal.waitForEnd()
    }
  }
}
