import Files

/// The configuration's description of the weights' quantisation.
struct QuantisationSettings: Sendable {
  let method: Method
  let path: String
  private let object: JSONValue

  /// The methods that are read, by `quant_method`.
  enum Method: String, Sendable {
    case fp8
    case fbgemmFP8 = "fbgemm_fp8"
    case modelopt
    case compressedTensors = "compressed-tensors"
    case gptq
    case awq
    case bitsandbytes
  }

  /// nil where the weights are not quantised, or by a method that is not read.
  init?(_ configuration: ModelConfiguration, _ files: ModelFiles) throws(FileError) {
    if let value = configuration.quantisation {
      guard let name = configuration.quantisationName, let method = Method(rawValue: name) else {
        return nil
      }
      (self.method, object, path) = (method, value, configuration.path)
      return
    }
    // As the first programs for GPTQ have written it.
    guard let file = try files.find("quantize_config.json") else { return nil }
    (method, object, path) = (.gptq, try JSONDocument(file).root, file.path)
  }

  subscript(key: String) -> JSONValue? { object[key].flatMap { $0.isNull ? nil : $0 } }

  /// The groups of matrices that compressed-tensors tells apart: how their weights are quantised.
  var groups: [JSONValue] {
    self["config_groups"]?.object?.compactMap { $0.value["weights"] } ?? []
  }

  /// The numbers of lines and columns that share a scale, where that is said: GPTQ's and AWQ's groups have no lines.
  var blockSize: (lines: Int, columns: Int)? {
    let sizes =
      self["weight_block_size"]?.array
      ?? groups.lazy.compactMap { $0["block_structure"]?.array }.first
    guard let sizes, sizes.count == 2, let lines = sizes[0].integer, let columns = sizes[1].integer,
      lines > 0, columns > 0
    else { return nil }
    return (lines, columns)
  }

  /// - Throws: `quantised` for a variant of the method that is not read.
  func requireKnownVariant() throws(TransformerError) {
    func refuse(_ key: String, _ value: JSONValue?) -> TransformerError {
      .quantised(
        method: "\(name) with \"\(key)\": \(value?.string.map { "\"\($0)\"" } ?? "…")", path: path)
    }
    func require(_ key: String, _ known: [String]) throws(TransformerError) {
      guard let value = self[key] else { return }
      guard let text = value.string?.lowercased(), known.contains(text) else {
        throw refuse(key, value)
      }
    }
    switch method {
    case .gptq: try require("checkpoint_format", ["gptq", "gptq_v2"])
    case .awq:
      try require("version", ["gemm"])
      try require("backend", ["autoawq", "gemm"])
    case .compressedTensors:
      try require(
        "format",
        [
          "dense", "naive-quantized", "int-quantized", "float-quantized", "pack-quantized",
          "nvfp4-pack-quantized", "mxfp4-pack-quantized", "mixed-precision",
        ])
      for key in ["sparsity_config", "transform_config"] {
        guard let value = self[key], value.object?.isEmpty == false else { continue }
        if value["format"]?.string == "dense" { continue }
        throw refuse(key, value["format"])
      }
    case .fp8, .fbgemmFP8, .modelopt, .bitsandbytes: break
    }
  }

  /// The method as its authors write it.
  var name: String { Self.name(of: method.rawValue) }

  static func name(of method: String) -> String {
    let acronyms = ["gptq", "awq", "fp8", "mxfp4", "hqq", "aqlm", "eetq", "vptq"]
    return acronyms.contains(method) ? method.uppercased() : method
  }
}
