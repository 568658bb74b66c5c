import Attention
import Explorer
import Files
import TerminalUI

/// The data of a page: tokens, attention, and where to begin.
///
/// Per layer (H heads that are kept, T queries, S keys, G key heads, D head size), as base64 of little-endian numbers:
/// queries `[H, T, D]` and keys `[G, S, D]` in float32, from which the page computes weights as the model
/// did; or, where these are unknown or too large, the weights `[H, T, S]` in 16 bits, to 8 · 10⁻⁶.
struct PageData {
  private let state: ExplorerState
  /// Nil to follow the reader's wish.
  let appearance: Theme.Appearance?
  private let holdsVectors: Bool
  /// Sizes or shares, where the view shows them and there is room.
  private let edges: EdgeNumbers?
  private let leavesOutEdges: Bool

  /// The most that a page holds, in bytes before base64: more than a browser opens without trouble.
  static let byteLimit = 64 << 20

  /// By kind of attention and layer, the heads that are kept; layers by position.
  private let kept: [[(layer: Int, heads: [Int])]]

  init(
    _ state: ExplorerState, appearance: Theme.Appearance?, byteLimit: Int = byteLimit
  ) throws(ExportError) {
    self.state = state
    self.appearance = appearance
    let kept = state.record.stacks.indices.map { stack in
      let state = state.showing(stack: stack)
      return state.keptLayers.map { (layer: $0, heads: state.keptHeads(ofLayer: $0)) }
    }
    self.kept = kept
    var vectorBytes = 0
    var weightBytes = 0
    for (stack, layers) in zip(state.record.stacks, kept) {
      for (layer, heads) in layers {
        let weights = 2 * heads.count * stack.queries.count * stack.keys.count
        weightBytes += weights
        vectorBytes += stack.layers[layer].score.map { Self.byteCount($0, heads) } ?? weights
      }
    }
    holdsVectors = vectorBytes <= byteLimit
    guard holdsVectors || weightBytes <= byteLimit else {
      throw .pageTooLarge(byteCount: min(vectorBytes, weightBytes), limit: byteLimit)
    }
    let shown = state.slice.numbers
    let isShown = shown.quantity != .attention
    leavesOutEdges =
      isShown && (holdsVectors ? vectorBytes : weightBytes) + weightBytes > byteLimit
    edges = isShown && !leavesOutEdges ? shown : nil
  }

  /// Of queries, keys, and what the model adds.
  private static func byteCount(_ score: LayerAttention.Score, _ heads: [Int]) -> Int {
    let keyHeads = Set(heads.map(score.keyHead))
    let vectors = heads.count * score.queries.rowCount + keyHeads.count * score.keys.rowCount
    return 4 * (vectors * score.queries.headSize + (score.bias?.storedValues.count ?? 0))
  }

  // MARK: Words

  var title: String { TextWidth.printable(state.record.model) }

  var dimensions: String {
    let stack = state.stack
    let tokens =
      stack.queries.count == stack.keys.count
      ? "\(stack.queries.count) tokens" : "\(stack.queries.count) × \(stack.keys.count) tokens"
    return "\(stack.layerCount) layers × \(stack.headCount) heads, \(tokens)"
  }

  /// Notes for the reader.
  var notes: [String] {
    state.record.notes.map { TextWidth.printable($0) } + state.shareTexts + losses
  }

  /// In which way the page holds less than the record.
  var losses: [String] {
    var notes: [String] = []
    let layers = state.record.stacks.flatMap(\.layers)
    if !holdsVectors || layers.contains(where: { vectors(of: $0) == nil }) {
      notes.append("Weights are kept in 16 bits, to 0.00001.")
    }
    if layers.contains(where: \.hasSink) {
      notes.append("\u{201C}sink\u{201D} is what heads give to no token, by a score of their own.")
    }
    if !holdsVectors, layers.contains(where: { $0.score != nil }) {
      notes.append(
        "Queries and keys are left out, since they would take more than "
          + "\(Self.byteLimit >> 20) MB: there are no neurons to look at.")
    }
    if edges != nil {
      notes.append("Sizes and shares are kept in 16 bits, to 1/32767 of a layer's largest.")
    }
    if leavesOutEdges {
      notes.append(
        "Sizes and shares are left out, since the page would hold more than "
          + "\(Self.byteLimit >> 20) MB.")
    }
    return notes
  }

  // MARK: JSON

