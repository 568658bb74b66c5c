import Attention
import Files
import HeadPatterns
import Tensors
import Threads

/// Makes the layers of one stack, and looks over every weight once.
struct SavedLayers {
  let path: String
  let fields: SavedFields
  let stack: SavedStack
  let tokens: SavedSides.Tokens
  let cuts: [EdgeCut]

  struct Result {
    let stack: AttentionStack
    let check: WeightCheck
    /// Layers whose queries and keys give other weights than the file has.
    let layersWithoutVectors: [Int]
  }

  /// The tolerance between saved weights and those of queries and keys: room for 16-bit numbers.
  static let tolerance: Float = 0.005

  func make() throws -> Result {
    var check = WeightCheck(mask: .bidirectional)
    var layers: [LayerAttention] = []
    var summaries: [[HeadSummary]] = []
    var layersWithoutVectors: [Int] = []
    var looks = HeadLooks(stack.kind, queries: tokens.queries, keys: tokens.keys)
    for saved in stack.layers {
      try checkSize(saved)
      let score = try score(of: saved)
      let (layer, layerCheck) = try layer(saved, score: score)
      if saved.weights != nil, score != nil, layer.score == nil {
        layersWithoutVectors.append(saved.index)
      }
      let look = looks.look(layer.mask, by: PatternSummarizer())
      summaries.append(Parallel.map(layer.headCount) { look.summary(layer.weights(head: $0)) })
      layers.append(layer)
      check.add(layerCheck)
    }
    return Result(
      stack: AttentionStack(
        kind: stack.kind, queries: tokens.queries, keys: tokens.keys, layers: layers,
        summaries: summaries),
      check: check, layersWithoutVectors: layersWithoutVectors)
  }

  private func checkSize(_ layer: SavedStack.Layer) throws {
    guard layer.queryCount == tokens.queries.count, layer.keyCount == tokens.keys.count else {
      throw ImportError.layersDiffer(
        path: path, name: layer.name, queryCount: layer.queryCount ?? 0,
        keyCount: layer.keyCount ?? 0, other: stack.layers[0].name)
    }
  }

  /// The layer as its queries and keys make it, if they do; else as its weights say.
  private func layer(
    _ saved: SavedStack.Layer, score: LayerAttention.Score?
  ) throws -> (LayerAttention, WeightCheck) {
    let written = try mask(of: saved.index)
    if let score {
      // Files by others do not say which keys a query sees: if all, or all before it, the weights tell.
      let masks = written.map { [$0] } ?? [.causal, .bidirectional]
      let candidates = masks.map { LayerAttention(index: saved.index, mask: $0, score: score) }
      let stored = saved.weights.map {
        LayerAttention(index: saved.index, mask: .bidirectional, weights: $0)
      }
      let layer =
        stored.map { stored in candidates.first { agree($0, stored) } } ?? candidates.first
      if let layer, stored != nil || written != nil {
        return (layer, try check(layer, name: saved.name, mask: layer.mask))
      }
    }
    guard let weights = saved.weights else {
      throw ImportError.noWeights(path: path, name: saved.name)
    }
    let stored = LayerAttention(index: saved.index, mask: .bidirectional, weights: weights)
    let canBeCausal = stack.kind != .cross && weights.queryCount > 1
    let candidate = written ?? (canBeCausal ? .causal : .bidirectional)
    let check = try check(stored, name: saved.name, mask: candidate)
    let mask = check.fitsMask ? candidate : .bidirectional
    return (LayerAttention(index: saved.index, mask: mask, weights: weights), check)
  }

  private func check(
    _ layer: LayerAttention, name: String, mask: AttentionMask
  ) throws -> WeightCheck {
    let checks = Parallel.map(layer.headCount) { head in
      var check = WeightCheck(mask: mask)
      let result = Swift.Result { () throws(WeightFailure) in
        try check.add(
          layer.weights(head: head), sink: layer.hasSink ? layer.sinkWeights(head: head) : nil)
      }
      return result.map { check }
    }
    var sum = WeightCheck(mask: mask)
    for (head, result) in checks.enumerated() {
      do throws(WeightFailure) {
        sum.add(try result.get())
      } catch {
        if stack.isNamedScores { throw ImportError.scores(path: path, name: name) }
        throw ImportError.wrongWeights(path: path, name: name, head: head, failure: error)
      }
    }
    return sum
  }

