import Attention

/// A score split by what wrote the query and what wrote the key: the reason why a head looks there.
///
/// The state that a layer reads is the sum of the embeddings and of what heads, feed-forward blocks and biases before it
/// added. With norms frozen, a score is the sum over all pairs of them; cap, bias of positions and mask come behind.
///
/// Shape letters: m components, T tokens, C hidden size, H query heads, G key heads, D head size.
public struct ScoreSplit: Sendable {
  /// `embed`, `0.3` for a head, `0.b_O`, `0.mlp`, `0.norm_bias.attention`, and last `const`, what norm and projection add.
  public let components: [String]
  /// The part of the score of each pair, the writer of the query first: `[m, m]`.
  public let terms: [Float]
  /// The same less its mean over the keys that the query sees: what raises all of them alike changes no weight.
  public let contrast: [Float]
  /// The scaled score, and what the terms sum to.
  public let score: Float
  public let sum: Float

  /// The contrast by writers of the query: `[m]`.
  public var byQuery: [Float] {
    let count = components.count
    return (0..<count).map { Self.sum(contrast[$0 * count..<($0 + 1) * count]) }
  }

  /// The contrast by writers of the key: `[m]`.
  public var byKey: [Float] {
    let count = components.count
    return (0..<count).map { key in Self.sum((0..<count).map { contrast[$0 * count + key] }) }
  }

  private static func sum(_ terms: some Sequence<Float>) -> Float {
    Float(terms.reduce(into: 0.0) { $0 += Double($1) })
  }

  /// - Parameters:
  ///   - output: Of a pass with `DirectShares.recording`.
  ///   - head: Of attention to the own side.
  /// - Throws: `noPath`, where components cannot be followed to the layer.
  /// - Precondition: There is such a head, the tokens are there, and the query sees the key.
  public init(
    _ output: ModelOutput, of model: any TransformerModel, head: HeadAddress, query: Int, key: Int
  ) throws(TransformerError) {
    guard let stack = model.structure.stack(head.kind), head.kind != .cross,
      let attention = output.stacks.first(where: { $0.kind == head.kind })?.layers[head.layer],
      let score = attention.score, let trace = output.traces[head.kind],
      let input = trace.layers[head.layer][.before]
    else { preconditionFailure("a pass whose states were not kept") }
    guard stack.layers.prefix(head.layer).allSatisfy({ $0.beside == nil }),
      stack.layers[head.layer].attention.body.clip == nil,
      stack.layers[head.layer].attention.body.source == nil
    else {
      throw .noPath(family: model.summary.family)
    }
    let visible = Array(attention.mask.visibleKeys(query: query, keyCount: attention.keyCount))
    precondition(visible.contains(key))
    let body = stack.layers[head.layer].attention
    let writers = Writers(stack, trace, output, head.kind)
    let (keys, keyHead) = (visible + [query], score.keyHead(of: head.head))
    let whole = body.input(input.rows(keys))
    let scales = body.normOfInput?.scales(of: input.rows(keys))
    let reader = HeadReader(body.body, whole, positions: keys, rotation: score.rotation)
    var names: [String] = []
    var queries: [[Float]] = []
    var keyVectors: [(chosen: [Float], mean: [Float])] = []
    func add(_ name: String, _ x: HiddenStates, isConstant: Bool = false) {
      names.append(name)
      let (q, k) = reader.read(x, isConstant: isConstant)
      queries.append(Array(q.vector(head: head.head, row: keys.count - 1)))
      let rows = k.vectors(ofHead: keyHead).rows(Array(visible.indices))
      keyVectors.append((Array(rows.row(key - visible[0])), rows.mean))
    }
    writers.forEach(upTo: head.layer) { name, x in
      var part = x.rows(keys)
      if let norm = body.normOfInput, let scales { part = norm.carry(part, scales: scales) }
      add(name, part)
    }
    let shift = body.normOfInput?.shift ?? [Float](repeating: 0, count: input.size)
    add(
      "const",
      HiddenStates(
        tokenCount: keys.count, size: input.size, values: keys.flatMap { _ in shift }),
      isConstant: true)

    func products(_ side: (Int) -> [Float]) -> [Float] {
      queries.flatMap { q in
        keyVectors.indices.map { index in
          score.scale
            * Float(
              zip(q, side(index)).reduce(into: 0.0) { $0 += Double($1.0) * Double($1.1) })
        }
      }
    }
    components = names
    let terms = products { keyVectors[$0].chosen }
    self.terms = terms
    contrast = zip(terms, products { keyVectors[$0].mean }).map { $0 - $1 }
    self.score = score.product(head: head.head, query: query, key: key) * score.scale
    sum = Self.sum(terms)
  }
}

/// The projections of a layer to queries and keys, applied to parts of what it reads.
private struct HeadReader {
  let body: MultiHeadAttention
  let positions: [Int]
  let rotation: Rotation?
  /// Of the whole, before norms.
  let queries: HeadVectors
  let keys: HeadVectors

  init(
    _ body: MultiHeadAttention, _ whole: HiddenStates, positions: [Int], rotation: Rotation?
  ) {
    self.body = body
    self.positions = positions
    self.rotation = rotation
    func turned(_ x: HeadVectors) -> HeadVectors {
      body.normsTurned ? rotation.map { $0(x, at: positions) } ?? x : x
    }
    queries = turned(body.projections.queries(whole))
    keys = turned(body.projections.keysAndValues(whole).keys)
  }

