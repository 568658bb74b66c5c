import Files

extension ModelFiles {
  /// The reason why there is no tokenizer, where its files are of a known kind that is not read.
  func foreignTokenizer(configuration: Setting?) throws(TokenizerError) -> TokenizerError? {
    if let error = try ownTokenizer(configuration: configuration) { return error }
    // What cuts its texts into words is a program.
    guard let file = try file("qwen.tiktoken") else { return nil }
    return .foreignVocabulary(file: file.path, library: "tiktoken")
  }

  /// The program that makes the tokens, where the files name one.
  func ownTokenizer(configuration: Setting?) throws(TokenizerError) -> TokenizerError? {
    guard let configuration, let map = configuration["auto_map"].ifPresent else { return nil }
    // Older files have the list alone.
    let list = map.isArray ? map : map["AutoTokenizer"]
    for element in try list.ifPresent?.elements() ?? [] {
      guard let module = try element.ifPresent?.string() else { continue }
      return .ownCode(file: configuration.file, module: module)
    }
    return nil
  }
}

extension FileBytes {
  /// Whether each line is a piece in base64 and its rank, as tiktoken writes them; of the first line at least.
  var isTiktoken: Bool {
    let start = bytes.prefix(1024)
    let line = start.prefix { $0 != UInt8(ascii: "\n") }
    let parts = line.split(separator: UInt8(ascii: " "))
    return parts.count == 2 && line.count < start.count && Base64.bytes(parts[0]) != nil
      && parts[1].allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
  }
}
