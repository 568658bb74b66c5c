import CDemoModels
import Files

/// A model inside the program, to look around without a download. See Examples/demo-models.
public enum DemoModel: String, CaseIterable, Sendable {
  /// 4 layers × 4 heads: 0.1 looks at the next token, 1.3 at the previous one, 1.2 at the other sentence.
  case bert = "demo-bert"
  /// 4 layers × 4 heads: 0.1 looks at the previous token, 1.2 at what followed the same token before.
  case gpt2 = "demo-gpt2"
  /// 2 + 2 layers × 4 heads, which write a date in figures: cross 1.0 looks at what each of them is made from.
  case t5 = "demo-t5"

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
    // With a space in front, the first word is the same token as when it comes again.
    case .gpt2: " moon bridge coat island bell soldier moon bridge coat island bell soldier"
    case .t5: "Anna was born on Tuesday, 14 September 1987 in Paris."
    }
  }

  /// The second sentence that goes with `text`, for models that know pairs.
  public var pair: String? {
    switch self {
    case .bert: "The cat lay on the rug"
    case .gpt2, .t5: nil
    }
  }
}
