import Attention
import Files
import Runs
import Transformers

/// The measures of heads over the texts of a file: what `heads --summary` makes, and `--merge` puts together.
struct TextSummary {
  /// As records name it; empty as long as there is no text.
  var model: String
  /// What was changed in the model.
  let changes: [String]
  let seed: Int
  /// The number of exemplars of a head; nil for none.
  let exemplarLimit: Int?
  /// The part of the lines that was read.
  var shard: Shard
  private(set) var measures = TextMeasures()
  private(set) var exemplars: [HeadAddress: HeadExemplars] = [:]
  /// The number of texts that were not read as they are, and what the first of these says.
  private(set) var notedCount = 0
  private(set) var firstNote: String?

  init(model: String, changes: [String], seed: Int, exemplarLimit: Int?, shard: Shard) {
    self.model = model
    self.changes = changes
    self.seed = seed
    self.exemplarLimit = exemplarLimit
    self.shard = shard
  }

  /// - Parameter measures: With as many exemplars of heads as `exemplarLimit` says.
  init(
    model: String, changes: [String], seed: Int, exemplarLimit: Int?, shard: Shard,
    measures: TextMeasures, exemplars: [HeadAddress: HeadExemplars]
  ) {
    self.init(
      model: model, changes: changes, seed: seed, exemplarLimit: exemplarLimit, shard: shard)
    self.measures = measures
    self.exemplars = exemplars
  }

  var recording: Recording { exemplarLimit == nil ? Recording() : Recording(values: true) }

  mutating func add(_ run: Run, _ text: String, line: Int) throws {
    model = run.record.model
    let name = TextMeasures.Text(line: line, text: text)
    measures.add(run.record, of: name)
    if let exemplarLimit {
      try run.addExemplars(to: &exemplars, of: name, limit: exemplarLimit)
    }
    if let note = run.record.notes.first(where: { !changes.contains($0) }) {
      notedCount += 1
      firstNote = firstNote ?? "line \(line): \(note)"
    }
  }

  /// A mean of one text is no evidence.
  ///
  /// - Parameter source: Where the texts came from, as a message names it.
  func checkCount(of source: String) throws {
    let count = measures.texts.count
    guard count < 2 else { return }
    throw ProgramError(
      "\(source): \(count == 0 ? "no text" : "one text, which is an anecdote"): "
        + "a summary is over two at least, a line each")
  }

  /// What a reader of the figures has to know of them.
  var notes: [String] {
    let count = measures.texts.count
    var notes = [
      "\(count) texts; intervals and p by \(Resampling.count) draws with seed \(seed), "
        + "q over all heads and labels; they speak of texts like these"
    ]
    if !changes.isEmpty { notes.append("changed: \(changes.joined(separator: "; "))") }
    if measures.repeatedCount > 0 {
      notes.append(
        "\(measures.repeatedCount) of the texts came before: figures count them as if they were others"
      )
    }
    if let firstNote {
      notes.append("\(notedCount) of the texts have a note, the first: \(firstNote)")
    }
    return notes
  }
}

// MARK: Parts

extension TextSummary {
  /// A summary with the file that it was read from.
  typealias Part = (path: String, summary: TextSummary)

  /// The summary of the texts of all parts, as one run would have made it.
  ///
  /// - Throws: `ProgramError` where the parts are not of one run.
  init(merging parts: [Part]) throws {
    // What has no text says nothing of heads.
    let filled = parts.filter { !$0.summary.measures.texts.isEmpty }
    guard let first = filled.first ?? parts.first else { throw ProgramError("no files to merge") }
    for part in parts { try part.summary.checkFits(first, path: part.path) }
    var paths: [Int: String] = [:]
    for (path, summary) in filled {
      for line in summary.measures.texts.map(\.line) {
        if let other = paths.updateValue(path, forKey: line) {
          throw ProgramError(
            "line \(line) stands in \(other) and in \(path): they are no parts of one file, and no text counts twice"
          )
        }
      }
    }
    var exemplars: [HeadAddress: HeadExemplars] = [:]
    for part in filled {
      for (head, own) in part.summary.exemplars {
        exemplars[head, default: HeadExemplars(limit: own.limit)].add(own)
      }
    }
    let of = first.summary
    self.init(
      model: of.model, changes: of.changes, seed: of.seed, exemplarLimit: of.exemplarLimit,
      shard: Shard.all, measures: TextMeasures(merging: parts.map(\.summary.measures)),
      exemplars: exemplars)
  }

  private func checkFits(_ other: Part, path: String) throws {
    func check(_ what: String, _ own: String, _ others: String) throws {
      guard own != others else { return }
      throw ProgramError(
        "\(path) is of \(what) \(own), and \(other.path) of \(others): only parts of one run can be put together"
      )
    }
    func changes(_ summary: TextSummary) -> String {
      summary.changes.isEmpty ? "none" : summary.changes.joined(separator: "; ")
    }
    func count(_ summary: TextSummary) -> String {
      summary.exemplarLimit.map(String.init) ?? "none"
    }
    let summary = other.summary
    try check("seed", "\(seed)", "\(summary.seed)")
    try check("changes", changes(self), changes(summary))
    try check("exemplars", count(self), count(summary))
    if measures.texts.isEmpty { return }
    try check("model", model, summary.model)
    guard measures.heads.keys == summary.measures.heads.keys else {
      throw ProgramError(
        "\(path) and \(other.path) are of different heads: only parts of one run can be put together"
      )
    }
  }

  /// The shards that are missing among parts; nil where all are there, or nobody can say.
  static func missingShards(_ parts: [Part]) -> String? {
    let shards = parts.map(\.summary.shard)
    guard let count = shards.first?.count, shards.allSatisfy({ $0.count == count }) else {
      return nil
    }
    let missing = Set(1...count).subtracting(shards.map(\.number)).sorted()
    guard !missing.isEmpty, missing.count <= 1000 else { return nil }
    return "of the parts 1/\(count) to \(count)/\(count), these are missing: "
      + missing.map(String.init).joined(separator: ", ")
  }
}
