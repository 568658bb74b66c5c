import Files
import Tokenizers

/// The settings in the `adapter_config.json` of a LoRA adapter in PEFT's layout (Hu et al., 2021, arXiv:2106.09685).
///
/// The tensors tell which modules are adapted. Keys that are absent take PEFT's defaults, and unknown ones count
/// for nothing: each version writes others.
struct AdapterSettings: Sendable {
  let path: String
  private let rank: Int
  private let alpha: Double
  private let ranks: [Pattern<Int>]
  private let alphas: [Pattern<Double>]
  /// Rank-stabilised: the scale falls with the root of the rank (arXiv:2312.03732).
  private let dividesByRoot: Bool
  /// Modules that are saved whole.
  let wholeModules: Set<String>

  /// The value for the modules with a name, or the end of one, that an expression matches.
  fileprivate struct Pattern<Value: Sendable>: Sendable {
    let expression: WholeExpression
    let value: Value
  }

  static let fileName = "adapter_config.json"

  /// - Throws: `refusedAdapter` for adapters of other kinds than LoRA; a `TokenizerError` for a pattern that is none.
  init(_ files: ModelFiles) throws {
    guard let file = try files.find(Self.fileName) else {
      throw TransformerError.refusedAdapter(
        "no adapter of PEFT's: it has no \(Self.fileName)", path: files.location)
    }
    let settings = Reader(
      root: try JSONDocument(file, allowingNonFinite: true).root, path: file.path)
    guard settings.root.kind == .object else {
      throw TransformerError.notAnObject(path: file.path)
    }
    try settings.refuseOtherKinds()
    path = file.path
    rank = try settings.rank(settings["r"], "r") ?? 8
    alpha = try settings.number(settings["lora_alpha"], "lora_alpha") ?? 8
    dividesByRoot = try settings.flag("use_rslora")
    ranks = try settings.patterns("rank_pattern") { value, key throws(TransformerError) in
      try settings.rank(value, key)
    }
    alphas = try settings.patterns("alpha_pattern") { value, key throws(TransformerError) in
      try settings.number(value, key)
    }
    wholeModules = Set(
      settings["modules_to_save"]?.array?.compactMap(\.string)
        ?? settings["modules_to_save"]?.string.map { [$0] } ?? [])
  }

  /// The rank of a module's update, and what this is multiplied with.
  func rankAndScale(of module: String) throws -> (rank: Int, scale: Float) {
    let rank = try value(of: module, in: ranks) ?? rank
    let alpha = try value(of: module, in: alphas) ?? alpha
    let divisor = dividesByRoot ? Double(rank).squareRoot() : Double(rank)
    return (rank, Float(alpha / divisor))
  }

  /// The first pattern counts that matches.
  private func value<Value>(
    of module: String, in patterns: [Pattern<Value>]
  ) throws(TokenizerError) -> Value? {
    for pattern in patterns {
      if try pattern.expression.matches(module) { return pattern.value }
    }
    return nil
  }
}

/// The values of the file, with the kind that each must have.
private struct Reader {
  let root: JSONValue
  let path: String

  subscript(key: String) -> JSONValue? {
    root[key].flatMap { $0.isNull ? nil : $0 }
  }

  func rank(_ value: JSONValue?, _ key: String) throws(TransformerError) -> Int? {
    guard let value else { return nil }
    guard let rank = value.integer else {
      throw .wrongKind(key: key, expected: "a whole number", found: value.kind, path: path)
    }
    let range = 1...ModelConfiguration.sizeLimit
    guard range.contains(rank) else {
      throw .integerOutOfRange(key: key, value: rank, range: range, path: path)
    }
    return rank
  }

  func number(_ value: JSONValue?, _ key: String) throws(TransformerError) -> Double? {
    guard let value else { return nil }
    guard let number = value.number else {
      throw .wrongKind(key: key, expected: "a number", found: value.kind, path: path)
    }
    return number
  }

  func flag(_ key: String) throws(TransformerError) -> Bool {
    guard let value = self[key] else { return false }
    guard let flag = value.bool else {
      throw .wrongKind(key: key, expected: "true or false", found: value.kind, path: path)
    }
    return flag
  }

  func patterns<Value>(
    _ key: String, _ read: (JSONValue, String) throws(TransformerError) -> Value?
  ) throws -> [AdapterSettings.Pattern<Value>] {
    guard let value = self[key] else { return [] }
    guard let members = value.object else {
      throw TransformerError.wrongKind(
        key: key, expected: "an object", found: value.kind, path: path)
    }
    var patterns: [AdapterSettings.Pattern<Value>] = []
    for member in members {
      guard let value = try read(member.value, "\(key).\(member.name)") else { continue }
      let expression = try WholeExpression("(.*\\.)?(\(member.name))", file: path)
      patterns.append(AdapterSettings.Pattern(expression: expression, value: value))
    }
    return patterns
  }

  // MARK: What is no plain LoRA

  /// Keys that make something else of it, where they say so, and what that is.
  private static let refused: [(key: String, meaning: String)] = [
    ("use_dora", "DoRA, which also learns how long the columns of weights are"),
    ("use_qalora", "QA-LoRA, which takes inputs together"),
    ("use_bdlora", "BD-LoRA, whose matrices are in blocks"),
    ("layer_replication", "an adapter of a deeper model, made of repeated layers"),
    ("alora_invocation_tokens", "aLoRA, which acts only behind certain tokens"),
    ("trainable_token_indices", "an adapter with vectors of its own for some tokens"),
    ("target_parameters", "an adapter of single parameters, such as those of experts"),
    ("arrow_config", "Arrow, which chooses among several adapters"),
    ("kasa_config", "KaSA, which also learns singular values"),
    ("monteclora_config", "MonteCLoRA, which draws its weights"),
  ]

  /// Ways to begin that take something off the base's weights.
  private static let changingStarts = ["pissa", "olora", "corda", "loftq", "lora_ga"]

  private static let wayOut =
    "merge it first, in Python with PEFT's merge_and_unload(), save that, and give its folder"

  func refuseOtherKinds() throws(TransformerError) {
    guard let type = self["peft_type"]?.string else { throw .missingKey("peft_type", path: path) }
    guard type == "LORA" else {
      let isOfTokens =
        type.contains("PROMPT") || ["P_TUNING", "PREFIX_TUNING", "CPT"].contains(type)
      throw .refusedAdapter(
        isOfTokens
          ? "an adapter of kind \(type), which puts vectors in front of a text instead of changing weights, and is not read: let Python run it and save its attention, and open the file"
          : "an adapter of kind \(type), which is not read, only LoRA is: \(Self.wayOut)",
        path: path)
    }
    for (key, meaning) in Self.refused {
      guard let value = self[key], value.bool != false, value.array?.isEmpty != true,
        value.object?.isEmpty != true
      else { continue }
      throw .refusedAdapter(
        "\"\(key)\" says that this is \(meaning): \(Self.wayOut)", path: path)
    }
    if let start = self["init_lora_weights"]?.string,
      Self.changingStarts.contains(where: start.lowercased().hasPrefix)
    {
      throw .refusedAdapter(
        "\"init_lora_weights\" is \"\(start)\", which changes the base's weights too: \(Self.wayOut)",
        path: path)
    }
  }
}
