import Files

/// An error in a tokenizer's files, or in asking for what it cannot do.
public enum TokenizerError: Error, Equatable, Sendable, CustomStringConvertible {
  case file(FileError)
  /// None of the files is there.
  case absent(folder: String, lookedFor: [String])
  /// `place` is a path of keys, such as `normalizer.lowercase`.
  case wrongValue(file: String, place: String, expected: String, found: String)
  /// `stage` is what the library calls it: normalizer, pre_tokenizer, model, …
  case unsupported(file: String, stage: String, type: String)
  /// The vocabulary is made for a class of `transformers` that is not known here, or for none that the files name.
  case unsupportedClass(String?, file: String)
  /// The tokenizer is a program in the model's own folder.
  case ownCode(file: String, module: String)
  /// A vocabulary in the format of another library.
  case foreignVocabulary(file: String, library: String)
  case notUTF8(file: String)
  case emptyVocabulary(file: String)
  case vocabularyTooLarge(file: String, maximum: Int)
  /// A token that the files name, and need, is not in the vocabulary.
  case tokenNotInVocabulary(file: String, token: String)
  /// A merge whose result is not in the vocabulary.
  case mergeNotInVocabulary(file: String, merge: String, token: String)
  /// The text has a word that no entry spells, and the vocabulary has no token for that.
  case noUnknownToken(token: String)
  /// The text has a character that no entry spells, and the files name no token for that.
  case noUnknownPiece
  /// A vocabulary entry is longer than any that means well.
  case tokenTooLong(file: String, maximum: Int)
  case notSentencePiece(file: String)
  /// Its normalizers replace parts of the text by ever longer ones.
  case textGrowsTooLong
  case wrongPattern(file: String, pattern: String, problem: String)
  /// Its regular expression would keep the program busy for too long.
  case patternTooSlow(file: String, pattern: String)
  /// The tokenizer has no rule for joining two sentences.
  case noPairs(file: String)
  /// The tokenizer has no token for this language, but for those of `languages`.
  case unknownLanguage(String, languages: [String])
  /// A language was asked for, and the tokenizer has no tokens for languages.
  case noLanguages(file: String)
  /// The decoder's text needs a language, and the files name none.
  case noTargetLanguage(languages: [String])
  /// `maximum` leaves no room for the tokens that surround every text.
  case tooFewTokens(maximum: Int, specialCount: Int)

  public var description: String {
    switch self {
    case .file(let error):
      error.description
    case .absent(let folder, let names):
      "\(folder): no tokenizer: looked for \(names.joined(separator: ", ")); "
        + "--tokenizer names the folder that has one"
    case .wrongValue(let file, let place, let expected, let found):
      "\(file): \(place.isEmpty ? "" : "\(place): ")expected \(expected), found \(found)"
    case .unsupported(let file, let stage, let type):
      "\(file): \(stage) of type \"\(type)\" is not supported"
    case .unsupportedClass(let name?, let file):
      "\(file): made for \(name), which is not supported; \(Self.wayOut)"
    case .unsupportedClass(nil, let file):
      "\(file): the files do not say for which tokenizer it is made: tokenizer_class in "
        + "tokenizer_config.json names that"
    case .ownCode(let file, let module):
      "\(file): the tokenizer is a program of the model's own, \(module), and is not run; "
        + Self.wayOut
    case .foreignVocabulary(let file, let library):
      "\(file): a vocabulary of \(library), which is not read; save_pretrained() of transformers' "
        + "AutoTokenizer writes it as tokenizer.json, and --tokenizer names the folder"
    case .notUTF8(let file):
      "\(file): not UTF-8 text"
    case .emptyVocabulary(let file):
      "\(file): the vocabulary is empty"
    case .vocabularyTooLarge(let file, let maximum):
      "\(file): the vocabulary has more than \(maximum) tokens"
    case .tokenNotInVocabulary(let file, let token):
      "\(file): the token \"\(token)\" is not in the vocabulary"
    case .mergeNotInVocabulary(let file, let merge, let token):
      "\(file): the merge \"\(merge)\" needs the token \"\(token)\", which is not in the vocabulary"
    case .noUnknownToken(let token):
      "the text has a word that the vocabulary cannot spell, and the token for unknown words, "
        + "\"\(token)\", is not in the vocabulary"
    case .noUnknownPiece:
      "the text has a character that the vocabulary cannot spell, and the tokenizer has no token for "
        + "unknown text"
    case .tokenTooLong(let file, let maximum):
      "\(file): a token is longer than \(maximum) bytes"
    case .notSentencePiece(let file):
      "\(file): not a sentencepiece model"
    case .textGrowsTooLong:
      "the tokenizer's normalizer makes the text too long"
    case .wrongPattern(let file, let pattern, let problem):
      "\(file): the regular expression \(Self.quoted(pattern)) cannot be used: \(problem)"
    case .patternTooSlow(let file, let pattern):
      "\(file): the regular expression \(Self.quoted(pattern)) takes too long on this text"
    case .noPairs(let file):
      "\(file): the post_processor does not say how to join two sentences"
    case .unknownLanguage(let language, let languages):
      "no language \"\(language)\": the tokenizer has \(languages.joined(separator: ", "))"
    case .noLanguages(let file):
      "\(file): the tokenizer has no tokens for languages"
    case .noTargetLanguage(let languages):
      "the decoder's text needs a language: --target-lang with one of "
        + languages.joined(separator: ", ")
    case .tooFewTokens(let maximum, let specialCount):
      "\(maximum) tokens are too few: \(specialCount) special tokens surround the text"
    }
  }

  private static let wayOut =
    "transformers makes the ids, and --input-ids takes them instead of a text"

  /// Enough of a pattern to know it by.
  private static func quoted(_ pattern: String) -> String {
    pattern.count <= 40 ? "\"\(pattern)\"" : "\"\(pattern.prefix(40))…\""
  }
}
