/// A text to run a model on. A new text takes the place of ids.
public struct ModelRequest: Hashable, Sendable {
  public var text: String { didSet { inputIDs = nil } }
  /// The second sentence.
  public var pair: String?
  /// The input of an encoder-decoder's decoder; nil where the model generates it.
  public var target: String? { didSet { decoderInputIDs = nil } }
  /// The tokens themselves, instead of a text and its pair.
  public var inputIDs: [Int]?
  /// The tokens that the decoder reads, instead of a target.
  public var decoderInputIDs: [Int]?
  /// The changes to heads: ablations, cut edges and patches.
  public var interventions: [Intervention]

  public init(
    text: String = "", pair: String? = nil, target: String? = nil, inputIDs: [Int]? = nil,
    decoderInputIDs: [Int]? = nil, interventions: [Intervention] = []
  ) {
    self.text = text
    self.pair = pair
    self.target = target
    self.inputIDs = inputIDs
    self.decoderInputIDs = decoderInputIDs
    self.interventions = interventions
  }
}

extension ModelRequest {
  /// The text as a note names the run: quoted, and no longer than a line has room for.
  package var name: String {
    guard inputIDs == nil else { return "other ids" }
    let limit = 40
    let text = [text, pair, target].compactMap(\.self).joined(separator: " | ")
    return text.count <= limit ? "\"\(text)\"" : "\"\(text.prefix(limit - 1))…\""
  }
}

/// The number of a model's layers that have run.
public struct RunProgress: Equatable, Sendable {
  public let finished: Int
  public let total: Int

  public init(finished: Int, total: Int) {
    self.finished = finished
    self.total = total
  }
}
