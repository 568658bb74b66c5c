import Attention
import CKernels

/// The model's predictions if its last layer were done: states on the way, read by the final norm and the head that
/// predicts. A readout, and not what the model would say.
public struct LogitLens: Sendable {
  public let state: LayerState
  public let layer: Int
  /// One for each row that was asked for.
  public let rows: [Row]

  public struct Row: Sendable {
    /// The likeliest tokens, likeliest first, with their probabilities.
    public let best: [(id: Int, probability: Float)]
    /// Scores and probabilities of the tokens that were asked for.
    public let logits: [Float]
    public let probabilities: [Float]
    /// The numbers of tokens that are likelier.
    public let ranks: [Int]
  }

  /// The number of tokens of each row.
  static let limit = 5

  /// The recording that a pass has to make.
  public static let recording = Recording(states: [.before, .middle, .cross, .after])

  /// The likeliest tokens at a row of the last state, likeliest first: the model's own prediction.
  ///
  /// - Parameter output: Of a pass with any states.
  /// - Throws: `predictsNothing`.
  public static func predictions(
    _ output: ModelOutput, of model: any TransformerModel, row: Int
  ) throws(TransformerError) -> [TokenProbability] {
    try lastLogits(output, of: model, row: row).likelyTokens(at: [row])
  }

  /// The scores of all tokens there: `[V]`.
  ///
  /// - Throws: `predictsNothing`.
  public static func scores(
    _ output: ModelOutput, of model: any TransformerModel, row: Int
  ) throws(TransformerError) -> [Float] {
    try lastLogits(output, of: model, row: row).values
  }

  private static func lastLogits(
    _ output: ModelOutput, of model: any TransformerModel, row: Int
  ) throws(TransformerError) -> HiddenStates {
    guard let head = model.structure.head else { throw .predictsNothing }
    guard let last = output.traces[model.structure.lastKind]?.last else {
      preconditionFailure("a pass whose states were not kept")
    }
    return head.logits(last.rows([row]))
  }

  /// The readings in the order in which the states come: the embeddings, and what stands behind each block.
  ///
  /// - Parameters:
  ///   - output: Of a pass with `recording`.
  ///   - tokens: Whose probabilities and ranks are asked for.
  /// - Throws: `predictsNothing`.
  public static func readings(
    _ output: ModelOutput, of model: any TransformerModel, rows: [Int], tokens: [Int]
  ) throws(TransformerError) -> [LogitLens] {
    let structure = model.structure
    guard let head = structure.head else { throw .predictsNothing }
    guard let trace = output.traces[structure.lastKind] else {
      preconditionFailure("a pass whose states were not kept")
    }
    return trace.layers.enumerated().flatMap { layer, states in
      let names: [LayerState] = (layer == 0 ? [.before] : []) + [.middle, .cross, .after]
      return names.compactMap { name in
        states[name].map { state in
          LogitLens(
            state: name, layer: layer,
            rows: rows.map { row in
              Row(head.logits(structure.last.lastStates(of: state.rows([row]))).values, tokens)
            })
        }
      }
    }
  }
}

extension LogitLens.Row {
  fileprivate init(_ logits: [Float], _ tokens: [Int]) {
    var shares = logits
    ck_softmax(&shares, shares.count)
    best = shares[...].largest(LogitLens.limit).map { ($0, shares[$0]) }
    self.logits = tokens.map { logits[$0] }
    probabilities = tokens.map { shares[$0] }
    ranks = tokens.map { id in logits.count { $0 > logits[id] } }
  }
}
