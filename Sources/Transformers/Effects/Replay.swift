import Attention
import CKernels

/// A pass that is run again from a layer on, with something changed there: what does the output lose?
///
/// The part before the change is taken from the pass as it was, so that a change in layer l of L costs (L − l) / L of a
/// pass.
public struct Replay: Sendable {
  let structure: ModelStructure
  let stacks: [AttentionKind: AttentionStack]
  let traces: [AttentionKind: StackTrace]
  /// The changes made in the pass already.
  let interventions: [Intervention]
  let patchedSums: [HeadAddress: ReplacedSums]
  /// The row whose output is looked at.
  public let row: Int
  let clean: CleanOutput

  /// The recording that a pass has to make.
  public static let recording = Recording(values: true, states: [.before])

  /// - Parameters:
  ///   - output: Of a pass with `recording`.
  ///   - row: Whose prediction is looked at.
  ///   - tokens: Whose scores are asked for.
  public init(_ output: ModelOutput, of model: any TransformerModel, row: Int, tokens: [Int]) {
    structure = model.structure
    stacks = Dictionary(uniqueKeysWithValues: output.stacks.map { ($0.kind, $0) })
    traces = output.traces
    interventions = output.interventions
    patchedSums = output.patchedSums
    self.row = row
    guard let last = traces[structure.lastKind]?.last else {
      preconditionFailure("a pass whose states were not kept")
    }
    precondition((0..<last.tokenCount).contains(row))
    clean = CleanOutput(last, row: row, head: structure.head, tokens: tokens)
  }

  /// The pass itself, beside itself.
  public var unchanged: ChangedOutput {
    switch clean {
    case .prediction(let logits, _, _): .prediction(clean.change(to: logits[...]))
    case .states: .distances(first: 0, mean: 0)
    }
  }

  /// All heads, the ones that are done soonest first: those of the last layers.
  ///
  /// - Parameter rows: Where they are turned off. What the heads of an encoder-decoder's encoder do at the row that
  ///   predicts cannot be asked: that is a row of the decoder.
  public func heads(rows: EffectRows) -> [HeadAddress] {
    var kinds = Array(structure.lastKinds.reversed())
    if structure.encoder != nil, rows == .all { kinds.append(.encoder) }
    // The encoder comes first, so its heads come last.
    return [kinds.filter { $0 != .encoder }, kinds.filter { $0 == .encoder }].flatMap { kinds in
      let layers = kinds.compactMap { stacks[$0]?.layers.count }.max() ?? 0
      return (0..<layers).reversed().flatMap { layer in
        kinds.flatMap { kind in
          (0..<(stacks[kind]?.layers[layer].headCount ?? 0)).map {
            HeadAddress(kind, layer: layer, head: $0)
          }
        }
      }
    }
  }
}

// MARK: One change

extension Replay {
  /// The output with some changes together.
  ///
  /// - Throws: `InterventionError`, `TransformerError`.
  public func output(with changes: [Intervention]) throws -> ChangedOutput {
    try changes.check(extents)
    let last = try states(with: changes)
    return clean.change(to: last, row: row, head: structure.head)
  }

  /// The changes made already, and further ones, which a head's patch gives way to.
  func changes(
    _ new: [Intervention] = [], given: [HeadAddress: ReplacedSums] = [:]
  ) -> RunChanges {
    let patched = patchedSums.filter { patch in
      !new.ablations.contains { $0.head == patch.key }
    }
    return RunChanges(
      interventions + new, clean: Array(stacks.values),
      given: patched.merging(given) { $1 })
  }

  private var extents: [AttentionExtent] {
    AttentionKind.allCases.compactMap { kind in
      stacks[kind].flatMap { stack in
        structure.stack(kind)?
          .extent(kind, queryCount: stack.queries.count, keyCount: stack.keys.count)
      }
    }
  }

  /// The last states of all tokens.
  private func states(with new: [Intervention]) throws -> HiddenStates {
    let changes = changes(new)
    func first(_ kinds: [AttentionKind]) -> Int? {
      new.filter { kinds.contains($0.start.kind) }.map(\.start.layer).min()
    }
    var encoded = cleanEncoded
    var start = first(structure.lastKinds)
    if let encoder = structure.encoder, let layer = first([.encoder]) {
      var run = LayerRun(.encoder, changes: changes)
      let states = try encoder.run(before(.encoder, layer), from: layer, in: &run)
      encoded = structure.last.layers.compactMap {
        $0.cross?.body.projections.keysAndValues(states)
      }
      start = 0
    }
    let kind = structure.lastKind
    guard let start else {
      guard let last = traces[kind]?.last else { preconditionFailure("states that were kept") }
      return last
    }
    var run = LayerRun(kind, encoded: encoded, changes: changes)
    let ids = stacks[kind]?.queries.compactMap(\.id) ?? []
    run.layerInputs = try structure.last.layerInputs?(ids, embedded: embedded(kind))
    return try structure.last.run(before(kind, start), from: start, in: &run)
  }

