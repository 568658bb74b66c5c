import Attention
import Files
import Glibc
import HeadPatterns
import Tokenizers
import Transformers

/// Loading and running models, inside this process.
enum ModelBenchmark {
  static func load(_ folder: String, _ reference: Reference?) throws {
    let checkpoint = try RandomCheckpoint(.bertBase, in: folder)
    let table = Table(
      "Loading, files in the page cache", "what", "time", "transformers, from_pretrained", "ratio")
    let seconds = try Measure.shortest(11) {
      _ = try ModelRegistry.loadModel(from: ModelFiles(folder: checkpoint.folder))
    }
    let theirs = try reference?.ask("load", checkpoint.folder).first?.seconds
    table.row(
      "BERT-base, until the first layer can run", seconds.milliseconds, theirs.milliseconds,
      theirs.ratio(to: seconds))
  }

  static func tokenizer(_ folder: String, _ goals: inout Goals) throws {
    let table = Table("Tokenizer", "what", "time", "memory at the peak")
    for kind in [RandomTokenizer.llama3, .gemma] {
      let files = try ModelFiles(folder: kind.folder(in: folder))
      // Without what the runs before it have left behind.
      ProcessStatus.forgetPeak()
      let before = ProcessStatus(getpid()).memoryMegabytes
      _ = try Tokenizer(files)
      let megabytes = ProcessStatus(getpid()).peakMegabytes - before
      let seconds = try Measure.shortest(21) { _ = try Tokenizer(files) }
      let what = "tokenizer.json with \(kind.entryCount.formatted) entries"
      table.row(what, seconds.milliseconds, Goals.megabytes(megabytes))
      if let goal = kind.goal {
        goals.note(what, .atMost(goal), seconds, as: Goals.seconds)
      }
    }
  }

  static func pass(
    _ folder: String, _ reference: Reference?, _ goals: inout Goals
  ) throws {
    let table = Table(
      "Forward pass with queries and keys of all heads", "model", "tokens", "time",
      "of what the machine allows", "PyTorch, eager, with attentions", "ratio")
    var bertSeconds: [Int: Double] = [:]
    for shape in [RandomCheckpoint.Shape.bertBase, .gpt2, .bartBase] {
      let checkpoint = try RandomCheckpoint(shape, in: folder)
      let model = try ModelRegistry.loadModel(from: ModelFiles(folder: checkpoint.folder))
      // Before and after the alternative, since machines are not equally fast all the time. Of both, the shortest run.
      for (length, goal) in [(9, 0.3), (32, 0.4), (128, 0.6), (512, 0.65), (1024, nil)] {
        let input = input(length)
        let runs = length > 128 ? 5 : 21
        var seconds = try Measure.shortest(runs) { _ = try model.forward(input) }
        let isCompared = shape != .bartBase
        let theirs =
          isCompared
          ? try reference?.ask("pass", checkpoint.folder, "\(length)").first?.seconds : nil
        seconds = min(seconds, try Measure.shortest(runs) { _ = try model.forward(input) })
        let allowed = isCompared ? allowedSeconds(length) / seconds : nil
        table.row(
          shape.rawValue, "\(length)", seconds.milliseconds, allowed.map(Goals.percent) ?? "",
          theirs.milliseconds, theirs.map { (seconds / $0).fixed(2) } ?? "")
        guard let goal, isCompared else { continue }
        let what = "\(shape.rawValue), \(length) tokens"
        goals.note(
          "\(what): of PyTorch's time", .atMost(goal), theirs.map { seconds / $0 }, as: Goals.share)
        goals.note(
          "\(what): of what the machine allows", .atLeast(0.75), allowed, as: Goals.percent)
        if shape == .bertBase { bertSeconds[length] = seconds }
        if length == 9, shape == .gpt2, let bert = bertSeconds[length] {
          goals.note("\(what): of BERT's time", .atMost(1.2), seconds / bert, as: Goals.share)
        }
      }
    }
  }

  /// Seconds of a pass of 12 layers of BERT's and GPT-2's shape, if all cores did nothing but read the weights, or
  /// multiply and add without a pause: what takes longer.
  private static func allowedSeconds(_ tokenCount: Int) -> Double {
    let weights = Double(12 * 12 * 768 * 768)
    let pairs = Double(12 * 2 * 768 * tokenCount * tokenCount)
    let operations = 2 * (weights * Double(tokenCount) + pairs)
    return max(4 * weights / Machine.bandwidth, operations / Machine.multiplyAdd)
      / Machine.coreCount
  }

  /// For an encoder-decoder the same on both sides.
  private static func input(_ count: Int) -> ModelInput {
    let ids = (0..<count).map { 5 + $0 * 7 % 20_000 }
    let tokens = ids.map { Token(text: "w\($0)", display: "w\($0)", id: $0) }
    return ModelInput(
      tokens: tokens, ids: ids, target: .given(tokens: tokens, ids: ids),
      recording: Recording(summarizer: PatternSummarizer()))
  }

