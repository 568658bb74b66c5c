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

  static func tokenizer(_ folder: String) throws {
    let files = try ModelFiles(folder: try RandomTokenizer.folder(in: folder))
    let table = Table("Tokenizer", "what", "time")
    let seconds = try Measure.shortest(21) { _ = try Tokenizer(files) }
    table.row("tokenizer.json with 128,000 entries", seconds.milliseconds)
  }

  static func pass(_ folder: String, _ reference: Reference?) throws {
    let table = Table(
      "Forward pass with queries and keys of all heads", "model", "tokens", "time",
      "PyTorch, eager, with attentions", "ratio")
    let lengths = [9, 32, 128, 512, 1024]
    for shape in [RandomCheckpoint.Shape.bertBase, .gpt2, .bartBase] {
      let checkpoint = try RandomCheckpoint(shape, in: folder)
      let model = try ModelRegistry.loadModel(from: ModelFiles(folder: checkpoint.folder))
      // Before and after the alternative, since machines are not equally fast all the time. Of both, the shortest run.
      for length in lengths {
        let input = input(length)
        let runs = length > 128 ? 5 : 21
        var seconds = try Measure.shortest(runs) { _ = try model.forward(input) }
        let isCompared = shape != .bartBase
        let theirs =
          isCompared
          ? try reference?.ask("pass", checkpoint.folder, "\(length)").first?.seconds : nil
        seconds = min(seconds, try Measure.shortest(runs) { _ = try model.forward(input) })
        table.row(
          shape.rawValue, "\(length)", seconds.milliseconds, theirs.milliseconds,
          theirs.map { (seconds / $0).fixed(2) } ?? "")
      }
    }
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
  static func rounded(_ folder: String, _ reference: Reference?) throws {
    let file = try RandomGGUF(in: folder)
    let table = Table(
      "Q4_K, 1.1 billion weights, file in the page cache, queries and keys of all heads kept",
      "tokens", "first layer", "all layers", "memory beside the file",
      "llama.cpp, evaluation of the prompt", "ratio")
    let model = try ModelRegistry.loadModel(from: ModelFiles(gguf: file.path))
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
    let theirs = try reference?.ask("llama", file.path, "15").first?.seconds
    table.row(
      "15", firstLayer.milliseconds, seconds.milliseconds,
      "\(ProcessStatus(getpid()).ownMegabytes.fixed(0)) MB", theirs.milliseconds,
      theirs.map { (seconds / $0).fixed(2) } ?? "")
  }

  /// A decoder whose text grows by a token, as in the editor, and as when it writes.
  static func growth(_ folder: String) throws {
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
      }
    }
  }
}

extension Double? {
  var milliseconds: String { self?.milliseconds ?? "not measured" }

  /// How many times `seconds` this is.
  func ratio(to seconds: Double) -> String { map { "\(($0 / seconds).fixed(0)) ×" } ?? "" }
}