  /// The input of a layer.
  func before(_ kind: AttentionKind, _ layer: Int) -> HiddenStates {
    guard let states = traces[kind]?.layers[layer][.before] else {
      preconditionFailure("a pass whose states were not kept")
    }
    return states
  }

  /// The embeddings that the first layer read.
  private func embedded(_ kind: AttentionKind) -> HiddenStates {
    let x = before(kind, 0)
    return structure.last.streams?.embeddings(in: x) ?? x
  }

  /// The decoder's keys and values of the encoder's output; none where there is no encoder.
  var cleanEncoded: [KeysAndValues] {
    stacks[.cross]?.layers.compactMap { layer in
      guard let score = layer.score, let values = layer.values else { return nil }
      return KeysAndValues(keys: score.keys, values: values)
    } ?? []
  }
}

// MARK: Each head

/// The output without a head.
public struct HeadEffect: Sendable {
  public let head: HeadAddress
  public let output: ChangedOutput
}

extension Replay {
  /// The effect of turning off each head by itself.
  ///
  /// At the one row of a model whose tokens see only what came before them, all heads of some layers run together;
  /// elsewhere each has a run of its own.
  ///
  /// - Parameters:
  ///   - heads: nil for all, in the order of `heads(rows:)`.
  ///   - body: Called with each effect once it is known; what it throws ends the rest.
  /// - Throws: `InterventionError`, `TransformerError`.
  public func effects(
    of replacement: HeadAblation.Replacement, rows: EffectRows, heads: [HeadAddress]? = nil,
    body: (HeadEffect) throws -> Void
  ) throws {
    let heads = heads ?? self.heads(rows: rows)
    let row = Rows.numbered([row])
    let asked = rows == .all ? Rows.all : row
    try heads.map { .ablation(HeadAblation($0, as: replacement, rows: asked)) }.check(extents)
    // Tokens behind the row see what changes there, and are not seen by it.
    let isAlone =
      rows == .row
      && structure.last.layers.allSatisfy {
        $0.attention.body.mask.isCausal && $0.beside == nil
      }
    guard isAlone, structure.head != nil else {
      for head in heads {
        let ablation = HeadAblation(head, as: replacement, rows: asked)
        try body(HeadEffect(head: head, output: output(with: [.ablation(ablation)])))
      }
      return
    }
    for group in groups(of: heads) {
      let (variants, last) = try together(group, replacement)
      guard let logits = structure.head?.logits(last) else { return }
      for (index, variant) in variants.enumerated() {
        let row = logits.values[index * logits.size..<(index + 1) * logits.size]
        try body(HeadEffect(head: variant.head, output: .prediction(clean.change(to: row))))
      }
    }
  }

  /// Heads that run together: so many that each matrix of weights, once read, is used well, and not so many that one
  /// waits long for the first. Those of the last layer come by themselves, since they are done at once.
  private func groups(of heads: [HeadAddress]) -> [[HeadAddress]] {
    var groups: [[HeadAddress]] = []
    for layer in Set(heads.map(\.layer)).sorted(by: >) {
      let new = heads.filter { $0.layer == layer }
      if groups.count > 1, let last = groups.last, last.count + new.count <= Self.groupSize {
        groups[groups.count - 1] += new
      } else {
        groups.append(new)
      }
    }
    return groups
  }

  private static let groupSize = Int(CK_PACKING_PAYS) + 8

  /// The last states at the row, one for each head that is off.
  private func together(
    _ heads: [HeadAddress], _ replacement: HeadAblation.Replacement
  ) throws -> (variants: [RowVariants.Variant], states: HiddenStates) {
    let (stack, kind) = (structure.last, structure.lastKind)
    var run = LayerRun(kind, RowVariants(row: row, clean: stacks, encoded: cleanEncoded))
    var variants: [RowVariants.Variant] = []
    let first = heads.map(\.layer).min() ?? 0
    var states = HiddenStates(tokenCount: 0, size: before(kind, first).size)
    for layer in first..<stack.layers.count {
      let new = heads.filter { $0.layer == layer }.map { variant($0, replacement) }
      let entering = before(kind, layer).rows([Int](repeating: row, count: new.count))
      states = HiddenStates(
        tokenCount: states.tokenCount + new.count, size: states.size,
        values: states.values + entering.values)
      variants += new
      run.add(new)
      run.enter(layer: layer)
      states = try stack.layers[layer](states, in: &run)
    }
    return (variants, stack.lastStates(of: states))
  }

  private func variant(
    _ head: HeadAddress, _ replacement: HeadAblation.Replacement
  ) -> RowVariants.Variant {
    guard let attention = stacks[head.kind]?.layers[head.layer],
      let part = structure.attention(head.kind, layer: head.layer)
    else { preconditionFailure("a head that was checked") }
    return RowVariants.Variant(
      head: head,
      sum: attention.replacement(
        replacement, head: head.head, rows: [row],
        valueBias: part.projections.valueBias(ofHead: head.head)))
  }
}
