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

  /// - Parameters:
  ///   - trace: Of a pass that kept `states(of: stack)`.
  ///   - rows: The tokens whose states are followed; a token may come several times.
  init(_ stack: TransformerStack, _ trace: StackTrace, rows: [Int]) {
    precondition(trace.layers.count == stack.layers.count)
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
    /// In what the first block reads: `[rows, C]`.
    let embedding: HiddenStates
    /// The products of norms' biases with it, by row: of the final norm, and of those between blocks; nil where there
    /// are none.
    let finalShift: [Float]?
    let blockShift: [Float]?
  }

  /// Pulls a direction of the states that predict back through the stack.
  ///
  /// - Parameters:
  ///   - direction: One for each row.
  ///   - visit: Called for each block, the last first, with the direction in what it puts out.
  func pull(
    _ direction: HiddenStates, visit: (_ block: Block, _ direction: HiddenStates) -> Void
  ) -> Pulled {
    var direction = direction
    if let projection {
      direction = Linear(weight: projection.weight.transposed, bias: nil)(direction)
    }
    let finalShift = final.flatMap { $0.norm.shift.map(direction.products) }
    var blockShift: [Float]?
    func pull(_ direction: HiddenStates, through step: Step?) -> HiddenStates {
      guard let step else { return direction }
      if let shift = step.norm.shift {
        let products = direction.products(with: shift)
        blockShift = blockShift.map { zip($0, products).map { $0 + $1 } } ?? products
      }
      return step.norm.pull(direction, scales: step.scales)
    }
    if let final { direction = final.norm.pull(direction, scales: final.scales) }
    for block in blocks.reversed() {
      direction = pull(direction, through: block.sum)
      var branch = direction
      branch *= block.factor
      visit(block, pull(branch, through: block.branch))
      direction = pull(direction, through: block.entering)
    }
    return Pulled(embedding: direction, finalShift: finalShift, blockShift: blockShift)
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

  /// Each vector's product with its counterpart.
  func products(with other: HiddenStates) -> [Float] {
    precondition(other.tokenCount == tokenCount && other.size == size)
    return (0..<tokenCount).map { token in
      Float(
        zip(row(token), other.row(token)).reduce(into: 0.0) { $0 += Double($1.0) * Double($1.1) })
    }
  }
}
