import Files
import Tensors

extension Checkpoint {
  /// One of the tensors that an adapter has added to a model.
  var adapterTensor: String? {
    let parts: Set<Substring> = [
      "lora_A", "lora_B", "lora_embedding_A", "lora_embedding_B", "lora_magnitude_vector",
      "base_layer",
      "modules_to_save", "ia3_l", "hada_w1_a", "lokr_w1", "vera_lambda_b", "oft_r",
    ]
    return names.first { !parts.isDisjoint(with: $0.split(separator: ".")) }
  }

  /// The quantisation of the weights, by the names and types of the tensors; nil if there seems to be none.
  fileprivate var quantisation: String? {
    let names = names
    func has(_ endings: String...) -> Bool {
      names.contains { name in endings.contains { name.hasSuffix($0) } }
    }
    if has(".g_idx") { return "GPTQ" }
    if has(".qweight") { return "GPTQ or AWQ" }
    if has(".SCB")
      || names.contains(where: { $0.contains(".quant_state.") || $0.hasSuffix(".absmax") })
    {
      return "bitsandbytes"
    }
    if has(".weight_scale", ".weight_scale_inv", ".weight_packed") { return "FP8 or compressed" }
    if has("_blocks", ".scales") { return "in blocks" }
    return nil
  }
}

extension ModelConfiguration {
  /// The class that the model brings with its files, as the hub's `AutoModel` would run it.
  public var ownCode: String? {
    let classes = value("auto_map")?.object?.filter { $0.name.hasPrefix("AutoModel") } ?? []
    let first = classes.first { $0.name == "AutoModel" } ?? classes.first
    return first.map { $0.value.string ?? $0.name }
  }

  /// The notes on a model that opens, beside what it shows.
  /// - Parameter isAdapted: Whether the adapter beside the model, if there is one, is applied.
  public func notes(isAdapted: Bool = false) -> [String] {
    var notes: [String] = []
    if let modelTypeSource {
      notes.append(
        "the model is taken for \"\(modelType)\" by the \(modelTypeSource) of its configuration")
    }
    if let ownCode, !isOwnCodeKnown {
      notes.append(
        "the model has code of its own (\"auto_map\": \(ownCode)), which is not run: shown is what a plain \"\(modelType)\" makes of its weights"
      )
    }
    if let wholeType {
      notes.append(
        "a model of type \"\(wholeType)\" reads more than text: only its text side is shown")
    }
    if let layers = try? pictureLayers(), !layers.isEmpty {
      notes.append(
        "layers \(layers.map(String.init).joined(separator: ", ")) look at pictures alone, and are left out: the others are numbered without them"
      )
    }
    if hasAdapter && !isAdapted {
      notes.append("the adapter beside the model (adapter_config.json) is not applied")
    }
    return notes
  }

  /// Whether the model is shown as its own code has it, which is then nothing to tell.
  private var isOwnCodeKnown: Bool {
    ["gte", "new"].contains(modelType) || (try? isJinaBert) == true
  }

  /// The method by which the weights are quantised; nil where the file says nothing of it.
  private var quantisationMethod: String? {
    // MLX has a key of its own.
    if let value = value("quantization"), value.kind == .object { return "MLX" }
    guard quantisation != nil else { return nil }
    return quantisationName.map(QuantisationSettings.name) ?? "quantization_config"
  }

  /// The file's description of the weights' quantisation.
  var quantisation: JSONValue? {
    [value("quantization_config"), value("compression_config")].compactMap(\.self)
      .first { $0.kind == .object }
  }

  /// `quant_method`, or what stands for it.
  var quantisationName: String? {
    guard let value = quantisation else { return nil }
    return value["quant_method"]?.string
      ?? (value["load_in_8bit"] != nil || value["load_in_4bit"] != nil ? "bitsandbytes" : nil)
  }

  /// The reason for an error, if weights do not fit the configuration and the files tell why.
  func reason(for error: any Error, _ checkpoint: Checkpoint? = nil) -> TransformerError? {
    switch error {
    case TransformerError.missingTensor, TransformerError.wrongShape,
      TransformerError.wrongElementType, TensorError.unknownElementType, TensorError.refusedGlobal:
      break
    default: return nil
    }
    if let method = quantisationMethod { return .quantised(method: method, path: path) }
    if let checkpoint, let method = checkpoint.quantisation {
      return .quantised(method: method, path: checkpoint.path)
    }
    return ownCode.map { .ownCode($0, path: path) }
  }
}
