import Files
import Tensors

/// The architectures by the `model_type` of their configuration.
public enum ModelRegistry {
  typealias Load =
    @Sendable (ModelConfiguration, WeightReader) throws(TransformerError) -> any TransformerModel

  private static let architectures: [String: Load] = [
    "albert": AlbertModel.load,
    "biogpt": OPTConfiguration.load,
    "bloom": BloomConfiguration.load,
    "codegen": GPTJConfiguration.load,
    "deberta": DebertaModel.load,
    "deberta-v2": DebertaV2Model.load,
    "distilbert": DistilBertModel.load,
    "electra": ElectraModel.load,
    "esm": EsmModel.load,
    "falcon": FalconConfiguration.load,
    "gemma": GemmaConfiguration.load,
    "gemma2": GemmaConfiguration.load,
    "gemma3_text": GemmaConfiguration.load,
    "gemma3n_text": Gemma3nConfiguration.load,
    "gemma4_text": Gemma4Configuration.load,
    "gpt2": GPT2Configuration.load,
    "gpt_bigcode": GPT2Configuration.load,
    "gpt_neo": GPTNeoConfiguration.load,
    "gpt_neox": GPTNeoXConfiguration.load,
    "gptj": GPTJConfiguration.load,
    "gte": GTEModel.load,
    "modernbert": ModernBertModel.load,
    "mpnet": MPNetModel.load,
    "mpt": MptConfiguration.load,
    "mt5": T5Model.load,
    "new": GTEModel.load,
    "nomic_bert": NomicBertModel.load,
    "openai-gpt": GPT2Configuration.load,
    "opt": OPTConfiguration.load,
    "phi": PhiConfiguration.load,
    "t5": T5Model.load,
    "umt5": T5Model.load,
    "vaultgemma": GemmaConfiguration.load,
    "xglm": OPTConfiguration.load,
  ]
  .merging(LlamaVariant.named.keys.map { ($0, LlamaConfiguration.load) }) { $1 }
  .merging(BertKin.named.keys.map { ($0, BertModel.load) }) { $1 }
  .merging(BartConfiguration.Variant.named.keys.map { ($0, BartModel.load) }) { $1 }

  /// The model types that are known and cannot be shown; the text completes "it ".
  private static let refused: [String: String] = [
    "mamba": "is a state-space model and has no attention weights",
    "mamba2": "is a state-space model and has no attention weights",
    "falcon_mamba": "is a state-space model and has no attention weights",
    "rwkv": "is a recurrent network and has no attention weights",
    "xlstm": "is a recurrent network and has no attention weights",
    "fnet": "mixes tokens by Fourier transforms and has no attention weights",
    "hyena": "mixes tokens by long convolutions and has no attention weights",
  ]

  /// The supported values of `model_type`, sorted.
  public static var modelTypes: [String] {
    (Set(architectures.keys).union(TextSide.wholes.keys)).sorted()
  }

  /// Checks that models of this type can be loaded, before there is one.
  /// - Parameter path: Names the model, or the file that says so, in the error.
  public static func requireSupported(_ type: String, path: String) throws(TransformerError) {
    if TextSide.wholes[type] == nil, architectures[TextSide(type).type] == nil {
      throw refusal(of: type, path: path)
    }
  }

  private static func refusal(
    of type: String, _ configuration: ModelConfiguration? = nil, path: String
  ) -> TransformerError {
    refusal(ofType: type, as: type, configuration?.root, path: path)
      ?? .unknownModelType(type, path: path)
  }

  /// The reason why models of a type cannot be shown.
  ///
  /// - Parameters:
  ///   - name: The type's name in the file that says so.
  ///   - configuration: Of the model, if there is one.
  /// - Returns: nil where nothing is known of it.
  static func refusal(
    ofType type: String, as name: String, _ configuration: JSONValue?, path: String
  ) -> TransformerError? {
    (refused[type] ?? MixedLayers(type, configuration)?.reason).map {
      .refusedModelType(name, reason: $0, path: path)
    }
  }

  /// Reads a model's configuration and maps its weights, which are not read before they are used.
  ///
  /// - Parameters:
  ///   - adapter: A LoRA adapter of PEFT's to apply to it.
  ///   - modelType: What kind of model it is, whatever the configuration says.
  /// - Throws: `FileError`, `TensorError` or `TransformerError`.
  public static func loadModel(
    from files: ModelFiles, adapter: ModelFiles? = nil, modelType: String? = nil
  ) throws -> any TransformerModel {
    let configuration: ModelConfiguration
    do {
      configuration = try ModelConfiguration(files, modelType: modelType)
    } catch FileError.missing(let path) {
      throw try files.whatIsThereInstead() ?? FileError.missing(path: path)
    }
    let type = configuration.modelType
    guard let load = architectures[type],
      !MixedLayers.families.contains(type) || MixedLayers(type, configuration.root) == nil
    else {
      let refusal = refusal(of: type, configuration, path: configuration.path)
      if case .unknownModelType = refusal, let code = configuration.ownCode {
        throw TransformerError.ownCode(code, path: configuration.path)
      }
      throw refusal
    }
    let adapter = try adapter.map { try Adapter($0) }
    func read(_ reader: WeightReader) throws(TransformerError) -> any TransformerModel {
      let model = try load(configuration, reader)
      try reader.requireUpdatesUsed()
      return model
    }
    if let path = files.container {
      return try GGUFModel(GGUFParts(path: path)).load(adapter: adapter, read)
    }
    do {
      let checkpoint = try Checkpoint(files)
      if let tensor = checkpoint.adapterTensor {
        throw TransformerError.unmergedAdapter(tensor: tensor, path: checkpoint.path)
      }
      if let settings = try QuantisationSettings(configuration, files) {
        let weights = try QuantisedWeights(checkpoint, settings)
        return try read(
          WeightReader(weights, adapter: adapter, ofTextSide: configuration.wholeType != nil))
      }
      do {
        return try read(
          WeightReader(
            checkpoint, adapter: adapter, ofTextSide: configuration.wholeType != nil))
      } catch {
        throw configuration.reason(for: error, checkpoint) ?? error
      }
    } catch TensorError.noWeights(let location, let names) {
      throw try files.whatIsThereInstead()
        ?? TensorError.noWeights(location: location, lookedFor: names)
    } catch let error as TensorError {
      throw configuration.reason(for: error) ?? error
    }
  }
}
