import Attention
import Explorer
import Files
import Tensors

/// A record's numbers for other programs: attention, queries and keys, with tokens and what makes a score.
///
/// Tensors, per kind of attention and layer (H heads, T queries, S keys, G key heads, D head size):
/// - `attention.<kind>.<layer>` `[H, T, S]`
/// - `query.<kind>.<layer>` `[H, T, D]` and `key.<kind>.<layer>` `[G, S, D]` as the score uses them,
///   before scaling; query head h uses key head h / (H / G)
/// - `bias.<kind>.<layer>` `[H, T, S]` where the model adds one
/// - `sink.<kind>.<layer>` `[H, T]` where heads have one: what is missing from the sums of their attention's rows
/// - `experts.<kind>.<layer>` and `expert_weights.<kind>.<layer>` `[T, K]` where the layer has experts: which K of them
///   each token has, and what their outputs are multiplied with
///
/// Metadata: `format`, `model`; as JSON `tokens`, `input_ids`, `token_type_ids` where there are such; with a value for
/// each token `display_tokens`, `special_tokens_mask`, `word_continuations`, `segments` and `offsets`; the same with
/// `decoder_` before it; and by kind, a list by layer number, `scale`, `mask` and `softcap`, and the heads' `sinks`, null
/// where there is none or the layer was not kept. `predictions`, `notes` and `interventions` (of heads that are kept: `head`, `as`, `rows`, or
/// `cut`, `keeps_sum`, or `head`, `from`, numbered as the tensors are) where there are any. Where only some heads are kept, `heads` has
/// their numbers, and the tensors have no others: key head h is then that of query head h.
public struct AttentionDump {
  static let format = "bertviz-tui/1"

  let tensors: [TensorSource]
  let metadata: [(key: String, value: JSONNode)]

  /// The kinds of tensors of a layer: the first part of a tensor's name.
  public enum Quantity: String, CaseIterable, Sendable {
    case attention, query, key, bias
  }

  package init(
    _ record: AttentionRecord, _ quantities: Set<Quantity> = Set(Quantity.allCases),
    keeping restriction: HeadRestriction = HeadRestriction(), besides others: [TensorSource] = [],
    facts: [(key: String, value: JSONNode)] = []
  ) {
    tensors =
      record.stacks.flatMap { stack in
        Self.layers(of: stack, restriction).flatMap {
          Self.tensors(of: $0, kind: stack.kind, quantities, heads: restriction.heads)
        }
      } + others
    metadata = Self.metadata(of: record, restriction) + facts
  }

  /// Writes the dump piece by piece: no more than the weights of one head are made at a time.
  /// - Parameter path: Its ending chooses the format; `-` is JSON on standard output.
  public func write(to path: String) throws {
    guard path != "-" else {
      try write(.json) { bytes throws(FileError) in try StandardOutput.write(bytes) }
      return
    }
    let format = try Format.format(ofPath: path)
    let file = try AtomicFile(path: path)
    try write(format) { bytes throws(FileError) in try file.write(bytes) }
    try file.commit()
  }

  public enum Format: String, CaseIterable, Sendable {
    case safetensors, npz, json
  }

  func write(_ format: Format, to sink: ByteSink) throws {
    switch format {
    case .safetensors:
      try SafetensorsWriter.write(tensors, metadata: texts, to: sink)
    case .npz:
      try NPZWriter.write(tensors, texts: texts, to: sink)
    case .json:
      try writeJSON(to: sink)
    }
  }

  /// The metadata for formats that know only text.
  private var texts: [String: String] {
    Dictionary(
      uniqueKeysWithValues: metadata.map { key, value in
        if case .string(let text) = value { (key, text) } else { (key, value.text) }
      })
  }

