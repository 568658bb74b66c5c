/// The parts of a decoder beside those of all decoders: embeddings, layers, a norm and the language-model head,
/// whose weight is often that of the embeddings.
protocol DecoderConfiguration: Sendable {
  /// The architecture as its authors write it.
  var family: String { get }
  var vocabularySize: Int { get }
  /// The rows of the table of embeddings, where it has further ones (Llama with pictures).
  var embeddedIDCount: Int { get }
  var hiddenSize: Int { get }
  /// The size of the words' vectors, where it is another (OPT).
  var embeddingSize: Int { get }
  var layerCount: Int { get }
  /// The numbers that the layers have in checkpoints, if not all from 0 on.
  var layerNumbers: [Int] { get }
  var positionCount: Int { get }
  /// The factor of the embeddings.
  var embeddingScale: Float { get }
  /// Whether the embeddings serve as the head's weight.
  var isTied: Bool { get }
  /// Whether a head that is there is used.
  var hasHead: Bool { get }
  var hasHeadBias: Bool { get }
  /// The factor of the head's scores.
  var logitScale: Float { get }
  /// The limit of the head's scores; nil where there is none.
  var logitCap: Float? { get }
  var names: DecoderNames { get }

  init(_ configuration: ModelConfiguration) throws(TransformerError)

  /// Reads the layer of this index from its scope.
  func layer(
    _ reader: WeightReader, _ index: Int
  ) throws(TransformerError) -> TransformerLayer

  /// Reads the norm behind the last layer; nil where there is none.
  func finalNorm(_ reader: WeightReader) throws(TransformerError) -> (any Norm)?

  /// Adds what only this family has: positions, a norm of the embeddings.
  /// - Parameter body: The scope in which the layers are.
  func complete(_ stack: inout TransformerStack, _ body: WeightReader) throws(TransformerError)
}

/// The names of a decoder's parts in checkpoints; as Llama's, unless a family says otherwise.
struct DecoderNames: Sendable {
  /// The prefix of the names of all parts where a head is beside them.
  var body = "model"
  var embeddings = "embed_tokens"
  var layers = "layers"
  var finalNorm = "norm"
  /// The first of them that the checkpoint has.
  var heads = ["lm_head"]
}

extension DecoderConfiguration {
  var embeddedIDCount: Int { vocabularySize }
  var embeddingSize: Int { hiddenSize }
  var embeddingScale: Float { 1 }
  var hasHead: Bool { true }
  var hasHeadBias: Bool { false }
  var logitScale: Float { 1 }
  var logitCap: Float? { nil }
  var layerNumbers: [Int] { Array(0..<layerCount) }
  var names: DecoderNames { DecoderNames() }

  func complete(_ stack: inout TransformerStack, _ body: WeightReader) throws(TransformerError) {}

  /// - Returns: nil if the checkpoint has none.
  private func head(
    _ reader: WeightReader, embeddings: Embedding
  ) throws(TransformerError) -> LanguageModelHead? {
    guard hasHead else { return nil }
    var head = try LanguageModelHead(
      reader, embeddings: embeddings, isTied: isTied, hasBias: hasHeadBias, count: vocabularySize)
    head?.scale = logitScale
    head?.softcap = logitCap
    return head
  }

  static func load(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    let configuration = try Self(file)
    let names = configuration.names
    let numbers = configuration.layerNumbers
    let (reader, body) = try reader.locate(
      body: names.body, layer: "\(names.layers).\(numbers.first ?? 0)")
    let head = reader[names.heads.first { reader.contains("\($0).weight") } ?? names.heads[0]]
    let words = try Embedding(
      body[names.embeddings], orTiedTo: configuration.isTied ? head : nil,
      rowCount: configuration.embeddedIDCount, size: configuration.embeddingSize)
    let layers = try numbers.enumerated().map { index, number throws(TransformerError) in
      try configuration.layer(body[names.layers][number], index)
    }
    var stack = TransformerStack(
      embeddings: InputEmbeddings(words), layers: layers,
      finalNorm: try configuration.finalNorm(body[names.finalNorm]))
    stack.embeddings.scale = configuration.embeddingScale
    try configuration.complete(&stack, body)
    return SingleStackModel(
      family: configuration.family, stack, head: try configuration.head(head, embeddings: words),
      positionCount: configuration.positionCount, reader)
  }
}
