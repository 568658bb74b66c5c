/// A question about what heads do in a run: those who show a record ask it, and those who hold the model answer.
///
/// Tokens, layers and heads are those of the record. An outcome is named as a person writes it: ` Mary`,
/// ` Mary - John`, `#1199 - #1145`; nil stands for the likeliest token.
public enum Question: Hashable, Sendable {
  /// The size of what each head moves along each edge.
  case writes
  /// The share of an outcome that each head moves along each edge.
  case shares(String?)
  /// The loss of an outcome without each head, one head at a time.
  case effects(HeadAblation.Replacement, rows: EffectRows, String?)
  /// The parts of an outcome, and the readings of the layers, at a query; nil stands for the one that predicts.
  case output(String?, query: Int?)
  /// The words that a head writes: the value of one key, or, for nil, the sum that the query takes.
  case words(HeadAddress, query: Int, key: Int?)
  /// The writers of a query and a key, by their parts of the score.
  case origins(HeadAddress, query: Int, key: Int)
  /// The difference from another run.
  case difference(from: ComparedRun, String?)
  /// A known kind of head, looked for on texts of the program's own: a question about the model, whatever is shown.
  case probe(Probe)

  /// The outcome that it is about; nil for the likeliest token, and where it is about none.
  package var outcome: String? {
    switch self {
    case .shares(let outcome), .effects(_, _, let outcome), .output(let outcome, _),
      .difference(_, let outcome):
      outcome
    case .writes, .words, .origins, .probe: nil
    }
  }
}

/// An answer to a question.
public enum Finding: Sendable {
  case edges(EdgeValues)
  /// Of some of the heads, as long as the others are at work.
  case effects(HeadEffects)
  case output(OutputReport)
  case words(WrittenWords)
  case origins(ScoreOrigins)
  case difference(DifferenceReport)
  case probe(ProbeReport)
}