  /// Weights that are decoded on the way, beside llama.cpp, which multiplies in 8 bits and keeps no queries.
  static func rounded(
    _ folder: String, _ reference: Reference?, _ goals: inout Goals
  ) throws {
    let file = try RandomGGUF(.tinyLlama, in: folder)
    let table = Table(
      "Q4_K, 1.1 billion weights, file in the page cache, queries and keys of all heads kept",
      "tokens", "first layer", "all layers", "memory beside the file",
      "llama.cpp, evaluation of the prompt", "ratio")
    ProcessStatus.forgetPeak()
    let model = try ModelRegistry.loadModel(from: ModelFiles(gguf: file.path))
    let (firstLayer, seconds) = try shortest(model)
    let theirs = try reference?.ask("llama", file.path, "15").first?.seconds
    table.row(
      "15", firstLayer.milliseconds, seconds.milliseconds,
      "\(ProcessStatus(getpid()).ownMegabytes.fixed(0)) MB", theirs.milliseconds,
      theirs.map { (seconds / $0).fixed(2) } ?? "")
    goals.note(
      "Q4_K, 1.1 billion weights: of llama.cpp's time", .atMost(2), theirs.map { seconds / $0 },
      as: Goals.share)
  }

  /// A model of 7 billion weights in BF16, against what it takes to read so many bytes once: of its 32 layers as many as
  /// most disks have room for.
  static func large(_ folder: String, _ goals: inout Goals) throws {
    let shape = RandomGGUF.Shape.llama7
    let files = try ModelFiles(gguf: RandomGGUF(shape, in: folder).path)
    let table = Table(
      "BF16, 8 of the 32 layers of a model of 7 billion weights, 15 tokens, file in the page cache",
      "first layer", "all 8", "reading as many bytes", "ratio")
    let model = try ModelRegistry.loadModel(from: files)
    let (firstLayer, seconds) = try shortest(model)
    let reading = 2 * Double(shape.layerWeights) / Machine.bandwidth / Machine.coreCount
    table.row(
      firstLayer.milliseconds, seconds.milliseconds, reading.milliseconds,
      (seconds / reading).fixed(2))
    goals.note(
      "7 billion weights in BF16: first layer", .atMost(0.2), firstLayer, as: Goals.seconds)
    goals.note(
      "all layers, of reading the file once", .atMost(2), seconds / reading, as: Goals.times)
  }

  /// Seconds until the first layer of 15 tokens has run, and until all have.
  private static func shortest(
    _ model: any TransformerModel
  ) throws -> (firstLayer: Double, allLayers: Double) {
    let input = input(15)
    var firstLayer = Double.infinity
    let seconds = try Measure.shortest(7) {
      let start = ContinuousClock.now
      _ = try model.forward(input) { progress in
        if progress.finished == 1 {
          firstLayer = min(firstLayer, (ContinuousClock.now - start).seconds)
        }
      }
    }
    return (firstLayer, seconds)
  }

  /// A decoder whose text grows by a token, as in the editor, and as when it writes.
  static func growth(_ folder: String, _ goals: inout Goals) throws {
    let table = Table(
      "One more token, keys and values of those before it kept", "model", "tokens",
      "heads summed up", "whole pass", "the new token", "ratio")
    let checkpoint = try RandomCheckpoint(.gpt2, in: folder)
    let model = try ModelRegistry.loadModel(from: ModelFiles(folder: checkpoint.folder))
    for length in [100, 500] {
      for summarizer in [nil, PatternSummarizer()] {
        var first = input(length)
        first.recording.summarizer = summarizer
        first.keepsMemory = true
        var longer = input(length + 1)
        longer.recording.summarizer = summarizer
        let whole = try Measure.shortest(5) { _ = try model.forward(longer) }
        longer.memory = try model.forward(first).memory
        let token = try Measure.shortest(11) { _ = try model.forward(longer) }
        table.row(
          RandomCheckpoint.Shape.gpt2.rawValue, "\(length) + 1",
          summarizer == nil ? "no" : "yes", whole.milliseconds, token.milliseconds,
          (token / whole).fixed(2))
        if length == 500 {
          goals.note(
            "a token more behind 500\(summarizer == nil ? "" : ", heads summed up"): of the whole pass",
            .atMost(0.05), token / whole, as: Goals.share)
        }
      }
    }
  }
}

extension Int {
  /// With a comma between thousands.
  fileprivate var formatted: String {
    self < 1000 ? "\(self)" : (self / 1000).formatted + "," + "\(1000 + self % 1000)".dropFirst()
  }
}

extension Double? {
  var milliseconds: String { self?.milliseconds ?? "not measured" }

  /// How many times `seconds` this is.
  func ratio(to seconds: Double) -> String { map { "\(($0 / seconds).fixed(0)) ×" } ?? "" }
}
