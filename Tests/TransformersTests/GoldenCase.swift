import Attention
import Files
import Tensors
import TestSupport
import Testing
import Transformers

/// One input with what the reference implementation (PyTorch, transformers, float32) made of it.
struct GoldenCase: CustomTestStringConvertible, Sendable {
  let model: String
  let id: String
  let input: ModelInput
  /// The most likely tokens at a position, best first, where the model has a head for that.
  let logits: Logits?
  /// What the reference's decoder reads when it writes by itself, the end left out.
  let generatedIDs: [Int]?
  /// Named `attention.<kind>.<layer>`, `query.…`, `key.…`, `hidden_states.<kind>.<i>`.
  let tensors: [String: Tensor]

  struct Logits: Sendable {
    let position: Int
    let ids: [Int]
    let values: [Double]
  }

  var testDescription: String { "\(model)/\(id)" }

  /// The cases of a model whose golden file lies in the fixtures.
  static func all(of model: String) throws -> [GoldenCase] {
    let folder = try ModelFiles(folder: Fixtures.path("goldens/\(model)"))
    let cases = try JSONDocument(folder.open("cases.json")).root["cases"]?.array
    return try cases.map { try $0.compactMap { try GoldenCase(model: model, $0, in: folder) } }
      ?? []
  }

  private init?(model: String, _ json: JSONValue, in folder: ModelFiles) throws {
    guard let id = json["id"]?.string, let name = json["golden"]?.string,
      let file = try folder.find(name), let ids = json["input_ids"]?.integers,
      let texts = json["tokens"]?.array?.compactMap(\.string)
    else { return nil }
    self.model = model
    self.id = id
    tensors = try SafetensorsFile(file).tensors
    logits = json["logits_top10"].flatMap {
      guard let position = $0["position"]?.integer, let ids = $0["ids"]?.integers,
        let values = $0["values"]?.array?.compactMap(\.number)
      else { return nil }
      return Logits(position: position, ids: ids, values: values)
    }
    generatedIDs = json["generated_ids"]?.integers
    let tokens = zip(texts, ids).map { Token(text: $0, display: $0, id: $1) }
    if let ids = json["decoder_input_ids"]?.integers,
      let texts = json["decoder_tokens"]?.array?.compactMap(\.string)
    {
      let target = zip(texts, ids).map { Token(text: $0, display: $0, id: $1) }
      input = ModelInput(
        tokens: tokens, ids: tokens.compactMap(\.id), target: .given(tokens: target, ids: ids),
        recording: .hiddenStates)
    } else {
      input = ModelInput(
        tokens: tokens, ids: ids, tokenTypeIds: json["token_type_ids"]?.integers,
        predictionPositions: logits.map { [$0.position] } ?? [], recording: .hiddenStates)
    }
  }

  init(model: String, id: String, input: ModelInput, tensors: [String: Tensor]) {
    self.model = model
    self.id = id
    self.input = input
    self.tensors = tensors
    logits = nil
    generatedIDs = nil
  }
}

extension JSONValue {
  fileprivate var integers: [Int]? { array?.compactMap(\.integer) }
}

extension Recording {
  /// What the reference puts out as hidden states.
  static let hiddenStates = Recording(states: [.before])
}

extension ModelOutput {
  /// The input of each layer of a stack, and its last states, as the reference puts them out.
  func hiddenStates(_ kind: AttentionKind) -> [HiddenStates]? {
    guard let trace = traces[kind], let last = trace.last else { return nil }
    return trace.layers.compactMap { $0[.before] } + [last]
  }
}
