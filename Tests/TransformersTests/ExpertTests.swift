import Attention
import Files
import Tensors
import TestSupport
import Testing

@testable import Transformers

/// What the router chose, and what is not in the goldens of models with experts.
@Suite struct ExpertTests {
  private func load(_ name: String) throws -> any TransformerModel {
    try ModelRegistry.loadModel(from: ModelFiles(folder: Fixtures.path("models/\(name)")))
  }

  private func choices(
    _ model: any TransformerModel, _ ids: [Int], memory: PassMemory? = nil
  ) throws -> (choices: [ExpertChoices?], memory: PassMemory?) {
    var input = ModelInput(ids: ids)
    input.keepsMemory = true
    input.memory = memory
    let output = try model.forward(input)
    return (output.stacks[0].layers.map(\.experts), output.memory)
  }

  @Test(arguments: ["mixtral_window", "olmoe_clipped", "granitemoe"])
  func choicesAreWeighted(_ name: String) throws {
    let layers = try choices(load(name), [7, 9, 11, 13]).choices
    for choices in layers {
      let choices = try #require(choices)
      #expect(choices.tokenCount == 4 && choices.countPerToken == 2)
      for token in 0..<4 {
        let chosen = choices.choices(ofToken: token)
        #expect(chosen[0].expert != chosen[1].expert)
        #expect(chosen[0].weight >= chosen[1].weight)
        // All three normalize.
        #expect(abs(chosen.reduce(0) { $0 + $1.weight } - 1) < 1e-6)
      }
    }
    // Not always the same.
    #expect(Set(try #require(layers[0]).experts).count > 1)
  }

  @Test func denseLayersHaveNone() throws {
    let layers = try choices(load("qwen2_moe_shared"), [7, 9]).choices
    #expect(layers.map { $0 == nil } == [true, false, false])
    #expect(try choices(load("llama_linear"), [7, 9]).choices.allSatisfy { $0 == nil })
  }

  @Test func choicesGrowWithTheText() throws {
    let model = try load("mixtral_window")
    let first = try choices(model, [7, 9, 11])
    let grown = try choices(model, [7, 9, 11, 13, 8], memory: first.memory)
    #expect(grown.choices == (try choices(model, [7, 9, 11, 13, 8]).choices))
  }

  /// Rows of attention and what goes to the sink sum to 1, also where edges are cut.
  @Test func sinksTakeTheRest() throws {
    let model = try load("gpt_oss")
    var input = ModelInput(ids: [7, 9, 11, 13, 8, 6])
    for isCut in [false, true] {
      if isCut {
        input.interventions = [
          .cut(
            EdgeCut(.own, layers: 0...0, heads: nil, queries: .all, keys: 1...1, keepsSum: true))
        ]
      }
      for layer in try model.forward(input).stacks[0].layers {
        #expect(layer.hasSink && layer.shownKeyCount == 7)
        for head in 0..<layer.headCount {
          let (weights, sinks) = (layer.weights(head: head), layer.sinkWeights(head: head))
          let shown = layer.shownWeights(head: head)
          for query in 0..<6 {
            let sum = weights.row(query).reduce(0, +)
            #expect(sum < 1.000_001 && abs(sum + sinks[query] - 1) < 1e-6)
            #expect(shown[query, 6] == sinks[query])
            #expect(layer.sinkWeight(head: head, query: query) == sinks[query])
          }
        }
      }
    }
  }