  /// The data as JSON that may stand in a `script` element: no `<` can end it or begin a comment, and no
  /// line separator can be taken for the end of a line.
  var json: String {
    var text: [UInt8] = []
    let json = Array(JSONNode.object(members).text.utf8)
    text.reserveCapacity(json.count)
    for (place, byte) in json.enumerated() {
      if byte == UInt8(ascii: "<") {
        text += "\\u003c".utf8
      } else if byte == 0xE2, json[place...].starts(with: [0xE2, 0x80, 0xA8]) {
        text += "\\u2028".utf8
      } else if byte == 0xE2, json[place...].starts(with: [0xE2, 0x80, 0xA9]) {
        text += "\\u2029".utf8
      } else {
        text.append(byte)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private var members: [(String, JSONNode)] {
    let selection = state.selection
    let isQuery = selection.side == .query
    let pinned = JSONNode.object([
      ("side", .string(isQuery ? "query" : "key")),
      ("number", .integer(isQuery ? selection.query : selection.key)),
    ])
    return [
      ("view", .string(state.view.rawValue)), ("stack", .integer(selection.stack)),
      ("layer", .integer(state.keptLayers.firstIndex(of: selection.layer) ?? 0)),
      ("head", .integer(selection.head)),
      ("heads", .list(state.activeHeads.map { .integer($0) })),
      ("pinned", state.view == .model ? .null : pinned),
      ("filter", .string(state.display.filter.rawValue)),
      (
        "tokens",
        state.display.tokens.map { crop in
          func list(_ tokens: Set<Int>) -> JSONNode { .list(tokens.sorted().map { .integer($0) }) }
          return .object([("query", list(crop.queries)), ("key", list(crop.keys))])
        } ?? .null
      ),
      ("hidesSpecials", .integer(state.display.hidesSpecials ? 1 : 0)),
      ("meaning", meaning), ("output", output), ("scatter", scatter),
      ("palette", .object([("light", palette(.light)), ("dark", palette(.dark))])),
      ("stacks", .list(zip(state.record.stacks, kept).map(stack))),
    ]
  }

  /// The meaning of the numbers of `edges`; null where the page has weights alone.
  private var meaning: JSONNode {
    guard let edges else { return .null }
    return .object([
      ("title", .string(state.quantityText ?? "")), ("noun", .string(edges.quantity.noun)),
      ("isSigned", .bool(edges.isSigned)),
    ])
  }

  /// The scatter that the screen shows; null where heads stand in a grid.
  private var scatter: JSONNode {
    guard let scene = ScatterScene(state) else { return .null }
    func axis(_ axis: ScatterScene.Axis) -> JSONNode {
      .object([
        ("title", .string(axis.title)),
        ("ends", .list([.string(axis.ends.low), .string(axis.ends.high)])),
        ("zero", axis.zero.map { .number($0) } ?? .null),
      ])
    }
    return .object([
      ("across", axis(scene.across)), ("up", axis(scene.up)),
      (
        "dots",
        .list(
          scene.dots.map { dot in
            .list([
              .string(state.title(of: dot.place)),
              .integer(state.keptLayers.firstIndex(of: dot.place.layer) ?? 0),
              .integer(dot.place.head), .number(dot.across), .number(dot.up),
            ])
          })
      ),
    ])
  }

  /// The content of the output view, as texts; null where nobody has asked for it.
  private var output: JSONNode {
    guard let scene = OutputScene(state) else { return .null }
    func label(_ token: Token) -> JSONNode {
      .string(TokenAxis.label(token, isRaw: state.display.showsRawTokens, .unicode))
    }
    let report = scene.report
    return .object([
      (
        "outcome",
        report.outcome.map { .string(state.name(of: $0, .unicode)) } ?? .null
      ),
      (
        "predictions",
        .list(report.predictions.map { .list([label($0.token), .number($0.probability)]) })
      ),
      (
        "columns",
        .list(scene.columns.map { .string(TextWidth.printable(scene.title(of: $0))) })
      ),
      (
        "parts",
        .list(
          scene.parts.map { part in
            .list([
              .string(part.name),
              .list(
                zip(part.numbers, scene.columns).map { number, column in
                  number.map { .string(scene.text($0, column, .unicode)) } ?? .null
                }), .number(part.start), .number(part.end),
            ])
          })
      ),
      ("extent", .list([.number(scene.extent.lowerBound), .number(scene.extent.upperBound)])),
      ("isWaterfall", .bool(scene.isWaterfall)),
      ("closing", scene.closing(.unicode).map { .string($0) } ?? .null),
      ("notes", .list(scene.notes(.unicode).map { .string(TextWidth.printable($0)) })),
      (
        "lens",
        .list(
          report.lens.map { reading in
            .list([
              .string(state.name(of: reading)), label(reading.best[0].token),
              .number(reading.best[0].probability), .integer(reading.ranks[0] + 1),
              .number(reading.probabilities[0]),
            ])
          })
      ),
    ])
  }

  private func palette(_ appearance: Theme.Appearance) -> JSONNode {
    let colors = DrawingColors(appearance)
    func list(_ colors: [String]) -> JSONNode { .list(colors.map { .string($0) }) }
    return .object([
      ("heads", list((0..<16).map { colors.head($0) })),
      ("heat", list((0..<256).map { colors.heat(Float($0) / 255) })),
      ("zero", .string(colors.signed(level: 0))),
      ("positive", .string(colors.signed(level: 6))),
      ("negative", .string(colors.signed(level: -6))),
    ])
  }

  private func stack(
    _ stack: AttentionStack, kept: [(layer: Int, heads: [Int])]
  ) -> JSONNode {
    func tokens(_ tokens: [Token]) -> JSONNode {
      .list(
        TokenAxis(tokens, isRaw: state.display.showsRawTokens).items.map {
          .list([.string($0.label), .integer($0.isSpecial ? 1 : 0), .integer($0.segment)])
        })
    }
    let queries = tokens(stack.queries)
    return .object([
      ("kind", .string(stack.kind.rawValue)), ("queries", queries),
      ("keys", stack.queries == stack.shownKeys ? .null : tokens(stack.shownKeys)),
      (
        "layers",
        .list(
          kept.map { layer, heads in
            self.layer(
              stack.layers[layer], summaries: stack.summaries[layer], heads: heads,
              edges: edges(in: stack, layer: layer, heads: heads))
          })
      ),
    ])
  }

  /// `scale`, the largest number of the layer, which stands for 32767; `full`, the largest of the stack; `values`,
  /// `[H, T, S]`. nil where there are none.
  private func edges(in stack: AttentionStack, layer: Int, heads: [Int]) -> JSONNode? {
    guard let edges, let index = state.record.stacks.firstIndex(where: { $0.kind == stack.kind }),
      heads.contains(where: { edges.has(HeadAddress(stack.kind, layer: layer, head: $0)) })
    else { return nil }
    let numbers = heads.flatMap {
      edges.weights(in: state.record, stack: index, layer: layer, head: $0).values
    }
    let scale = numbers.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
    let values = numbers.map { number in
      Int16(scale > 0 && number.isFinite ? (number / scale * 32767).rounded() : 0)
    }
    return .object([
      ("scale", .number(scale)), ("full", .number(edges.full(in: state.record, stack: index))),
      ("values", .string(Base64.text(values))),
    ])
  }

  private func layer(
    _ layer: LayerAttention, summaries: [HeadSummary], heads: [Int], edges: JSONNode?
  ) -> JSONNode {
    var members: [(String, JSONNode)] = [
      ("index", .integer(layer.index)), ("heads", .list(heads.map { .integer($0) })),
      ("mask", .string(layer.mask.description)),
      ("labels", .list(heads.map { .string(summaries[$0].patterns[0].text(.unicode)) })),
    ]
    if let edges { members.append(("edges", edges)) }
    if let score = vectors(of: layer) {
      members.append(("score", self.score(score, heads)))
    } else {
      var weights: [UInt16] = []
      weights.reserveCapacity(heads.count * layer.queryCount * layer.shownKeyCount)
      for head in heads {
        for weight in layer.shownWeights(head: head).values {
          weights.append(UInt16(max(0, min(1, weight.isNaN ? 0 : weight)) * 65535 + 0.5))
        }
      }
      members.append(("weights", .string(Base64.text(weights))))
      if layer.hasSink { members.append(("sink", .integer(1))) }
    }
    return .object(members)
  }

  /// The queries and keys that give a layer's weights; nil where they do not, or are left out. Where edges are cut, or
  /// heads have a sink, they do not by themselves.
  private func vectors(of layer: LayerAttention) -> LayerAttention.Score? {
    holdsVectors ? layer.score.flatMap { $0.cuts.isEmpty && $0.sinks == nil ? $0 : nil } : nil
  }

  private func score(_ score: LayerAttention.Score, _ heads: [Int]) -> JSONNode {
    let keyHeads = Set(heads.map(score.keyHead)).sorted()
    func vectors(_ all: HeadVectors, of heads: [Int]) -> JSONNode {
      let size = all.rowCount * all.headSize
      return .string(Base64.text(heads.flatMap { all.values[$0 * size..<($0 + 1) * size] }))
    }
    var members: [(String, JSONNode)] = [
      ("size", .integer(score.queries.headSize)),
      // Which of the key vectors a head uses, since several may share them.
      (
        "keyHeads",
        .list(heads.map { .integer(keyHeads.firstIndex(of: score.keyHead(of: $0)) ?? 0) })
      ),
      ("scale", .number(score.scale)), ("softcap", score.softcap.map { .number($0) } ?? .null),
      ("queries", vectors(score.queries, of: heads)),
      ("keys", vectors(score.keys, of: keyHeads)),
    ]
    if let bias = score.bias {
      members.append(
        (
          "bias",
          .object([
            ("values", .string(Base64.text(bias.storedValues))),
            ("origin", .integer(bias.origin)), ("headStride", .integer(bias.headStride)),
            ("queryStride", .integer(bias.queryStride)),
          ])
        ))
    }
    return .object(members)
  }
}
