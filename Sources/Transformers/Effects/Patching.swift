import Attention

/// Two runs on texts of the same length, one of which takes activations of the other: what do they bring along?
///
/// Into the corrupt run, the second one, go activations of the clean one (denoising: is that enough?), or the other way
/// round (noising: is that needed?). The two are not symmetric.
///
/// Shape letters: T rows.
public struct Patching: Sendable {
  public enum Direction: String, CaseIterable, Sendable {
    case denoise, noise
  }

  /// The part of a head that comes from the other run.
  public enum Part: Sendable {
    /// The sums of values.
    case sums
    /// The weights, with the run's own values.
    case pattern
    /// The values, with the run's own weights.
    case values
  }

  /// The run that takes something, and the one that gives it.
  private let run: Replay
  private let other: ModelOutput
  /// Those of the first and the second run, where nothing is predicted.
  private let references: [HiddenStates]
  private let row: Int
  private let tokens: [Int]

  /// The recording that both runs have to make.
  public static let recording = Replay.recording

  /// - Parameters:
  ///   - first: A pass without interventions.
  ///   - second: Another one of the same model, with as many tokens.
  ///   - row: Whose prediction is looked at.
  ///   - tokens: Whose scores are asked for; none where the model predicts nothing.
  public init(
    _ direction: Direction, _ first: ModelOutput, _ second: ModelOutput,
    of model: any TransformerModel, row: Int, tokens: [Int]
  ) {
    let (taker, giver) = direction == .denoise ? (second, first) : (first, second)
    run = Replay(taker, of: model, row: row, tokens: tokens)
    other = giver
    references = [first, second].compactMap { $0.traces[model.structure.lastKind]?.last }
    self.row = row
    self.tokens = tokens
  }

  /// The number of rows of a kind of attention, and of its layers' heads.
  public func extent(_ kind: AttentionKind) -> (rows: Int, heads: [Int])? {
    run.stacks[kind].map { ($0.queries.count, $0.layers.map(\.headCount)) }
  }

  /// The scores of the tokens with something of a head taken from the other run; where nothing is predicted, how far the
  /// first token's last state is from that of the first and of the second run, each as 1 − cosine.
  ///
  /// - Parameter rows: nil for all.
  public func result(_ part: Part, of head: HeadAddress, rows: [Int]? = nil) throws -> [Float] {
    guard let own = run.stacks[head.kind]?.layers[head.layer],
      let theirs = other.stacks.first(where: { $0.kind == head.kind })?.layers[head.layer]
    else { preconditionFailure("a head that there is not") }
    let rows = rows ?? Array(0..<own.queryCount)
    let (weights, values) =
      switch part {
      case .sums: (theirs, theirs)
      case .pattern: (theirs, own)
      case .values: (own, theirs)
      }
    let vectors = values.values(ofHead: head.head)
    let sums = rows.flatMap { row in
      part == .sums
        ? theirs.weightedValue(head: head.head, query: row)
        : vectors.sum(weightedBy: weights.row(head: head.head, query: row)[...])
    }
    return results(of: try run.states(putting: ReplacedSums(rows: rows, values: sums), of: head))
  }

  /// The same with what a layer reads at one row.
  ///
  /// - Parameter kind: Of the stack's attention to its own side.
  public func result(stateBefore layer: Int, of kind: AttentionKind, row: Int) throws -> [Float] {
    guard let theirs = other.traces[kind]?.layers[layer][.before] else {
      preconditionFailure("a pass whose states were not kept")
    }
    return results(of: try run.states(putting: theirs.row(row), before: layer, of: kind, row: row))
  }

  /// The same of the first or the second run as it was.
  public func unpatched(_ index: Int) -> [Float] { results(of: references[index]) }

  private func results(of last: HiddenStates) -> [Float] {
    guard let head = run.structure.head else {
      return references.map { CleanOutput.distance($0.row(0), last.row(0)) }
    }
    let logits = head.logits(last.rows([row])).values
    return tokens.map { logits[$0] }
  }
}

extension Replay {
  /// The last states with other sums of a head's values.
  fileprivate func states(
    putting sums: ReplacedSums, of head: HeadAddress
  ) throws -> HiddenStates {
    let changes = changes(given: [head: sums])
    let kind = head.kind == .encoder ? AttentionKind.encoder : structure.lastKind
    return try states(from: before(kind, head.layer), layer: head.layer, of: kind, changes)
  }

  /// The last states where a layer reads something else at one row.
  fileprivate func states(
    putting state: ArraySlice<Float>, before layer: Int, of kind: AttentionKind, row: Int
  ) throws -> HiddenStates {
    var states = before(kind, layer)
    states.replaceRow(row, with: Array(state))
    return try self.states(
      from: states, layer: layer, of: kind, changes())
  }

  private func states(
    from states: HiddenStates, layer: Int, of kind: AttentionKind, _ changes: RunChanges
  ) throws -> HiddenStates {
    guard kind == .encoder, let encoder = structure.encoder else {
      var run = LayerRun(kind, encoded: cleanEncoded, changes: changes)
      return try structure.last.run(states, from: layer, in: &run)
    }
    var run = LayerRun(.encoder, changes: changes)
    let encoded = try encoder.run(states, from: layer, in: &run)
    let keysAndValues = structure.last.layers.compactMap {
      $0.cross?.body.projections.keysAndValues(encoded)
    }
    var decoding = LayerRun(structure.lastKind, encoded: keysAndValues, changes: changes)
    return try structure.last.run(before(structure.lastKind, 0), from: 0, in: &decoding)
  }
}
