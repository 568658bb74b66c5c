import Attention
import Files
import Tensors

/// The data that pages of attention are drawn from.
extension SavedContents {
  /// Nil for JSON of another form.
  init?(page root: JSONValue, path: String) throws {
    self.init(path: path, entries: [], fields: SavedFields(path: path))
    if let filters = root["attention"]?.array, filters.first?["attn"] != nil {
      try addBertViz(Array(filters), root)
    } else if let all = root["attention"]?["all"], all["attn"] != nil {
      try addOlderBertViz(root["attention"], root)
    } else if root["all"]?["attn"] != nil {
      try addOlderBertViz(root, root)
    } else if ["all", "inp_inp", "out_out"].contains(where: { root[$0]?["att"] != nil }) {
      try addTensor2Tensor(root)
    } else {
      return nil
    }
  }

  /// BertViz since 1.1, head and model view: a list of what its menu offers.
  private mutating func addBertViz(_ filters: [JSONValue], _ root: JSONValue) throws {
    // Negative numbers count from the end, as in Python, and so leave open which layers they are.
    let layers = root["include_layers"]?.array?.compactMap(\.integer)
      .filter { $0 >= 0 }
    for filter in filters {
      let name = filter["name"]?.string
      let kinds: [String: AttentionKind] = [
        "Encoder": .encoder, "Decoder": .decoder, "Cross": .cross, "All": .own,
      ]
      if let kind = name.map({ kinds[$0] }) ?? .own {
        try add(filter, "attn", .attention, kind, layers: layers)
        try addTokens(kind, queries: filter["left_text"], keys: filter["right_text"])
      } else if name == "Sentence A -> Sentence A" {
        try addPairStart(filter)
      }
    }
    if let heads = root["include_heads"]?.array?.compactMap(\.integer),
      heads != Array(heads.indices)
    {
      notes.append(Self.note(ofHeads: heads))
    }
  }

  /// - Parameter heads: The numbers that the model gives the heads of the file.
  static func note(ofHeads heads: [Int]) -> String {
    "heads 0, 1, … are the model's heads \(heads.map(String.init).joined(separator: ", "))"
  }

  /// The neuron view, with queries and keys, and BertViz 1.0: an object by what the menu offers.
  private mutating func addOlderBertViz(_ filters: JSONValue?, _ root: JSONValue) throws {
    guard let all = filters?["all"] else { return }
    try add(all, "attn", .attention, .own)
    try addTokens(.own, queries: all["left_text"], keys: all["right_text"])
    if all["queries"] != nil, all["keys"] != nil {
      try add(all, "queries", .query, .own)
      try add(all, "keys", .key, .own)
    }
    if let first = filters?["aa"] { try addPairStart(first) }
    if let isBidirectional = root["bidirectional"]?.bool, let count = all["attn"]?.array?.count {
      let mask: AttentionMask = isBidirectional ? .bidirectional : .causal
      let masks = JSONNode.list(Array(repeating: .string(mask.description), count: count))
      try fields.set("mask", .object([(AttentionKind.own.rawValue, masks)]))
    }
  }

  /// Tensor2Tensor: its left column, "top", has the keys.
  private mutating func addTensor2Tensor(_ root: JSONValue) throws {
    let views: [(String, AttentionKind)] = [
      ("inp_inp", .encoder), ("out_out", .decoder), ("inp_out", .cross),
    ]
    let found = views.filter { root[$0.0]?["att"] != nil }
    for (name, kind) in found.isEmpty ? [("all", .own)] : found {
      guard let view = root[name] else { continue }
      try add(view, "att", .attention, kind)
      try addTokens(kind, queries: view["bot_text"], keys: view["top_text"])
    }
  }

  /// A list with `[heads, queries, keys or neurons]` for each layer.
  private mutating func add(
    _ view: JSONValue, _ key: String, _ part: TensorName.Part, _ kind: AttentionKind,
    layers: [Int]? = nil
  ) throws {
    guard let elements = view[key]?.array else { return }
    for (index, element) in elements.enumerated() {
      // Only as many numbers as layers are the layers' numbers.
      let number = layers.flatMap { index < $0.count ? $0[index] : nil } ?? index
      let keys = [part.rawValue, kind.rawValue, "\(number)"]
      let name = keys.joined(separator: ".")
      guard let numbers = NestedNumbers(element), numbers.shape.count == 3 else {
        throw ImportError.malformedTensor(path: path, name: name)
      }
      entries.append(
        Entry(
          keys: keys,
          tensor: Tensor(name: name, values: numbers.values, shape: numbers.shape, path: path)))
    }
  }

  private mutating func addTokens(
    _ kind: AttentionKind, queries: JSONValue?, keys: JSONValue?
  ) throws {
    switch kind {
    case .own, .encoder: fields["tokens"] = queries
    case .decoder: fields["decoder_tokens"] = queries
    case .cross:
      fields["tokens"] = fields["tokens"] ?? keys
      fields["decoder_tokens"] = fields["decoder_tokens"] ?? queries
    }
  }

  private mutating func addPairStart(_ firstSentence: JSONValue) throws {
    guard let count = firstSentence["left_text"]?.array?.count else { return }
    try fields.set("sentence_b_start", .integer(count))
  }
}
