import Attention
import Files
import TestSupport
import Testing

@testable import Transformers

/// What a pass keeps of its states, by what has to add up, for every way of arranging norms.
@Suite struct TraceTests {
  /// Norms before, behind, on both sides and behind sums; parallel blocks; factors; sums that go on from the norm.
  static let models = [
    "gpt2_layer_scales", "gemma2_caps", "olmo2_joint_norms", "bert_base", "albert_groups",
    "gpt_neox_parallel", "gpt_neox_sequential", "gptj_neighbours", "falcon_groups",
    "falcon_multi_query", "granite_multipliers", "bloom_six_heads", "opt_norms_before",
    "opt_norms_behind", "modernbert", "deberta_v2_linear", "stablelm_parallel",
    "t5_small", "bart_small", "m2m_small",
  ]

  private func traced(_ name: String) throws -> (any TransformerModel, ModelOutput) {
    let model = try ModelRegistry.loadModel(
      from: ModelFiles(folder: Fixtures.path("models/\(name)")))
    var input = try #require(GoldenCase.all(of: name).first).input
    input.recording = .everything
    return (model, try model.forward(input))
  }

  private func stacks(of model: any TransformerModel) throws -> [AttentionKind: TransformerStack] {
    if let model = model as? EncoderDecoder {
      return [.encoder: model.encoder, .decoder: model.decoder]
    }
    return [.own: try #require(model as? SingleStackModel).stack]
  }

  private func expectSame(_ found: HiddenStates, _ expected: HiddenStates, _ what: String) {
    let largest = expected.values.map { abs($0) }.max() ?? 0
    let worst = zip(found.values, expected.values).map { abs($0 - $1) }.max() ?? .infinity
    #expect(worst <= 1e-5 * max(1, largest), "\(what)")
  }

  private func sum(_ parts: HiddenStates...) -> HiddenStates {
    parts.dropFirst().reduce(into: parts[0]) { $0 += $1 }
  }

  /// What blocks put out, and what goes past them, is the next state (I17).
  @Test(arguments: models) func blocksAddUp(_ name: String) throws {
    let (model, output) = try traced(name)
    for (kind, stack) in try stacks(of: model) {
      let trace = try #require(output.traces[kind])
      #expect(trace.layers.count == stack.layers.count)
      for (index, states) in trace.layers.enumerated() {
        let layer = stack.layers[index]
        func state(_ state: LayerState) throws -> HiddenStates {
          try #require(states[state], "\(name) \(state)")
        }
        let attention = try states[.attentionBranch] ?? state(.attentionOutput)
        let fed = try states[.feedForwardBranch] ?? state(.feedForwardOutput)
        let before = try states[.normedBefore] ?? state(.before)
        #expect((states[.normedBefore] != nil) == layer.attention.addsNormed)
        let place = "\(name) \(kind) \(index)"
        guard layer.order == .sequential else {
          #expect(states[.middle] == nil)
          expectSame(try state(.after), sum(before, attention, fed), place)
          continue
        }
        expectSame(
          try states[.middleSum] ?? state(.middle), sum(before, attention), place)
        var middle = try state(.middle)
        if layer.cross != nil {
          let cross = try states[.crossBranch] ?? state(.crossOutput)
          expectSame(try states[.crossSum] ?? state(.cross), sum(middle, cross), place)
          middle = try state(.cross)
        }
        expectSame(
          try states[.afterSum] ?? state(.after), sum(states[.normedMiddle] ?? middle, fed),
          place)
        if index > 0, stack.layers[index - 1].beside == nil {
          expectSame(try state(.before), try #require(trace.layers[index - 1][.after]), place)
        }
      }
      let last = try #require(trace.layers.last?[.after])
      expectSame(try #require(trace.last), stack.lastStates(of: last), name)
      #expect((trace.finalScales != nil) == (stack.finalNorm != nil))
    }
  }

  /// What the heads write is what the attention puts out, but for the bias (I17).
  @Test(arguments: models) func headsAddUp(_ name: String) throws {
    let (model, output) = try traced(name)
    let stacks = try stacks(of: model)
    for attention in output.stacks {
      let side = attention.kind == .cross ? AttentionKind.decoder : attention.kind
      for layer in attention.layers {
        let writer = try #require(model.headWriter(attention.kind, layer: layer.index))
        let parts = (0..<layer.headCount).map {
          writer.write(layer.weightedValues(head: $0), head: $0)
        }
        var whole = parts.dropFirst().reduce(into: parts[0]) { $0 += $1 }
        let traced = try #require(stacks[side]).layers[layer.index]
        let sublayer = attention.kind == .cross ? traced.cross : traced.attention
        if let bias = try #require(sublayer).body.output.bias {
          for index in whole.values.indices { whole.values[index] += bias[index % bias.count] }
        }
        let state: LayerState = attention.kind == .cross ? .crossOutput : .attentionOutput
        expectSame(
          whole, try #require(output.traces[side]?.layers[layer.index][state]),
          "\(name) \(attention.kind) \(layer.index)")
        for head in 0..<layer.headCount {
          let norms = writer.norms(of: layer, head: head)
          #expect(zip(norms, parts[head].norms).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, $1) })
        }
      }
    }
  }

  /// Each part carried through the norms behind it, the parts sum to the state behind the last block (I12).
  @Test(arguments: models) func carriedPartsAddUp(_ name: String) throws {
    let (model, output) = try traced(name)
    for (kind, stack) in try stacks(of: model) {
      let trace = try #require(output.traces[kind])
      let count = try #require(trace.last).tokenCount
      let path = ResidualPath(stack, trace, rows: Array(0..<count))
      func everywhere(_ vector: [Float]) -> HiddenStates {
        HiddenStates(
          tokenCount: count, size: vector.count, values: (0..<count).flatMap { _ in vector })
      }
      var whole = path.carryStream(try #require(trace.layers[0][.before]), from: 0)
      for (index, block) in path.blocks.enumerated() {
        let state: LayerState =
          switch block.place {
          case .attention: .attentionOutput
          case .cross: .crossOutput
          case .feedForward: .feedForwardOutput
          }
        whole += path.carry(try #require(trace.layers[block.layer][state]), from: index)
        // What norms add of their own.
        var shifts: [HiddenStates] = []
        if let shift = block.branch?.norm.shift {
          var shift = everywhere(shift)
          shift *= block.factor
          shifts.append(shift)
        }
        if let shift = block.entering?.norm.shift { shifts.append(everywhere(shift)) }
        for shift in shifts {
          let behind = block.sum.map { $0.norm.carry(shift, scales: $0.scales) } ?? shift
          whole += path.carryStream(behind, from: index + 1)
        }
        if let shift = block.sum?.norm.shift {
          whole += path.carryStream(everywhere(shift), from: index + 1)
        }
      }
      guard stack.layers.allSatisfy({ $0.beside == nil }) else { continue }
      expectSame(whole, try #require(trace.layers.last?[.after]), "\(name) \(kind)")
    }
  }

  /// A size is the same by the products of the projection's rows with each other (I16).
  @Test(arguments: ["gpt2_layer_scales", "falcon_groups", "bert_base"])
  func sizesAreThoseOfTheGramMatrix(_ name: String) throws {
    let (model, output) = try traced(name)
    let layer = output.stacks[0].layers[1]
    let writer = try #require(model.headWriter(.own, layer: 1))
    for head in 0..<layer.headCount {
      let values = layer.values(ofHead: head)
      let units = HiddenStates(
        tokenCount: values.size, size: values.size,
        values: (0..<values.size * values.size).map { $0 % (values.size + 1) == 0 ? 1 : 0 })
      let rows = writer.write(units, head: head)
      let gram = (0..<values.size).map { rows.products(with: Array(rows.row($0))) }
      let sizes = (0..<values.tokenCount).map { token -> Float in
        let value = Array(values.row(token))
        var square: Float = 0
        for one in value.indices {
          for other in value.indices { square += value[one] * gram[one][other] * value[other] }
        }
        return square.squareRoot()
      }
      let (weights, found) = (layer.weights(head: head), writer.edgeNorms(of: layer, head: head))
      for query in 0..<layer.queryCount {
        for key in 0..<layer.keyCount {
          let size = weights[query, key] * sizes[key]
          #expect(abs(found[query * layer.keyCount + key] - size) <= 1e-5 * max(1, size))
        }
      }
    }
  }

  @Test func nothingIsKeptUnasked() throws {
    let model = try ModelRegistry.loadModel(
      from: ModelFiles(folder: Fixtures.path("models/gpt2_layer_scales")))
    var input = try #require(GoldenCase.all(of: "gpt2_layer_scales").first).input
    input.recording = Recording()
    let output = try model.forward(input)
    #expect(output.traces.isEmpty && output.logits == nil && output.memory == nil)
    #expect(output.stacks.flatMap(\.layers).allSatisfy { $0.values == nil })
    input.recording = Recording(states: [.middle])
    let layers = try #require(try model.forward(input).traces[.own]).layers
    #expect(layers.allSatisfy { Array($0.keys) == [.middle] })
  }
}
