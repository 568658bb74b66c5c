import CDemoModels
import Files

/// A model inside the program, to look around without a download. See Examples/demo-models.
public enum DemoModel: String, CaseIterable, Sendable {
  /// 4 layers × 4 heads: 0.1 looks at the next token, 1.3 at the previous one, 1.2 at the other sentence.
  case bert = "demo-bert"

  public var files: ModelFiles {
    var count = 0
    let start = demo_files(&count)
    var files: [String: FileBytes] = [:]
    for file in UnsafeBufferPointer(start: start, count: count)
    where String(cString: file.model) == rawValue {
      let name = String(cString: file.name)
      files[name] = FileBytes(
        name: "\(rawValue)/\(name)",
        static: UnsafeRawBufferPointer(start: file.bytes, count: file.size))
    }
    return ModelFiles(builtIn: rawValue, files: files)
  }

  /// A text on which the model's heads show what they do.
  public var text: String {
    switch self {
    case .bert: "The cat sat on the mat"
    }
  }

  /// The second sentence that goes with `text`, for models that know pairs.
  public var pair: String? {
    switch self {
    case .bert: "The cat lay on the rug"
    }
  }
}
