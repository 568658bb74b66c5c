import DemoModels
import Files
import Tensors

@testable import Runs

extension LoadedModel {
  /// The built-in GPT-2 with other numbers.
  static func changed(
    _ edit: (_ name: String, _ values: inout [Float]) -> Void
  ) throws -> LoadedModel {
    let files = DemoModel.gpt2.files
    let stored = try SafetensorsFile(files.open("model.safetensors")).tensors.values
    var bytes: [UInt8] = []
    try SafetensorsWriter.write(
      stored.sorted { $0.name < $1.name }.map { tensor in
        var values = try tensor.floats()
        edit(tensor.name, &values)
        return TensorSource(name: tensor.name, shape: tensor.shape, values: values)
      }, metadata: [:]
    ) { bytes += $0 }
    var parts = ["model.safetensors": FileBytes(name: "model.safetensors", bytes)]
    for name in ["config.json", "tokenizer.json"] { parts[name] = try files.open(name) }
    return try LoadedModel(ModelFiles(builtIn: "changed", files: parts))
  }
}