  /// Blocks of MXFP4 are the numbers that they stand for.
  @Test func microscaledBlocks() throws {
    let files = try ModelFiles(folder: Fixtures.path("models/gpt_oss"))
    let values: [Float] = [0, 0.5, 1, 1.5, 2, 3, 4, 6]
    var random = SeededGenerator(seed: 5)
    var plain: [TensorSource] = []
    var blocks: [UInt8Tensor] = []
    for tensor in try SafetensorsFile(files.open("model.safetensors")).tensors.values {
      guard tensor.shape.count == 3 else {
        plain.append(
          TensorSource(name: tensor.name, shape: tensor.shape, values: try tensor.floats()))
        continue
      }
      let (count, inputs, outputs) = (tensor.shape[0], tensor.shape[1], tensor.shape[2])
      let rows = count * outputs * inputs / 32
      let codes = (0..<rows * 16).map { _ in UInt8.random(in: 0...255, using: &random) }
      let scales = (0..<rows).map { _ in UInt8.random(in: 124...126, using: &random) }
      var numbers = [Float](repeating: 0, count: count * inputs * outputs)
      for row in 0..<rows {
        for place in 0..<32 {
          let byte = codes[row * 16 + place / 2]
          let code = Int(place.isMultiple(of: 2) ? byte & 15 : byte >> 4)
          let power = Float(sign: .plus, exponent: Int(scales[row]) - 127, significand: 1)
          let value = (code > 7 ? -1 : 1) * values[code % 8] * power
          // From [E, out, in] to [E, in, out].
          let (expert, output) = (
            row / (inputs / 32) / outputs, row / (inputs / 32) % outputs
          )
          let input = row % (inputs / 32) * 32 + place
          numbers[(expert * inputs + input) * outputs + output] = value
        }
      }
      plain.append(TensorSource(name: tensor.name, shape: tensor.shape, values: numbers))
      let shape = [count, outputs, inputs / 32]
      blocks.append(UInt8Tensor(name: "\(tensor.name)_blocks", shape: shape + [16], bytes: codes))
      blocks.append(UInt8Tensor(name: "\(tensor.name)_scales", shape: shape, bytes: scales))
    }
    #expect(blocks.count == 8)
    var bytes: [UInt8] = []
    try SafetensorsWriter.write(plain, metadata: [:]) { bytes += $0 }
    let packed = ModelFiles(
      builtIn: "packed",
      files: [
        "config.json": try files.open("config.json"),
        "model.safetensors": FileBytes(
          name: "model.safetensors",
          UInt8Tensor.file(blocks, beside: plain.filter { $0.shape.count < 3 })),
      ])
    let dense = ModelFiles(
      builtIn: "dense",
      files: [
        "config.json": try files.open("config.json"),
        "model.safetensors": FileBytes(name: "model.safetensors", bytes),
      ])
    let input = ModelInput(ids: [7, 9, 11, 13], recording: .hiddenStates)
    let model = try ModelRegistry.loadModel(from: packed)
    #expect(model.summary.roundedFormats == ["MXFP4"])
    let found = try model.forward(input)
    let expected = try ModelRegistry.loadModel(from: dense).forward(input)
    let states = try #require(found.hiddenStates(.own)?.last?.values)
    let others = try #require(expected.hiddenStates(.own)?.last?.values)
    #expect(zip(states, others).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(
      found.stacks[0].layers[1].experts?.experts == expected.stacks[0].layers[1].experts?.experts)
  }
}

/// A tensor of bytes, for a file beside tensors of floats.
private struct UInt8Tensor {
  var name: String
  var shape: [Int]
  var bytes: [UInt8]

  static func file(_ tensors: [UInt8Tensor], beside floats: [TensorSource]) -> [UInt8] {
    var header: [String] = []
    var data: [UInt8] = []
    func add(_ name: String, _ type: String, _ shape: [Int], _ bytes: [UInt8]) {
      header.append(
        #""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":[\#(data.count),\#(data.count + bytes.count)]}"#
      )
      data += bytes
    }
    for source in floats {
      add(
        source.name, "F32", source.shape,
        source.piece(0).flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) })
    }
    for tensor in tensors { add(tensor.name, "U8", tensor.shape, tensor.bytes) }
    let text = Array("{\(header.joined(separator: ","))}".utf8)
    return withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init) + text + data
  }
}
