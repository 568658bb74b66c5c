import Files
import TestSupport

@testable import Tokenizers

extension ModelFiles {
  /// Files that are in memory only.
  init(_ files: [String: String]) {
    self.init(
      builtIn: "test",
      files: files.reduce(into: [:]) { result, file in
        result[file.key] = FileBytes(name: file.key, Array(file.value.utf8))
      })
  }
}

/// A tokenizer.json whose parts can be exchanged.
struct SmallTokenizer {
  var normalizer = "null"
  var preTokenizer = #"{"type": "WhitespaceSplit"}"#
  var postProcessor = "null"
  var decoder = "null"
  var addedTokens: [String] = []
  var model = """
    {"type": "WordPiece", "unk_token": "?", "continuing_subword_prefix": "##",
     "max_input_chars_per_word": 9, "vocab": {"?": 0, "a": 1, "b": 2, "##b": 3, "ab": 4}}
    """

  var json: String {
    """
    {"version": "1.0", "truncation": null, "padding": null,
     "added_tokens": [\(addedTokens.joined(separator: ","))], "normalizer": \(normalizer),
     "pre_tokenizer": \(preTokenizer), "post_processor": \(postProcessor),
     "decoder": \(decoder), "model": \(model)}
    """
  }

  func load() throws -> Tokenizer { try Tokenizer(ModelFiles(["tokenizer.json": json])) }

  static func added(_ content: String, id: Int = 9, _ flags: String...) -> String {
    let settings = ["single_word", "lstrip", "rstrip", "normalized", "special"].map {
      "\"\($0)\": \(flags.contains($0))"
    }
    return "{\"id\": \(id), \"content\": \"\(content)\", \(settings.joined(separator: ", "))}"
  }
}

/// Text that is equal scalar by scalar only: `String` takes canonically equivalent texts for equal.
struct ExactText: Equatable, ExpressibleByStringLiteral, CustomStringConvertible {
  var description: String

  init(_ text: String) { description = text }
  init(stringLiteral text: String) { description = text }

  static func == (a: ExactText, b: ExactText) -> Bool {
    a.description.unicodeScalars.elementsEqual(b.description.unicodeScalars)
  }
}

/// What a normalizer makes of a text, and where each scalar comes from, as `a0-1 b1-2`.
func normalized(_ text: String, by normalizer: String) throws -> ExactText {
  let file = FileBytes(name: "test", Array(normalizer.utf8))
  var text = AlignedText(text)
  try Setting(file).normalizer().normalize(&text)
  let parts = text.indices.map { index in
    let source = text.source(of: index..<index + 1)
    return "\(text.scalars[index])\(source.start)-\(source.end)"
  }
  return ExactText(parts.joined(separator: " "))
}