  /// - Parameter isConstant: Whether the biases of projections and norms come with it.
  func read(_ x: HiddenStates, isConstant: Bool) -> (HeadVectors, HeadVectors) {
    var (q, k) = body.projections.queriesAndKeys(x, biased: isConstant)
    func normed(_ part: HeadVectors, _ norm: (any HeadNorm)?, of whole: HeadVectors) -> HeadVectors
    {
      guard let norm else { return part }
      let carried = norm.carry(part, of: whole)
      guard isConstant else { return carried }
      // A norm makes its bias of nothing.
      let zero = HeadVectors(
        headCount: part.headCount, rowCount: part.rowCount, headSize: part.headSize,
        values: [Float](repeating: 0, count: part.values.count))
      return HeadVectors(
        headCount: part.headCount, rowCount: part.rowCount, headSize: part.headSize,
        values: zip(carried.values, norm(zero).values).map { $0 + $1 })
    }
    func turned(_ x: HeadVectors) -> HeadVectors { rotation.map { $0(x, at: positions) } ?? x }
    if body.normsTurned { (q, k) = (turned(q), turned(k)) }
    q = normed(q, body.queryNorm, of: queries)
    k = normed(k, body.keyNorm, of: keys)
    if !body.normsTurned { (q, k) = (turned(q), turned(k)) }
    return (body.queryGrowth.map { $0(q, at: positions) } ?? q, k)
  }
}

/// The additions to the states of a stack, block by block.
private struct Writers {
  let stack: TransformerStack
  let trace: StackTrace
  let output: ModelOutput
  let kind: AttentionKind
  let path: ResidualPath

  init(
    _ stack: TransformerStack, _ trace: StackTrace, _ output: ModelOutput, _ kind: AttentionKind
  ) {
    (self.stack, self.trace, self.output, self.kind) = (stack, trace, output, kind)
    path = ResidualPath(stack, trace, rows: Array(0..<(trace.last?.tokenCount ?? 0)))
  }

  /// Calls `body` with each, as it is in what a layer reads: `[T, C]`.
  func forEach(upTo layer: Int, _ body: (_ name: String, _ x: HiddenStates) -> Void) {
    let end = path.index(.attention, layer: layer)
    guard let embedded = trace.layers.first?[.before] else { return }
    body("embed", path.carryStream(embedded, from: 0, to: end))
    let count = embedded.tokenCount
    func everywhere(_ vector: [Float]) -> HiddenStates {
      HiddenStates(
        tokenCount: count, size: vector.count, values: (0..<count).flatMap { _ in vector })
    }
    func shift(
      _ step: ResidualPath.Step?, _ name: String, then carry: (HiddenStates) -> HiddenStates
    ) {
      if let shift = step?.norm.shift { body(name, carry(everywhere(shift))) }
    }
    for (index, block) in path.blocks[..<end].enumerated() {
      let prefix = block.place == .cross ? "cross:\(block.layer)" : "\(block.layer)"
      func behind(_ x: HiddenStates) -> HiddenStates {
        path.carryStream(x, from: index + 1, to: end)
      }
      func throughSum(_ x: HiddenStates) -> HiddenStates {
        behind(block.sum.map { $0.norm.carry(x, scales: $0.scales) } ?? x)
      }
      if block.place == .feedForward {
        if let x = trace.layers[block.layer][.feedForwardOutput] {
          body("\(prefix).mlp", path.carry(x, from: index, to: end))
        }
      } else {
        let kind = block.place == .cross ? AttentionKind.cross : self.kind
        let layer = stack.layers[block.layer]
        let heads = block.place == .cross ? layer.cross?.body : layer.attention.body
        guard let heads,
          let attention = output.stacks.first(where: { $0.kind == kind })?.layers[block.layer]
        else { continue }
        for head in 0..<attention.headCount {
          let write = heads.write(attention.weightedValues(head: head), head: head)
          body("\(prefix).\(head)", path.carry(write, from: index, to: end))
        }
        if let bias = heads.output.bias {
          body("\(prefix).b_O", path.carry(everywhere(bias), from: index, to: end))
        }
      }
      let name = block.place == .feedForward ? "output" : block.place.rawValue
      shift(block.branch, "\(prefix).norm_bias.\(name)_branch") { x in
        var x = x
        x *= block.factor
        return throughSum(x)
      }
      shift(block.entering, "\(prefix).norm_bias.\(name)_input", then: throughSum)
      shift(block.sum, "\(prefix).norm_bias.\(name)", then: behind)
    }
  }
}

extension QueryKeyValue {
  /// Queries `[H, T, D]` and keys `[G, T, D]`, with their biases or without.
  fileprivate func queriesAndKeys(
    _ x: HiddenStates, biased: Bool
  ) -> (HeadVectors, HeadVectors) {
    func heads(_ projection: Projection) -> HeadVectors {
      let linear =
        biased ? projection.linear : Linear(weight: projection.linear.weight, bias: nil)
      return linear.heads(x, at: projection.starts, size: headSize)
    }
    return (heads(query), heads(key))
  }
}
