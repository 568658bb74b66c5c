import Files
import Tensors
import TestSupport
import Testing

extension ModelFiles {
  /// The checkpoint of a folder of fixtures with a change in its configuration.
  static func edited(_ folder: String, _ old: String, _ new: String) throws -> ModelFiles {
    let files = try ModelFiles(folder: Fixtures.path(folder))
    let file = try files.open("config.json")
    let text = withExtendedLifetime(file) { String(decoding: file.bytes, as: UTF8.self) }
    try #require(text.contains(old))
    return ModelFiles(
      builtIn: "edited",
      files: [
        "config.json": FileBytes(name: "config.json", Array(text.replacing(old, with: new).utf8)),
        "model.safetensors": try files.open("model.safetensors"),
      ])
  }

  /// The checkpoint of a folder of fixtures whose tensors have other names, or are left out where there is none.
  static func renamed(_ folder: String, _ name: (String) -> String?) throws -> ModelFiles {
    try rewritten(ModelFiles(folder: Fixtures.path(folder)), name)
  }

  /// The checkpoint of a folder of fixtures with other values in its tensors.
  static func changed(
    _ folder: String, _ change: (_ name: String, _ values: inout [Float]) -> Void
  ) throws -> ModelFiles {
    try rewritten(ModelFiles(folder: Fixtures.path(folder)), { $0 }, change)
  }

  static func rewritten(
    _ files: ModelFiles, _ name: (String) -> String?,
    _ change: (_ name: String, _ values: inout [Float]) -> Void = { _, _ in }
  ) throws -> ModelFiles {
    let stored = try SafetensorsFile(files.open("model.safetensors")).tensors
    let tensors = try stored.values.sorted { $0.name < $1.name }.compactMap { tensor in
      // Numbers of positions, which no model needs, are no floats.
      try tensor.integers != nil
        ? nil
        : name(tensor.name).map {
          var values = try tensor.floats()
          change(tensor.name, &values)
          return TensorSource(name: $0, shape: tensor.shape, values: values)
        }
    }
    var bytes: [UInt8] = []
    try SafetensorsWriter.write(tensors, metadata: [:]) { bytes += $0 }
    return ModelFiles(
      builtIn: "renamed",
      files: [
        "config.json": try files.open("config.json"),
        "model.safetensors": FileBytes(name: "model.safetensors", bytes),
      ])
  }
}
