/// The way of what blocks add to the hidden states, up to the last ones: the norms on it, with the scales that they had.
///
/// With these frozen, the last states are the sum of what embeddings, heads, feed-forward blocks and biases add, each
/// carried along; and a direction of the last states can be pulled back to where each of them is added.
struct ResidualPath {
  /// The norms around one block, in the order of the stack.
  struct Block {
    let layer: Int
    let place: Place
    /// Behind what the block puts out.
    let branch: Step?
    /// The factor of the block's output.
    let factor: Float
    /// Of what the block's output is added to.
    let entering: Step?
    /// Behind the sum.
    let sum: Step?
  }

  enum Place: String { case attention, cross, feedForward }

  struct Step {
    let norm: any Norm
    /// One for each row.
    let scales: [Float]
  }

  let blocks: [Block]
  let final: Step?
  let projection: Linear?
  private let rowCount: Int

  /// - Parameters:
  ///   - trace: Of a pass that kept `states(of: stack)`.
  ///   - rows: The tokens whose states are followed; a token may come several times.
  init(_ stack: TransformerStack, _ trace: StackTrace, rows: [Int]) {
    precondition(trace.layers.count == stack.layers.count)
    rowCount = rows.count
    func step(_ norm: (any Norm)?, _ state: LayerState, _ layer: Int) -> Step? {
      norm.map { norm in
        guard let states = trace.layers[layer][state] else {
          preconditionFailure("states that were not kept")
        }
        return Step(norm: norm, scales: norm.scales(of: states, at: rows))
      }
    }
    func block<Body>(
      _ sublayer: Sublayer<Body>, _ place: Place, _ layer: Int, input: LayerState,
      _ names: SublayerPlace
    ) -> Block {
      Block(
        layer: layer, place: place, branch: step(sublayer.normOfOutput, names.output, layer),
        factor: sublayer.scale,
        entering: sublayer.addsNormed ? step(sublayer.normOfInput, input, layer) : nil,
        sum: step(sublayer.normOfSum, names.sum, layer))
    }
    blocks = stack.layers.enumerated().flatMap { index, layer in
      [block(layer.attention, .attention, index, input: .before, .attention)]
        + (layer.cross.map { [block($0, .cross, index, input: .middle, .cross)] } ?? [])
        + [
          block(
            layer.feedForward, .feedForward, index,
            input: layer.cross == nil ? .middle : .cross, .feedForward)
        ]
    }
    final = stack.finalNorm.flatMap { norm in
      trace.finalScales.map { scales in Step(norm: norm, scales: rows.map { scales[$0] }) }
    }
    projection = stack.projection
  }

  /// The states that a pass has to keep.
  static func states(of stack: TransformerStack) -> Set<LayerState> {
    var states: Set<LayerState> = []
    func add<Body>(_ sublayer: Sublayer<Body>, input: LayerState, _ names: SublayerPlace) {
      if sublayer.normOfOutput != nil { states.insert(names.output) }
      if sublayer.addsNormed { states.insert(input) }
      if sublayer.normOfSum != nil { states.insert(names.sum) }
    }
    for layer in stack.layers {
      add(layer.attention, input: .before, .attention)
      if let cross = layer.cross { add(cross, input: .middle, .cross) }
      add(layer.feedForward, input: layer.cross == nil ? .middle : .cross, .feedForward)
    }
    return states
  }

  func index(_ place: Place, layer: Int) -> Int {
    guard let index = blocks.firstIndex(where: { $0.place == place && $0.layer == layer }) else {
      preconditionFailure("a block that there is not")
    }
    return index
  }
}

// MARK: Forward

extension ResidualPath {
  /// A part of a block's output, carried to another block or behind the last: `[rows, C]`.
  func carry(_ part: HiddenStates, from block: Int, to end: Int? = nil) -> HiddenStates {
    var part = part
    if let branch = blocks[block].branch {
      part = branch.norm.carry(part, scales: branch.scales)
    }
    part *= blocks[block].factor
    if let sum = blocks[block].sum { part = sum.norm.carry(part, scales: sum.scales) }
    return carryStream(part, from: block + 1, to: end)
  }

