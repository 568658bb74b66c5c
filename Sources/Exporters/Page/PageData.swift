import Attention
import Explorer
import TerminalUI
import Tensors

/// What a page holds: tokens, attention, and where to begin.
///
/// Per layer (H heads, T queries, S keys, G key heads, D head size), as base64 of little-endian numbers:
/// queries `[H, T, D]` and keys `[G, S, D]` in float32, from which the page computes weights as the model
/// did; or, where these are unknown or too large, the weights `[H, T, S]` in 16 bits, to 8 · 10⁻⁶.
struct PageData {
  private let state: ExplorerState
  /// Nil to follow the reader's wish.
  let appearance: Theme.Appearance?
  private let holdsVectors: Bool

  /// What a page holds at most, in bytes before base64: more than a browser opens without trouble.
  static let byteLimit = 64 << 20

  init(
    _ state: ExplorerState, appearance: Theme.Appearance?, byteLimit: Int = byteLimit
  ) throws(ExportError) {
    self.state = state
    self.appearance = appearance
    let layers = state.record.stacks.flatMap(\.layers)
    let vectorBytes = layers.reduce(0) { $0 + Self.vectorByteCount($1) }
    let weightBytes = layers.reduce(0) { $0 + Self.weightByteCount($1) }
    holdsVectors = vectorBytes <= byteLimit
    guard holdsVectors || weightBytes <= byteLimit else {
      throw .pageTooLarge(byteCount: min(vectorBytes, weightBytes), limit: byteLimit)
    }
  }

  /// Of queries, keys and what the model adds; of the weights, where these are all that is known.
  private static func vectorByteCount(_ layer: LayerAttention) -> Int {
    guard let score = layer.score else { return weightByteCount(layer) }
    return 4 * (score.queries.values.count + score.keys.values.count)
      + 4 * (score.bias?.storedValues.count ?? 0)
  }

  private static func weightByteCount(_ layer: LayerAttention) -> Int {
    2 * layer.headCount * layer.queryCount * layer.keyCount
  }

  // MARK: Words

  var title: String { TextWidth.printable(state.record.model) }

  var dimensions: String {
    let stack = state.stack
    let tokens =
      stack.queries.count == stack.keys.count
      ? "\(stack.queries.count) tokens" : "\(stack.queries.count) × \(stack.keys.count) tokens"
    return "\(stack.layers.count) layers × \(stack.headCount) heads, \(tokens)"
  }

  /// What a reader should know.
  var notes: [String] {
    var notes = state.record.notes.map { TextWidth.printable($0) }
    let layers = state.record.stacks.flatMap(\.layers)
    if !holdsVectors || layers.contains(where: { $0.score == nil }) {
      notes.append("Weights are kept in 16 bits, to 0.00001.")
    }
    if !holdsVectors, layers.contains(where: { $0.score != nil }) {
      notes.append(
        "Queries and keys are left out, since they would take more than "
          + "\(Self.byteLimit >> 20) MB: there are no neurons to look at.")
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
      ("layer", .integer(selection.layer)), ("head", .integer(selection.head)),
      ("heads", .list(state.activeHeads.map { .integer($0) })),
      ("pinned", state.view == .model ? .null : pinned),
      ("filter", .string(state.display.filter.rawValue)),
      ("hidesSpecials", .integer(state.display.hidesSpecials ? 1 : 0)),
      ("palette", .object([("light", palette(.light)), ("dark", palette(.dark))])),
      ("stacks", .list(state.record.stacks.map(stack))),
    ]
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

  private func stack(_ stack: AttentionStack) -> JSONNode {
    func tokens(_ tokens: [Token]) -> JSONNode {
      .list(
        TokenAxis(tokens, isRaw: state.display.showsRawTokens).items.map {
          .list([.string($0.label), .integer($0.isSpecial ? 1 : 0), .integer($0.segment)])
        })
    }
    let queries = tokens(stack.queries)
    return .object([
      ("kind", .string(stack.kind.rawValue)), ("queries", queries),
      ("keys", stack.queries == stack.keys ? .null : tokens(stack.keys)),
      (
        "layers",
        .list(zip(stack.layers, stack.summaries).map { layer($0, summaries: $1) })
      ),
    ])
  }

  private func layer(_ layer: LayerAttention, summaries: [HeadSummary]) -> JSONNode {
    var members: [(String, JSONNode)] = [
      ("index", .integer(layer.index)), ("heads", .integer(layer.headCount)),
      ("mask", .string(layer.mask.description)),
      ("labels", .list(summaries.map { .string($0.patterns[0].text(.unicode)) })),
    ]
    if holdsVectors, let score = layer.score {
      members.append(("score", self.score(score)))
    } else {
      var weights: [UInt16] = []
      weights.reserveCapacity(layer.headCount * layer.queryCount * layer.keyCount)
      for head in 0..<layer.headCount {
        for weight in layer.weights(head: head).values {
          weights.append(UInt16(max(0, min(1, weight.isNaN ? 0 : weight)) * 65535 + 0.5))
        }
      }
      members.append(("weights", .string(Base64.text(weights))))
    }
    return .object(members)
  }

  private func score(_ score: LayerAttention.Score) -> JSONNode {
    var members: [(String, JSONNode)] = [
      ("size", .integer(score.queries.headSize)), ("keyHeads", .integer(score.keys.headCount)),
      ("scale", .number(score.scale)), ("softcap", score.softcap.map { .number($0) } ?? .null),
      ("queries", .string(Base64.text(score.queries.values))),
      ("keys", .string(Base64.text(score.keys.values))),
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
