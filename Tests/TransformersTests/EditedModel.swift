import Files
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
}
