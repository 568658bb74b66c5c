import Attention

/// The tokens whose scores a head raises and lowers by what it writes, the norms on its way being frozen.
///
/// Biases have no part in it: not that of the values, nor those of norms and of the head that predicts.
public struct HeadWords: Sendable {
  /// Most first.
  public let raised: [TokenLogit]
  /// Those with the least first.
  public let lowered: [TokenLogit]
  /// The size ‖y‖ of the write, and of the state that it is added to: tokens of a tiny write are noise.
  public let size: Float
  public let streamSize: Float

  /// The number of tokens of each.
  static let limit = 6

  /// - Parameters:
  ///   - output: Of a pass with `DirectShares.recording`.
  ///   - key: From which the value is taken, as if all weight lay there; nil for the sum that the head takes.
  /// - Throws: `predictsNothing`, `noShares`, `noPath`.
  /// - Precondition: There is such a head in the stack that predicts, and there are such tokens.
  public init(
    _ output: ModelOutput, of model: any TransformerModel, head: HeadAddress, query: Int, key: Int?
  ) throws(TransformerError) {
    let structure = model.structure
    guard structure.head != nil else { throw .predictsNothing }
    guard let predicting = structure.head as? LanguageModelHead else {
      throw .noShares(family: model.summary.family)
    }
    let stack = structure.last
    guard stack.layers.allSatisfy({ $0.beside == nil }) else {
      throw .noPath(family: model.summary.family)
    }
    guard let body = structure.attention(head.kind, layer: head.layer),
      let attention = output.stacks.first(where: { $0.kind == head.kind })?.layers[head.layer],
      let trace = output.traces[structure.lastKind],
      let before = trace.layers[head.layer][.before]
    else { preconditionFailure("a pass whose states were not kept") }
    var vector =
      key.map { Array(attention.values(ofHead: head.head).row($0)) }
      ?? attention.weightedValue(head: head.head, query: query)
    if let bias = body.projections.valueBias(ofHead: head.head) {
      vector = zip(vector, bias).map { $0 - $1 }
    }
    let write = body.write(
      HiddenStates(tokenCount: 1, size: vector.count, values: vector), head: head.head)
    size = write.norms[0]
    streamSize = before.rows([query]).norms[0]
    let path = ResidualPath(stack, trace, rows: [query])
    let carried = path.carry(
      write, from: path.index(head.kind == .cross ? .cross : .attention, layer: head.layer))
    let scores = predicting.centredScores(of: path.carryToHead(carried)).values
    func tokens(_ ids: [Int]) -> [TokenLogit] { ids.map { TokenLogit(id: $0, logit: scores[$0]) } }
    raised = tokens(scores[...].largest(Self.limit))
    lowered = tokens(scores.map { -$0 }[...].largest(Self.limit))
  }
}