  /// A part of what a block is added to, carried to another one or behind the last.
  func carryStream(_ part: HiddenStates, from first: Int, to end: Int? = nil) -> HiddenStates {
    let end = end ?? blocks.count
    guard first < end else { return part }
    return blocks[first..<end].reduce(part) { part, block in
      [block.entering, block.sum].compactMap(\.self).reduce(part) {
        $1.norm.carry($0, scales: $1.scales)
      }
    }
  }

  /// A part of the state behind the last block, carried to what predicts.
  func carryToHead(_ part: HiddenStates) -> HiddenStates {
    let normed = final.map { $0.norm.carry(part, scales: $0.scales) } ?? part
    return projection.map { Linear(weight: $0.weight, bias: nil)(normed) } ?? normed
  }
}

// MARK: Backward

extension ResidualPath {
  /// A direction once it has been pulled back through all blocks.
  struct Pulled {
    /// In what the first block reads.
    let embedding: Direction
    /// The products of norms' biases with it, by row: of the final norm, and of those between blocks; nil where there
    /// are none.
    let finalShift: [Float]?
    let blockShift: [Float]?
  }

  /// Pulls a direction of the states that predict back through the stack.
  ///
  /// - Parameters:
  ///   - direction: `[C]`, the same at all rows.
  ///   - visit: Called for each block, the last first, with the direction in what it puts out.
  func pull(
    _ direction: [Float], visit: (_ block: Block, _ direction: Direction) -> Void
  ) -> Pulled {
    var direction = Direction(direction, rowCount: rowCount)
    if let projection {
      direction.vector = Linear(weight: projection.weight.transposed, bias: nil)(direction.vector)
    }
    let finalShift = final.flatMap { $0.norm.shift.map(direction.products) }
    var blockShift: [Float]?
    func pull(_ direction: Direction, through step: Step?) -> Direction {
      guard let step else { return direction }
      if let shift = step.norm.shift {
        let products = direction.products(with: shift)
        blockShift = blockShift.map { zip($0, products).map { $0 + $1 } } ?? products
      }
      return direction.pulled(through: step)
    }
    if let final { direction = direction.pulled(through: final) }
    for block in blocks.reversed() {
      direction = pull(direction, through: block.sum)
      var branch = direction
      branch.vector *= block.factor
      visit(block, pull(branch, through: block.branch))
      direction = pull(direction, through: block.entering)
    }
    return Pulled(embedding: direction, finalShift: finalShift, blockShift: blockShift)
  }
}

/// A direction of the hidden states at some rows: one vector, times a factor for each row. A norm pulls all rows alike, but
/// for the scale that each has.
struct Direction {
  /// `[1, C]`.
  var vector: HiddenStates
  /// `[rows]`.
  private(set) var factors: [Float]

  fileprivate init(_ vector: [Float], rowCount: Int) {
    self.vector = HiddenStates(tokenCount: 1, size: vector.count, values: vector)
    factors = [Float](repeating: 1, count: rowCount)
  }

  fileprivate func pulled(through step: ResidualPath.Step) -> Direction {
    var pulled = self
    guard let first = step.scales.first else { return pulled }
    // With a row's own scale, so that the vector stays as large as it is.
    pulled.vector = step.norm.pull(vector, scales: [first])
    for row in factors.indices { pulled.factors[row] *= first / step.scales[row] }
    return pulled
  }

  /// The direction's product with one vector, for each row.
  func products(with other: [Float]) -> [Float] {
    let product = vector.products(with: other)[0]
    return factors.map { $0 * product }
  }

  /// The direction's product with each row's vector.
  func products(with states: HiddenStates) -> [Float] {
    precondition(states.tokenCount == factors.count && states.size == vector.size)
    return zip(factors, states.products(with: vector.values)).map { $0 * $1 }
  }
}

extension Norm {
  fileprivate func scales(of states: HiddenStates, at rows: [Int]) -> [Float] {
    // A token that comes several times is looked at once.
    let distinct = Array(Set(rows))
    let scales = Dictionary(
      uniqueKeysWithValues: zip(distinct, scales(of: states.rows(distinct))))
    return rows.compactMap { scales[$0] }
  }
}

extension HiddenStates {
  /// Each vector's product with `other`.
  func products(with other: [Float]) -> [Float] {
    (0..<tokenCount).map { token in
      Float(zip(row(token), other).reduce(into: 0.0) { $0 += Double($1.0) * Double($1.1) })
    }
  }
}
