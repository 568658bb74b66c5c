import Attention
import Threads

/// The direct contribution of each part of a pass to the outcome's score, norms frozen (direct logit attribution).
///
/// The shares of heads, feed-forward blocks, embeddings and biases sum to the score that the model gives, before a cap;
/// of a single token less the mean score of the vocabulary. A share is one of this output, and not what would be lost
/// without the part.
///
/// Shape letters: R rows, S keys, H query heads, D head size.
public struct DirectShares: Sendable {
  /// Of which tokens' predictions, in order.
  public let rows: [Int]
  public let layers: [Layer]
  /// `[R]` each, in the order of the stack.
  public let feedForward: [[Float]]
  /// `[R]`: what the first layer reads.
  public let embedding: [Float]
  /// `[R]`; nil where the norms have no biases.
  public let finalNormBias: [Float]?
  public let blockNormBias: [Float]?
  /// nil where the head has no bias.
  public let headBias: Float?
  /// `[R]`: the score of the model, and what the shares sum to.
  public let score: [Float]
  public let sum: [Float]

  /// The heads of one layer, of one kind.
  public struct Layer: Sendable {
    public let kind: AttentionKind
    public let index: Int
    /// `[H][R]`: without the bias of the values, which says nothing of what a head attends to.
    public let heads: [[Float]]
    /// `[H][R]`; nil where values have no bias.
    public let valueBias: [[Float]]?
    /// `[R]`; nil where there is none.
    public let outputBias: [Float]?
    let values: ValueShares

    public var keyCount: Int { values.keyCount }

    /// The contribution of a head to the outcome from each key: `[R, S]`; the rows sum to `heads`, but where something
    /// else replaces the head's sum.
    public func edges(head: Int) -> [Float] { values.edges(head: head) }

    /// The contribution of each key's value to the outcome, as if all weight lay there, without the bias of the
    /// values: `[R, S]`.
    public func values(head: Int) -> [Float] { values.unweighted(head: head) }
  }

  /// The recording that a pass has to make.
  public static let recording = Recording(
    values: true,
    states: [
      .before, .middle, .cross, .attentionOutput, .crossOutput, .feedForwardOutput, .middleSum,
      .crossSum, .afterSum, .after,
    ])

  /// - Parameters:
  ///   - output: Of a pass with `recording`.
  ///   - rows: nil for all.
  /// - Throws: `predictsNothing`, `noShares`, `noPath`.
  public init(
    _ output: ModelOutput, of model: any TransformerModel, outcome: Outcome, rows: [Int]? = nil
  ) throws(TransformerError) {
    let structure = model.structure
    guard structure.head != nil else { throw .predictsNothing }
    guard let head = structure.head as? LanguageModelHead else {
      throw .noShares(family: model.summary.family)
    }
    let stack = structure.last
    guard stack.layers.allSatisfy({ $0.beside == nil }) else {
      throw .noPath(family: model.summary.family)
    }
    guard let trace = output.traces[structure.lastKind], let last = trace.last,
      let embedded = trace.layers.first?[.before]
    else { preconditionFailure("a pass whose states were not kept") }
    let rows = rows ?? Array(0..<last.tokenCount)
    self.rows = rows
    var (vector, bias) =
      switch outcome {
      case .token(let id): head.direction([(id, 1)], isCentred: true)
      case .difference(let id, let other):
        head.direction([(id, 1), (other, -1)], isCentred: false)
      }
    score = last.rows(rows).products(with: vector).map { $0 + bias }
    if let shift = stack.projection?.bias {
      bias += zip(shift, vector).reduce(into: 0) { $0 += $1.0 * $1.1 }
    }
    headBias = head.linear.bias == nil && stack.projection?.bias == nil ? nil : bias

    let path = ResidualPath(stack, trace, rows: rows)
    var layers: [Layer] = []
    var feedForward: [[Float]] = []
    let pulled = path.pull(vector) { block, direction in
      guard block.place != .feedForward else {
        guard let output = trace.layers[block.layer][.feedForwardOutput] else { return }
        feedForward.append(direction.products(with: output.rows(rows)))
        return
      }
      let kind = block.place == .cross ? AttentionKind.cross : structure.lastKind
      guard let body = structure.attention(kind, layer: block.layer),
        let attention = output.stacks.first(where: { $0.kind == kind })?.layers[block.layer]
      else { return }
      let values = ValueShares(attention, body, rows: rows, direction)
      let shares = Parallel.map(attention.headCount) { values.shares(head: $0) }
      layers.append(
        Layer(
          kind: kind, index: block.layer, heads: shares.map(\.head),
          valueBias: values.haveBias ? shares.map(\.bias) : nil,
          outputBias: body.output.bias.map { direction.products(with: $0) }, values: values))
    }
    self.layers = layers.reversed()
    self.feedForward = feedForward.reversed()
    embedding = pulled.embedding.products(with: embedded.rows(rows))
    finalNormBias = pulled.finalShift
    blockNormBias = pulled.blockShift

    var shares = [embedding] + feedForward.reversed()
    shares += [finalNormBias, blockNormBias].compactMap(\.self)
    for layer in layers {
      shares += layer.heads + (layer.valueBias ?? []) + [layer.outputBias].compactMap(\.self)
    }
    let constant = Double(headBias ?? 0)
    sum = rows.indices.map { row in
      Float(shares.reduce(into: constant) { $0 += Double($1[row]) })
    }
  }
}