  /// Writes one line.
  /// - Parameter members: What stands before `metadata` and `tensors`.
  package func writeJSON(
    beginningWith members: [(String, JSONNode)] = [], to sink: ByteSink
  ) throws(FileError) {
    func write(_ text: String) throws(FileError) {
      try Array(text.utf8).withUnsafeBufferPointer { utf8 throws(FileError) in
        try sink(UnsafeRawBufferPointer(utf8))
      }
    }
    let opening = JSONNode.object(members + [("metadata", .object(metadata))]).text.dropLast()
    try write(opening + #","tensors":{"#)
    for (index, tensor) in tensors.enumerated() {
      let name = JSONNode.string(tensor.name).text
      let shape = JSONNode.list(tensor.shape.map { .integer($0) }).text
      try write(#"\#(index > 0 ? "," : "")\#(name):{"shape":\#(shape),"data":["#)
      var separator = ""
      try tensor.forEachPiece { values throws(FileError) in
        var text = ""
        for value in values {
          text += separator
          JSONNode.number(value).append(to: &text)
          separator = ","
        }
        try write(text)
      }
      try write("]}")
    }
    try write("}}\n")
  }
}

extension AttentionDump {
  private static func layers(
    of stack: AttentionStack, _ restriction: HeadRestriction
  ) -> [LayerAttention] {
    stack.layers.filter { layer in
      (restriction.layers?.contains(layer.index) ?? true)
        && (restriction.heads?.contains { $0 < layer.headCount } ?? true)
    }
  }

  /// - Parameter kept: Which heads; nil for all.
  private static func tensors(
    of layer: LayerAttention, kind: AttentionKind, _ quantities: Set<Quantity>,
    heads kept: Set<Int>?
  ) -> [TensorSource] {
    let heads = (0..<layer.headCount).filter { kept?.contains($0) ?? true }
    func tensor(_ quantity: Quantity) -> TensorSource? {
      let name = "\(quantity.rawValue).\(kind.rawValue).\(layer.index)"
      func matrices(_ values: @escaping (_ head: Int) -> [Float]) -> TensorSource {
        TensorSource(
          name: name, shape: [heads.count, layer.queryCount, layer.keyCount],
          pieceCount: heads.count, piece: { values(heads[$0]) })
      }
      func list(_ vectors: HeadVectors, _ heads: [Int]) -> TensorSource {
        let size = vectors.rowCount * vectors.headSize
        return TensorSource(
          name: name, shape: [heads.count, vectors.rowCount, vectors.headSize],
          pieceCount: heads.count,
          piece: { Array(vectors.values[heads[$0] * size..<(heads[$0] + 1) * size]) })
      }
      return switch quantity {
      case .attention: matrices { layer.weights(head: $0).values }
      case .query: layer.score.map { list($0.queries, heads) }
      case .key:
        layer.score.map { score in
          list(
            score.keys,
            kept == nil ? Array(0..<score.keys.headCount) : heads.map(score.keyHead(of:)))
        }
      case .bias: layer.score?.bias.map { matrices($0.values(head:)) }
      }
    }
    let name = "\(kind.rawValue).\(layer.index)"
    var others: [TensorSource] = []
    if layer.hasSink, quantities.contains(.attention) {
      others.append(
        TensorSource(
          name: "sink.\(name)", shape: [heads.count, layer.queryCount],
          pieceCount: heads.count, piece: { layer.sinkWeights(head: heads[$0]) }))
    }
    if let experts = layer.experts, quantities.contains(.attention) {
      let shape = [experts.tokenCount, experts.countPerToken]
      others += [
        TensorSource(
          name: "experts.\(name)", shape: shape, values: experts.experts.map { Float($0) }),
        TensorSource(name: "expert_weights.\(name)", shape: shape, values: experts.weights),
      ]
    }
    return Quantity.allCases.filter(quantities.contains).compactMap(tensor) + others
  }

  private static func metadata(
    of record: AttentionRecord, _ restriction: HeadRestriction
  ) -> [(key: String, value: JSONNode)] {
    var metadata: [(key: String, value: JSONNode)] = [
      ("format", .string(format)), ("model", .string(record.model)),
    ]
    let stacks = record.stacks
    func stack(_ kind: AttentionKind) -> AttentionStack? { stacks.first { $0.kind == kind } }
    if let tokens = (stack(.own) ?? stack(.encoder))?.queries ?? stack(.cross)?.keys {
      metadata += describe(tokens)
    }
    if let ids = record.tokenTypeIDs {
      metadata.append(("token_type_ids", .list(ids.map { .integer($0) })))
    }
    if let tokens = (stack(.decoder) ?? stack(.cross))?.queries {
      metadata += describe(tokens, prefix: "decoder_")
    }
    func byLayer(_ value: (LayerAttention) -> JSONNode) -> JSONNode {
      .object(
        stacks.map { stack in
          let layers = layers(of: stack, restriction)
          var list = [JSONNode](repeating: .null, count: (layers.map(\.index).max() ?? -1) + 1)
          for layer in layers { list[layer.index] = value(layer) }
          return (stack.kind.rawValue, .list(list))
        })
    }
    metadata.append(("scale", byLayer { $0.score.map { .number($0.scale) } ?? .null }))
    metadata.append(("mask", byLayer { .string($0.mask.description) }))
    metadata.append(("softcap", byLayer { $0.score?.softcap.map { .number($0) } ?? .null }))
    if stacks.contains(where: { $0.layers.contains(where: \.hasSink) }) {
      metadata.append(
        (
          "sinks",
          byLayer { layer in
            guard let sinks = layer.score?.sinks else { return .null }
            let heads = sinks.indices.filter { restriction.heads?.contains($0) ?? true }
            return .list(heads.map { .number(sinks[$0]) })
          }
        ))
    }
    if let heads = restriction.heads {
      metadata.append(("heads", .list(heads.sorted().map { .integer($0) })))
    }
    if !record.predictions.isEmpty {
      metadata.append(("predictions", .list(record.predictions.map(describe))))
    }
    if !record.notes.isEmpty {
      metadata.append(("notes", .list(record.notes.map { .string($0) })))
    }
    let interventions = record.interventions.compactMap { $0.keeping(restriction.heads) }
    if !interventions.isEmpty {
      metadata.append(("interventions", .list(interventions.map(describe))))
    }
    return metadata
  }

  private static func describe(_ intervention: Intervention) -> JSONNode {
    switch intervention {
    case .ablation(let ablation):
      .object([
        ("head", .string(ablation.head.description)),
        ("as", .string(ablation.replacement.rawValue)), ("rows", .string("\(ablation.rows)")),
      ])
    case .cut(let cut):
      .object([("cut", .string(cut.description)), ("keeps_sum", .bool(cut.keepsSum))])
    case .patch(let patch):
      .object([("head", .string(patch.head.description)), ("from", describe(patch.source))])
    }
  }

  private static func describe(_ request: ModelRequest) -> JSONNode {
    func ids(_ ids: [Int]?) -> JSONNode? { ids.map { .list($0.map { .integer($0) }) } }
    let fields: [(key: String, value: JSONNode?)] = [
      ("text", .string(request.text)), ("pair", request.pair.map { .string($0) }),
      ("target", request.target.map { .string($0) }), ("input_ids", ids(request.inputIDs)),
      ("decoder_input_ids", ids(request.decoderInputIDs)),
      (
        "interventions",
        request.interventions.isEmpty
          ? nil : .list(request.interventions.map { describe($0) })
      ),
    ]
    return .object(fields.compactMap { key, value in value.map { (key, $0) } })
  }

  private static func describe(
    _ tokens: [Token], prefix: String = ""
  ) -> [(key: String, value: JSONNode)] {
    func list(_ key: String, _ value: (Token) -> JSONNode) -> (key: String, value: JSONNode) {
      (prefix + key, .list(tokens.map(value)))
    }
    let ids = list("input_ids") { $0.id.map { .integer($0) } ?? .null }
    return [list("tokens") { .string($0.text) }]
      + (tokens.allSatisfy { $0.id != nil } ? [ids] : [])
      + [
        list("display_tokens") { .string($0.display) },
        list("special_tokens_mask") { .integer($0.isSpecial ? 1 : 0) },
        list("word_continuations") { .integer($0.continuesWord ? 1 : 0) },
        list("segments") { .integer($0.segment) },
        list("offsets") { token in
          token.sourceRange.map {
            .list([.integer($0.lowerBound), .integer($0.upperBound)])
          } ?? .null
        },
      ]
  }

  private static func describe(_ prediction: Prediction) -> JSONNode {
    .object([
      ("position", .integer(prediction.position)), ("token", .string(prediction.token.text)),
      ("display", .string(prediction.token.display)),
      ("id", prediction.token.id.map { .integer($0) } ?? .null),
      ("probability", .number(prediction.probability)),
    ])
  }
}

extension Intervention {
  /// The same with heads numbered among those that are kept, nil for all; nil where it concerns none of them.
  fileprivate func keeping(_ heads: Set<Int>?) -> Intervention? {
    guard let heads = heads?.sorted() else { return self }
    switch self {
    case .ablation(var ablation):
      guard let place = heads.firstIndex(of: ablation.head.head) else { return nil }
      ablation.head.head = place
      return .ablation(ablation)
    case .patch(var patch):
      guard let place = heads.firstIndex(of: patch.head.head) else { return nil }
      patch.head.head = place
      return .patch(patch)
    case .cut(var cut):
      guard let range = cut.heads else { return self }
      guard let first = heads.firstIndex(where: range.contains),
        let last = heads.lastIndex(where: range.contains)
      else { return nil }
      cut.heads = first...last
      return .cut(cut)
    }
  }
}
