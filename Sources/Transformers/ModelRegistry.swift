import Files
import Tensors

/// The architectures by the `model_type` of their configuration.
public enum ModelRegistry {
  typealias Load =
    @Sendable (ModelConfiguration, WeightReader) throws(TransformerError) -> any TransformerModel

  private static let architectures: [String: Load] = [
    "albert": AlbertModel.load,
    "bart": BartModel.load,
    "bert": BertModel.load,
    "bloom": BloomConfiguration.load,
    "camembert": RobertaModel.load,
    "deberta-v2": DebertaV2Model.load,
    "distilbert": DistilBertModel.load,
    "electra": ElectraModel.load,
    "falcon": FalconConfiguration.load,
    "gemma": GemmaConfiguration.load,
    "gemma2": GemmaConfiguration.load,
    "gemma3_text": GemmaConfiguration.load,
    "gpt2": GPT2Configuration.load,
    "gpt_neo": GPTNeoConfiguration.load,
    "gpt_neox": GPTNeoXConfiguration.load,
    "gptj": GPTJConfiguration.load,
    "granite": LlamaConfiguration.load,
    "llama": LlamaConfiguration.load,
    "m2m_100": BartModel.load,
    "marian": BartModel.load,
    "mbart": BartModel.load,
    "mistral": LlamaConfiguration.load,
    "modernbert": ModernBertModel.load,
    "mpnet": MPNetModel.load,
    "mt5": T5Model.load,
    "olmo2": Olmo2Configuration.load,
    "olmo3": Olmo2Configuration.load,
    "opt": OPTConfiguration.load,
    "pegasus": BartModel.load,
    "phi": PhiConfiguration.load,
    "phi3": LlamaConfiguration.load,
    "qwen2": LlamaConfiguration.load,
    "qwen3": LlamaConfiguration.load,
    "roberta": RobertaModel.load,
    "stablelm": StableLMConfiguration.load,
    "starcoder2": Starcoder2Configuration.load,
    "t5": T5Model.load,
    "umt5": T5Model.load,
    "xlm-roberta": RobertaModel.load,
  ]

  /// What is known and cannot be shown; the text completes "it ".
  private static let refused: [String: String] = [
    "mamba": "is a state-space model and has no attention weights",
    "mamba2": "is a state-space model and has no attention weights",
    "falcon_mamba": "is a state-space model and has no attention weights",
    "rwkv": "is a recurrent network and has no attention weights",
    "xlstm": "is a recurrent network and has no attention weights",
    "fnet": "mixes tokens by Fourier transforms and has no attention weights",
    "hyena": "mixes tokens by long convolutions and has no attention weights",
    "gemma3": withPictures,
    "idefics3": withPictures,
    "llava": withPictures,
    "llava_next": withPictures,
    "mistral3": withPictures,
    "mllama": withPictures,
    "paligemma": withPictures,
    "qwen2_vl": withPictures,
    "qwen2_5_vl": withPictures,
    "qwen3_vl": withPictures,
    "smolvlm": withPictures,
  ]

  private static let withPictures =
    "reads pictures besides text; the text model inside it can be saved on its own"

  /// The supported values of `model_type`, sorted.
  public static var modelTypes: [String] { architectures.keys.sorted() }

  /// Checks that models of this type can be loaded, before there is one.
  /// - Parameter path: Names the model, or the file that says so, in the error.
  public static func requireSupported(_ type: String, path: String) throws(TransformerError) {
    if architectures[type] == nil { throw refusal(of: type, path: path) }
  }

  private static func refusal(of type: String, path: String) -> TransformerError {
    guard let reason = refused[type] else { return .unknownModelType(type, path: path) }
    return .refusedModelType(type, reason: reason, path: path)
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
    guard let load = architectures[type] else {
      if refused[type] == nil, let code = configuration.ownCode {
        throw TransformerError.ownCode(code, path: configuration.path)
      }
      throw refusal(of: type, path: configuration.path)
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
        return try read(WeightReader(weights, adapter: adapter))
      }
      do {
        return try read(WeightReader(checkpoint, adapter: adapter))
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
