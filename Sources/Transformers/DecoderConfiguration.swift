/// The parts of a decoder beside those of all decoders: embeddings, layers, a norm and the language-model head,
/// whose weight is often that of the embeddings.
protocol DecoderConfiguration: Sendable {
  /// The architecture as its authors write it.
  var family: String { get }
  var vocabularySize: Int { get }
  var hiddenSize: Int { get }
  /// The size of the words' vectors, where it is another (OPT).
  var embeddingSize: Int { get }
  var layerCount: Int { get }
  var positionCount: Int { get }
  /// Whether the embeddings serve as the head's weight.
  var isTied: Bool { get }
  var names: DecoderNames { get }

  init(_ configuration: ModelConfiguration) throws(TransformerError)

  /// Reads the layer of this index from its scope.
  func layer(
    _ reader: WeightReader, _ index: Int
  ) throws(TransformerError) -> TransformerLayer

  /// Reads the norm behind the last layer; nil where there is none.
  func finalNorm(_ reader: WeightReader) throws(TransformerError) -> (any Norm)?

  /// Adds what only this family has: positions, a scale, a norm of the embeddings.
  /// - Parameter body: The scope in which the layers are.
  func complete(_ stack: inout TransformerStack, _ body: WeightReader) throws(TransformerError)

  /// Reads the head from its scope; nil if the checkpoint has none.
  func head(
    _ reader: WeightReader, embeddings: Embedding
  ) throws(TransformerError) -> LanguageModelHead?
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
  var embeddingSize: Int { hiddenSize }
  var names: DecoderNames { DecoderNames() }

  func complete(_ stack: inout TransformerStack, _ body: WeightReader) throws(TransformerError) {}

  func head(
    _ reader: WeightReader, embeddings: Embedding
  ) throws(TransformerError) -> LanguageModelHead? {
    try LanguageModelHead(reader, embeddings: embeddings, isTied: isTied)
  }

  static func load(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    let configuration = try Self(file)
    let names = configuration.names
    let (reader, body) = try reader.locate(body: names.body, layer: "\(names.layers).0")
    let head = reader[names.heads.first { reader.contains("\($0).weight") } ?? names.heads[0]]
    let words = try Embedding(
      body[names.embeddings], orTiedTo: configuration.isTied ? head : nil,
      rowCount: configuration.vocabularySize, size: configuration.embeddingSize)
    let layers = try body[names.layers].map(configuration.layerCount, configuration.layer)
    var stack = TransformerStack(
      embeddings: InputEmbeddings(words), layers: layers,
      finalNorm: try configuration.finalNorm(body[names.finalNorm]))
    try configuration.complete(&stack, body)
    return SingleStackModel(
      family: configuration.family, stack, head: try configuration.head(head, embeddings: words),
      positionCount: configuration.positionCount, reader)
  }
}
