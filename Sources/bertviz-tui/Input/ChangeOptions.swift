import ArgumentParser
import Attention

/// The changes to heads, and the outcome by which the output is judged.
struct ChangeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Turn these heads off: 9.9,10.7, or cross:3.1 where there are several kinds of attention.",
      valueName: "heads"))
  var ablate: HeadList?

  @Option(
    help: ArgumentHelp(
      """
      What stands in the place of what they take: zero, zero-keep-bias (which leaves the bias of their values), mean \
      (over the text), or first (the value of the first token that a query sees).
      """, valueName: "kind"))
  var ablateAs: HeadAblation.Replacement?

  @Option(help: ArgumentHelp("At which tokens: all, last, or numbers.", valueName: "rows"))
  var rows: Rows?

  @Option(
    help: ArgumentHelp(
      "Cut edges: layers:query>key, such as 3-5:12>4, or with heads 3.0-3:last>4; several, separated by commas.",
      valueName: "edges"))
  var cut: [CutList] = []

  @Option(
    help: ArgumentHelp(
      "Whether the weights of the other keys grow, so that they sum to 1: yes or no.",
      valueName: "answer"))
  var cutKeepsSum: YesOrNo = .yes

  @Option(
    help: ArgumentHelp(
      """
      What the output is judged by: a token, or the difference of two, as texts or ids: " Mary - John", "#1199 - #1145"; \
      by itself the likeliest.
      """, valueName: "tokens"))
  var outcome: String?

  func validate() throws {
    if ablateAs != nil, ablate == nil {
      throw ValidationError("--ablate-as says how heads are off: give them with --ablate")
    }
    if cutKeepsSum == .no, cut.isEmpty {
      throw ValidationError("--cut-keeps-sum says how edges are cut: give them with --cut")
    }
  }

  var cuts: [EdgeCut] {
    cut.flatMap(\.cuts).map { cut in
      var cut = cut
      cut.keepsSum = cutKeepsSum == .yes
      return cut
    }
  }

  var interventions: [Intervention] {
    (ablate?.heads ?? []).map {
      .ablation(HeadAblation($0, as: ablateAs ?? .zero, rows: rows ?? .all))
    } + cuts.map { .cut($0) }
  }

  /// Those that were given, as saved attention has no use for them.
  var given: [(isGiven: Bool, name: String)] {
    [
      (ablate != nil, "--ablate"), (!cut.isEmpty, "--cut"), (rows != nil, "--rows"),
      (outcome != nil, "--outcome"),
    ]
  }
}

extension HeadAblation.Replacement: ExpressibleByArgument {}

extension Rows: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

enum YesOrNo: String, ExpressibleByArgument { case yes, no }

/// Heads as the command line writes them: `9.9,10.7`.
struct HeadList: ExpressibleByArgument {
  let heads: [HeadAddress]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    heads = parts.compactMap { HeadAddress(String($0)) }
    guard heads.count == parts.count else { return nil }
  }
}

/// Edges as the command line writes them: `3-5:12>4,6:12>4`.
struct CutList: ExpressibleByArgument {
  let cuts: [EdgeCut]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    cuts = parts.compactMap { EdgeCut(String($0)) }
    guard cuts.count == parts.count else { return nil }
  }
}
