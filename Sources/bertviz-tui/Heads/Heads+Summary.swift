import ArgumentParser
import Attention
import Explorer
import Files
import Glibc
import Runs

/// Evidence over texts: `heads --summary`, and `heads --merge` of its parts.
extension Heads {
  /// More of a head would be no summary.
  static let exemplarLimits = 1...10

  var isSummary: Bool { summary || !merge.isEmpty }

  func checkSummary() throws {
    guard isSummary else {
      if exemplars != nil { throw ValidationError("--exemplars needs --summary") }
      if seed != nil { throw ValidationError("--seed needs --summary") }
      return
    }
    let option = merge.isEmpty ? "--summary" : "--merge"
    if effect != nil || probe != nil {
      throw ValidationError("\(option) is of what heads look at: leave out --effect and --probe")
    }
    if let exemplars, !Self.exemplarLimits.contains(exemplars) {
      throw ValidationError(
        "--exemplars must be from \(Self.exemplarLimits.lowerBound) to \(Self.exemplarLimits.upperBound)"
      )
    }
    if lines.shard.count > 1, merge.isEmpty, !isWhole || format != .json {
      throw ValidationError(
        "--shard makes a part for --merge, which takes all heads as --json: leave out --top, --only, --layers and --only-heads"
      )
    }
    guard merge.isEmpty else {
      if input.model != nil || input.givesText || lines.shard.count > 1 {
        throw ValidationError(
          "--merge puts files together, and runs no model: leave out MODEL, TEXT, --file and --shard"
        )
      }
      if exemplars != nil || seed != nil {
        throw ValidationError("--merge takes --exemplars and --seed from the files: leave them out")
      }
      return
    }
    if input.text != nil, input.text != "-" {
      throw ValidationError("--summary reads the lines of --file: leave out TEXT")
    }
  }

  /// Whether no head is left out.
  private var isWhole: Bool {
    top == nil && only == nil && kept.layers == nil && kept.onlyHeads == nil
  }

  func runSummary(timings: Timings) throws {
    let sink = try OutputSink(path: output)
    var summary = TextSummary(
      model: input.model ?? "", changes: input.changes.interventions.map(\.description),
      seed: seed ?? 1, exemplarLimit: exemplars, shard: lines.shard)
    let isComplete = try input.forEachLine(
      lines, for: "--summary", recording: summary.recording, timings: timings
    ) { outcome in
      guard case .success(let run) = outcome.result, let text = outcome.text else { return }
      if summary.measures.texts.isEmpty { try kept.check(in: run.record.stacks) }
      try summary.add(run, text, line: outcome.line)
    }
    if lines.shard.count == 1 {
      try summary.checkCount(of: input.file.flatMap { $0 == "-" ? nil : $0 } ?? "standard input")
    }
    try sink.write(text(of: summary))
    try sink.commit()
    if !isComplete { throw ExitCode(EXIT_FAILURE) }
  }

  func runMerge() throws {
    let parts = try merge.map { path in (path, try SummaryFile(path: path).summary()) }
    if let missing = TextSummary.missingShards(parts) { StandardError.say(missing) }
    let summary = try TextSummary(merging: parts)
    try summary.checkCount(of: parts.count == 1 ? parts[0].0 : "\(parts.count) files")
    let sink = try OutputSink(path: output)
    try sink.write(text(of: summary))
    try sink.commit()
  }

  private func text(of summary: TextSummary) throws -> String {
    let rows = rows(of: summary)
    switch format {
    case .json: return summary.json(rows, isWhole: isWhole).text + "\n"
    case .csv:
      let rows = sort?.measure ?? only?.measure == nil ? rows.flatMap(\.byMeasure) : rows
      return ([EvidenceRow.csvHeader] + rows.map(\.csv)).map { $0 + "\n" }.joined()
    case .table:
      for note in summary.notes { StandardError.say(note) }
      return TextTable(rows).text(width: output == "-" ? StandardOutput.terminalWidth : nil)
        + exemplarText(rows, of: summary)
    }
  }

  private func rows(of summary: TextSummary) -> [EvidenceRow] {
    let measure = sort?.measure ?? only?.measure
    var label: PatternLabel?
    if case .label(let wanted) = only, HeadMeasure(wanted) == measure {
      label = wanted
    } else if case .score(let scored) = measure {
      label = scored
    }
    let restriction = kept.restriction
    let rows = summary.measures.evidence(seed: summary.seed).sorted { $0.key < $1.key }
      .filter { head, evidence in
        (restriction.layers?.contains(head.layer) ?? true)
          && (restriction.heads?.contains(head.head) ?? true)
          && only?.contains(evidence) ?? true
      }
      .map { EvidenceRow($0.key, $0.value, measure, label) }
    func mean(_ row: EvidenceRow) -> Float {
      row.evidence.measures[row.measure]?.mean ?? -.infinity
    }
    // The sort is stable.
    let sorted = measure == nil ? rows : rows.sorted { mean($0) > mean($1) }
    return Array(sorted.prefix(top ?? sorted.count))
  }

  /// Under the table, the exemplars of each head: where it adds most, and one of each tenth by size.
  private func exemplarText(_ rows: [EvidenceRow], of summary: TextSummary) -> String {
    rows.compactMap { row -> String? in
      guard let exemplars = summary.exemplars[row.head], !exemplars.top.isEmpty else { return nil }
      let table = TextTable(exemplars)
      return
        "\nhead \(row.head), \(row.name): the queries to which it adds most, and one of each tenth by size\n"
        + table.text(width: output == "-" ? StandardOutput.terminalWidth : nil)
    }.joined()
  }
}
