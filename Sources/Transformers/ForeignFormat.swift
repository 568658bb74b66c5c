import Files

/// A format of weights that other programs read and this one does not.
public enum ForeignFormat: String, CaseIterable, Sendable {
  case onnx, flax, tensorFlow, openVINO, original, pipeline

  /// By the name of a file, such as `tf_model.h5`.
  public init?(fileName: String) {
    let name = fileName.lowercased()
    func ends(_ endings: String...) -> Bool { endings.contains(where: name.hasSuffix) }
    if ends(".onnx", ".onnx_data") {
      self = .onnx
    } else if ends(".msgpack") {
      self = .flax
    } else if ends(".h5", ".hdf5", ".keras", ".tflite") || name == "saved_model.pb"
      || name.contains(".ckpt") && ends(".index", ".meta")
    {
      self = .tensorFlow
    } else if name.hasPrefix("openvino") && ends(".xml", ".bin") {
      self = .openVINO
    } else if name.hasPrefix("consolidated") && ends(".pth", ".safetensors") {
      self = .original
    } else if name == "model_index.json" {
      self = .pipeline
    } else {
      return nil
    }
  }

  /// By a file's first bytes, or else its name.
  public init?(_ file: FileBytes) {
    if file.bytes.starts(with: [0x89] + "HDF\r\n".utf8 + [0x1A, 0x0A]) {
      self = .tensorFlow
    } else {
      self.init(fileName: file.path.split(separator: "/").last.map(String.init) ?? "")
      // What another program writes for this one is called as anyone likes.
      guard [.onnx, .flax, .tensorFlow].contains(self) else { return nil }
    }
  }

  /// Completes "FILE: ".
  var meaning: String {
    switch self {
    case .onnx: "a model in ONNX"
    case .flax: "weights of Flax"
    case .tensorFlow: "weights of TensorFlow"
    case .openVINO: "a model of OpenVINO"
    case .original: "weights as their authors published them"
    case .pipeline: "a pipeline of several models"
    }
  }

  /// Completes "which is not read: ".
  var wayOut: String {
    switch self {
    case .onnx, .openVINO:
      "give the folder that it was exported from, with model.safetensors or pytorch_model.bin"
    case .flax:
      "save it for PyTorch, in Python with transformers 4: from_pretrained(…, from_flax=True).save_pretrained(…)"
    case .tensorFlow:
      "save it for PyTorch, in Python with transformers 4: from_pretrained(…, from_tf=True).save_pretrained(…)"
    case .original:
      "give a folder in Hugging Face layout, with config.json and model.safetensors; transformers has a script that makes one"
    case .pipeline:
      "give the folder of one of them, such as text_encoder"
    }
  }
}

extension ModelFiles {
  /// Whether there is something else in the place of a configuration: loading says what.
  public var holdsSomethingElse: Bool {
    do {
      return try find(ModelConfiguration.fileName) == nil && whatIsThereInstead() != nil
    } catch {
      return true
    }
  }

  /// The error about what is in the place of a configuration or of weights: an adapter, or weights in a foreign format.
  func whatIsThereInstead() throws -> TransformerError? {
    let names = try names
    if names.contains(AdapterSettings.fileName) { return try adapter() }
    // The files of an export have a folder of their own.
    let parts = names.contains("onnx") ? names + ["onnx/model.onnx"] : names
    for format in ForeignFormat.allCases {
      if let name = parts.first(where: { ForeignFormat(fileName: $0) == format }) {
        return .foreignWeights(format, path: path(of: name))
      }
    }
    return nil
  }

  private func adapter() throws -> TransformerError {
    _ = try AdapterSettings(self)
    return .adapter(base: try adapterBase?.name, path: location)
  }
}
