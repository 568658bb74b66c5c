import Files

/// The start and the end of a decoder that generates, from `generation_config.json` or `config.json`.
struct GenerationSettings: Sendable {
  /// The decoder's first id; nil if the files leave it to the caller.
  let startID: Int?
  /// The id behind the first, whatever the model expects (a language).
  let forcedFirstID: Int?
  let endIDs: Set<Int>
  /// Ids that are never generated.
  let forbiddenIDs: Set<Int>
  /// So many ids the decoder reads at most.
  let lengthLimit: Int

  /// For files that give none. transformers would stop after 20, in the middle of most sentences.
  static let defaultLengthLimit = 64
  /// Whatever the files say: a text that does not end by itself is of no use to look at.
  static let largestLengthLimit = 512

  /// - Parameters:
  ///   - positionCount: The decoder's.
  ///   - startID: The default of the reference's configuration class, as `endID`.
  init(
    _ configuration: ModelConfiguration, positionCount: Int, startID: Int? = nil, endID: Int
  ) throws(TransformerError) {
    func id(_ key: String) throws(TransformerError) -> Int? {
      try configuration.generationSetting(key, "a whole number", \.integer)
    }
    self.startID = try id("decoder_start_token_id") ?? startID
    forcedFirstID = try id("forced_bos_token_id")
    let ends = try configuration.generationSetting(
      "eos_token_id", "a whole number or a list of them"
    ) { value in
      value.integer.map { [$0] } ?? value.array?.compactMap(\.integer)
    }
    endIDs = Set(ends ?? [endID])
    // Longer sequences of forbidden ids depend on what came before; no checkpoint is known to need them.
    let forbidden = try configuration.generationSetting("bad_words_ids", "a list of lists") {
      $0.array?.map { $0.array?.compactMap(\.integer) ?? [] }
    }
    forbiddenIDs = Set((forbidden ?? []).filter { $0.count == 1 }.flatMap(\.self))
    let length = try id("max_length") ?? Self.defaultLengthLimit
    let clamped = max(1, min(length, positionCount, Self.largestLengthLimit))
    // The last place is the end's, and that is not read.
    let endsByForce = try id("forced_eos_token_id") != nil
    lengthLimit = endsByForce ? max(1, clamped - 1) : clamped
  }

  /// The ids that a decoder reads in greedy generation: the start, and what it generated up to the end.
  ///
  /// - Parameters:
  ///   - firstID: Instead of the one that the files force.
  ///   - write: Feeds one id to the decoder, and gives the likeliest next one.
  func greedy(
    from startID: Int, firstID: Int?, write: (Int) throws -> Int
  ) rethrows -> [Int] {
    var ids = [startID]
    while ids.count < lengthLimit {
      var next = try write(ids[ids.count - 1])
      if ids.count == 1, let forced = firstID ?? forcedFirstID { next = forced }
      if endIDs.contains(next) { break }
      ids.append(next)
    }
    return ids
  }
}