  private func agree(_ layer: LayerAttention, _ stored: LayerAttention) -> Bool {
    guard layer.headCount == stored.headCount else { return false }
    return Parallel.map(layer.headCount) { head in
      zip(layer.weights(head: head).values, stored.weights(head: head).values)
        .allSatisfy { abs($0 - $1) <= Self.tolerance }
    }.allSatisfy(\.self)
  }
}

// MARK: What makes a score

extension SavedLayers {
  /// Nil where the file has no queries and keys.
  private func score(of layer: SavedStack.Layer) throws -> LayerAttention.Score? {
    guard let queries = layer.queries, let keys = layer.keys else { return nil }
    let shapes = (queries.shape, keys.shape)
    guard shapes.0.count == 3, shapes.1.count == 3, !(shapes.0 + shapes.1).contains(0),
      shapes.0[2] == shapes.1[2], shapes.0[0].isMultiple(of: shapes.1[0]),
      shapes.0[1] == tokens.queries.count, shapes.1[1] == tokens.keys.count,
      layer.weights.map({ $0.headCount == shapes.0[0] }) ?? true
    else {
      throw ImportError.vectorShapes(
        path: path, layer: layer.index, queries: shapes.0, keys: shapes.1)
    }
    let biasShape = [shapes.0[0], shapes.0[1], shapes.1[1]]
    if let bias = layer.bias, bias.shape != biasShape {
      throw ImportError.biasShape(
        path: path, layer: layer.index, expected: biasShape, found: bias.shape)
    }
    var score = LayerAttention.Score(
      queries: try vectors(queries), keys: try vectors(keys),
      scale: try number("scale", layer.index) ?? 1 / Float(shapes.0[2]).squareRoot(),
      softcap: try number("softcap", layer.index),
      bias: try layer.bias.map {
        AttentionBias(
          dense: try $0.floats(), headCount: biasShape[0], queryCount: biasShape[1],
          keyCount: biasShape[2])
      })
    score.sinks = try sinks(layer.index, headCount: shapes.0[0])
    score.cuts = cuts.filter { $0.kind == stack.kind && $0.layers.contains(layer.index) }
    return score
  }

  /// The scores of heads that belong to no key; nil where there are none.
  private func sinks(_ layer: Int, headCount: Int) throws -> [Float]? {
    guard let value = byLayer("sinks", layer) else { return nil }
    let numbers = value.array?.compactMap(\.number).map { Float($0) } ?? []
    guard numbers.count == headCount, numbers.allSatisfy(\.isFinite) else {
      throw fields.malformed("sinks", "an object of lists of a number for each head")
    }
    return numbers
  }

  private func vectors(_ tensor: Tensor) throws -> HeadVectors {
    HeadVectors(
      headCount: tensor.shape[0], rowCount: tensor.shape[1], headSize: tensor.shape[2],
      values: try tensor.floats())
  }

  private func number(_ key: String, _ layer: Int) throws -> Float? {
    guard let value = byLayer(key, layer) else { return nil }
    guard let number = value.number, number.isFinite, Float(number) != 0 else {
      throw fields.malformed(key, "an object of lists of numbers")
    }
    return Float(number)
  }

  private func mask(of layer: Int) throws -> AttentionMask? {
    guard let value = byLayer("mask", layer) else { return nil }
    guard let mask = value.string.flatMap(AttentionMask.init) else {
      throw fields.malformed(
        "mask", "an object of lists of bidirectional, causal, causal_window:w or band:w")
    }
    return mask
  }

  /// A value of `{kind: [of layer 0, of layer 1, …]}`.
  private func byLayer(_ key: String, _ layer: Int) -> JSONValue? {
    guard let list = fields[key]?[stack.kind.rawValue]?.array, layer < list.count,
      !list[layer].isNull
    else { return nil }
    return list[layer]
  }
}
