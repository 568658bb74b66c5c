import Attention

extension Replay {
  /// The prediction once a head's write is taken off the last state, final norm and head recomputed: the
  /// direct effect where shares would not do it justice, since norms and heads that predict are not linear.
  ///
  /// The head's write is carried through the norms on its way with the scales that they had. The bias of its values
  /// stays.
  ///
  /// - Parameter output: Of a pass with `DirectShares.recording`.
  /// - Returns: One for each head of the stack that predicts, in the order of the model.
  /// - Throws: `predictsNothing`, `noPath`.
  public func removals(
    _ output: ModelOutput, of model: any TransformerModel
  ) throws(TransformerError) -> [(head: HeadAddress, output: ChangedOutput.Prediction)] {
    guard let head = structure.head else { throw .predictsNothing }
    let stack = structure.last
    guard stack.layers.allSatisfy({ $0.beside == nil }) else {
      throw .noPath(family: model.summary.family)
    }
    guard let trace = output.traces[structure.lastKind],
      let whole = trace.layers.last?[.after]?.row(row)
    else { preconditionFailure("a pass whose states were not kept") }
    var results: [(head: HeadAddress, output: ChangedOutput.Prediction)] = []
    for layer in stack.layers.indices {
      for kind in structure.lastKinds {
        guard let body = structure.attention(kind, layer: layer),
          let attention = output.stacks.first(where: { $0.kind == kind })?.layers[layer]
        else { continue }
        let path = ResidualPath(
          stack, trace, rows: [Int](repeating: row, count: attention.headCount))
        let writes = body.writes(of: attention, row: row)
        var states = path.carry(
          writes, from: path.index(kind == .cross ? .cross : .attention, layer: layer))
        states *= -1
        for head in 0..<states.tokenCount {
          states.replaceRow(head, with: zip(states.row(head), whole).map { $0 + $1 })
        }
        let logits = head.logits(stack.lastStates(of: states))
        for head in 0..<attention.headCount {
          results.append(
            (
              HeadAddress(kind, layer: layer, head: head),
              clean.change(to: logits.row(head))
            ))
        }
      }
    }
    return results
  }
}

extension MultiHeadAttention {
  /// The addition of each head to one row, without the bias of its values: `[H, C]`.
  func writes(of attention: LayerAttention, row: Int) -> HiddenStates {
    let size = projections.headSize
    // Each head has a row of its own, in which the others' columns are zeros.
    var context = HiddenStates(tokenCount: headCount, size: headCount * size)
    for head in 0..<headCount {
      var sum = attention.weightedValue(head: head, query: row)
      if let bias = projections.valueBias(ofHead: head) { sum = zip(sum, bias).map { $0 - $1 } }
      let start = head * context.size + head * size
      context.values.replaceSubrange(start..<start + size, with: sum)
    }
    return Linear(weight: output.weight, bias: nil)(context)
  }
}
