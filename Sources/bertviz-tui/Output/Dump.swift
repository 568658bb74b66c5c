import ArgumentParser
import Attention
import Exporters
import Files
import Glibc
import Runs
import Transformers

/// The numbers to a file.
struct Dump: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Save tokens, attention, queries and keys.",
    discussion: """
      The ending of FILE says the format: .safetensors, .npz or .json. Of the heads that --only-heads keeps, the \
      metadata have the numbers.

      With --each-line it is a line of JSON for each text, in a .jsonl: line, text, metadata and tensors, or \
      error; of the tensors the attention, unless --save says more.
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var lines: LineOptions
  @OptionGroup var kept: KeptOptions

  @Option(
    help: ArgumentHelp(
      """
      What to save: attention, query, key, bias (these four, if nothing is said); value, z; the sizes of what heads \
      add: head_norm, write_norm, write_norm_layer, transported_norm; states: resid_pre, resid_mid, resid_post, \
      attn_out, mlp_out, hidden, …; final_scale, logits; trace, which is all but the first four, and attention; or an \
      analysis: dla (shares of the outcome, norms frozen), words and writers (of --pairs), removal, ablation (each \
      head off by itself, and those of --ablate together), edges (each --cut by itself), lens, rollout.
      """,
      valueName: "names"))
  var save: QuantityList?

  @Option(
    help: ArgumentHelp(
      "For words and writers: head:query>key, such as 0.3:12>4; several, separated by commas.",
      valueName: "pairs"))
  var pairs: PairList?

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The file to write; - for standard output.", valueName: "file"),
    completion: .file())
  var output: String

  func validate() throws {
    try OutputSink.checkName(output)
    try input.saved.checkShowsAll("dump")
    try lines.check()
    if let analysis = save?.analyses.first, kept.layers != nil || kept.onlyHeads != nil {
      throw ValidationError(
        "--save \(analysis) is told of all layers and heads: leave out --layers and --only-heads")
    }
  }

  func run() throws {
    let timings = Timings()
    if lines.eachLine {
      try runEachLine(timings: timings)
    } else {
      // Known before the model runs: a long wait for nothing is worse than a wrong name.
      if output != "-" {
        _ = try AttentionDump.Format.format(ofPath: output)
        try AtomicFile.check(output)
      }
      let run = try source(timings).firstRun(
        recording: recording, timings: timings)
      for note in run.record.notes { StandardError.say(note) }
      try dump(run, Set(AttentionDump.Quantity.allCases)).write(to: output)
      timings.mark("dump")
    }
    if input.timings { StandardError.write(timings.report) }
  }

  private var recording: Recording {
    let quantities = save?.ofPass.map(\.recording) ?? []
    return (quantities + (save?.analyses.map(\.recording) ?? [])).reduce(Recording()) {
      $0.union($1)
    }
  }

  /// The source of the run, without interventions where the analyses tell what changes would do.
  private func source(_ timings: Timings) throws -> Source {
    let source = try input.source(timings: timings)
    guard isOfUnchanged, case .model(let model, var request) = source else { return source }
    request.interventions = []
    return .model(model, request)
  }

  private var isOfUnchanged: Bool { save?.analyses.contains(where: \.changesTheRun) ?? false }

  private var subject: AnalysisSubject {
    AnalysisSubject(
      outcome: input.changes.outcome, heads: input.changes.ablate?.heads ?? [],
      cuts: input.changes.cuts, pairs: pairs?.pairs ?? [])
  }

  /// - Parameter usual: What is saved where nothing is said.
  private func dump(_ run: Run, _ usual: Set<AttentionDump.Quantity>) throws -> AttentionDump {
    try kept.check(in: run.record.stacks)
    let restriction = kept.restriction
    guard let save else { return AttentionDump(run.record, usual, keeping: restriction) }
    let tensors = run.tensors(heads: restriction.heads) {
      restriction.layers?.contains($0) ?? true
    }
    if tensors == nil, let name = (save.ofPass.map(\.name) + save.analyses.map(\.rawValue)).min() {
      throw ProgramError("--save \(name): saved attention has none; name a model instead")
    }
    let analyses = try save.analyses.map { try run.tensors(of: $0, subject) }
    return AttentionDump(
      run.record, save.quantities, keeping: restriction,
      besides: (tensors?.sources(save.ofPass) ?? []) + analyses.flatMap(\.tensors),
      facts: analyses.facts)
  }

  private func runEachLine(timings: Timings) throws {
    // A pipe or a device takes lines, whatever it is called.
    guard
      output == "-" || [".jsonl", ".json"].contains(where: output.lowercased().hasSuffix)
        || AtomicFile.isSpecial(output)
    else {
      throw ProgramError.usage("\(output): --each-line writes lines of JSON: call it .jsonl")
    }
    let sink = try OutputSink(path: output)
    let isComplete = try input.forEachLine(
      lines, recording: recording, isOfUnchanged: isOfUnchanged, timings: timings
    ) { outcome in
      switch outcome.result {
      case .success(let run):
        try dump(run, [.attention])
          .writeJSON(beginningWith: outcome.members) { bytes throws(FileError) in
            try sink.write(bytes)
          }
      case .failure:
        try sink.write(JSONNode.object(outcome.members).text + "\n")
      }
    }
    try sink.commit()
    if !isComplete { throw ExitCode(EXIT_FAILURE) }
  }
}

/// The contents of a dump, as the command line writes them: `attention,query`.
struct QuantityList: ExpressibleByArgument {
  private(set) var quantities: Set<AttentionDump.Quantity> = []
  /// The tensors that only a pass has, and no saved attention.
  private(set) var ofPass: Set<PassTensors.Quantity> = []
  /// In the order in which they were written.
  private(set) var analyses: [Analysis] = []

  init?(argument: String) {
    for name in argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
      let named = PassTensors.Quantity.allCases.filter { $0.name == name }
      if let quantity = AttentionDump.Quantity(rawValue: name) {
        quantities.insert(quantity)
      } else if name == "trace" {
        quantities.insert(.attention)
        ofPass.formUnion(PassTensors.Quantity.allCases)
      } else if let analysis = Analysis(rawValue: name) {
        if !analyses.contains(analysis) { analyses.append(analysis) }
      } else if !named.isEmpty {
        ofPass.formUnion(named)
      } else {
        return nil
      }
    }
  }
}

/// Pairs as the command line writes them: `0.3:12>4,1.0:12>7`.
struct PairList: ExpressibleByArgument {
  let pairs: [HeadPair]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    pairs = parts.compactMap { HeadPair(String($0)) }
    guard pairs.count == parts.count else { return nil }
  }
}

extension [AnalysisTensors] {
  /// Each once: those that several have are the same, but for the target.
  fileprivate var facts: [(key: String, value: JSONNode)] {
    var facts: [(key: String, value: JSONNode)] = []
    for fact in flatMap(\.facts) where !facts.contains(where: { $0.key == fact.key }) {
      facts.append(fact)
    }
    return facts
  }
}
