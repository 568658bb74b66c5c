import ArgumentParser
import Explorer
import Files

/// MODEL and TEXT, as every subcommand takes them.
struct InputOptions: ParsableArguments {
  @Argument(help: "A checkpoint folder in Hugging Face layout, or a built-in model.")
  var model: String?

  @Argument(help: "The text; - reads it from standard input.")
  var text: String?

  @Option(help: "The second sentence, for models that take pairs.")
  var pair: String?

  @Option(help: "The decoder's text, for encoder-decoders; without it, the model writes its own.")
  var target: String?

  @Flag(help: "Feed the decoder its start and the target without the last token, as in training.")
  var shiftTarget = false

  @Option(help: ArgumentHelp("The text's language, for translation models.", valueName: "code"))
  var sourceLang: String?

  @Option(help: ArgumentHelp("The target's language, for translation models.", valueName: "code"))
  var targetLang: String?

  @Option(help: ArgumentHelp("Read the text from a file.", valueName: "path"))
  var file: String?

  @Option(help: ArgumentHelp("Use at most this many processor cores.", valueName: "count"))
  var threads: Int?

  @Flag(help: "Write the time of each phase, and the peak memory, to standard error.")
  var timings = false

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
    if file != nil, text != nil { throw ValidationError("give TEXT or --file, not both") }
  }

  /// What to run the model on.
  func request(_ text: String) -> ModelRequest {
    ModelRequest(text: text, pair: pair, target: target)
  }

  /// The name of the model, which has to be there.
  func requiredModel() throws -> String {
    guard let model else {
      throw ProgramError.usage(
        "which model? Give a checkpoint folder, or try \"bertviz-tui demo\"")
    }
    return model
  }

  /// The text from wherever it comes; nil where none was given.
  func readText() throws -> String? {
    if let file {
      return try Self.decode(FileBytes(mapping: file).contents, from: file)
    }
    guard text == "-" else { return text }
    return try Self.decode(StandardInput.read(), from: "standard input")
  }

  /// The lines of the file or of standard input, each of them a text.
  func lines() throws -> TextLines {
    if let file { return try TextLines(path: file) }
    guard text == "-" else {
      throw ProgramError.usage("--each-line reads --file F, or standard input for -")
    }
    return .standardInput()
  }

  /// Text has to be UTF-8: a guess would show tokens that the model did not see. The newline that ends a
  /// file is not part of the text.
  private static func decode(_ bytes: [UInt8], from source: String) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ProgramError("\(source): not UTF-8 text; convert it first, for example with iconv")
    }
    if text.hasSuffix("\r\n") { return String(text.dropLast()) }
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
}
