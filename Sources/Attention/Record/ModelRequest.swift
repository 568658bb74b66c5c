/// A text to run a model on. A new text takes the place of ids.
public struct ModelRequest: Equatable, Sendable {
  public var text: String { didSet { inputIDs = nil } }
  /// The second sentence.
  public var pair: String?
  /// What the decoder of an encoder-decoder reads; nil for what the model writes itself.
  public var target: String? { didSet { decoderInputIDs = nil } }
  /// The tokens themselves, instead of a text and its pair.
  public var inputIDs: [Int]?
  /// The tokens that the decoder reads, instead of a target.
  public var decoderInputIDs: [Int]?
  /// What heads are made to do otherwise.
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

/// How many layers of a model have run.
public struct RunProgress: Equatable, Sendable {
  public let finished: Int
  public let total: Int

  public init(finished: Int, total: Int) {
    self.finished = finished
    self.total = total
  }
}
