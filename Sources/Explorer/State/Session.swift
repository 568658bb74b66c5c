import Attention

/// The requests to the model, and the record that it answered with.
public struct Session: Sendable {
  public var record: AttentionRecord {
    didSet {
      guard record.run != oldValue.run else { return }
      caches = Caches()
      findings = Findings()
    }
  }
  /// The command line's name of the model or the file; nil where it has none.
  public internal(set) var source: String?
  /// The options beside it.
  var options: [String] = []
  /// The place that is waited for.
  var opening: Bookmark?
  /// The origin of the record; nil for attention from a file, which cannot be run again.
  public var request: ModelRequest?
  /// Requests to go back to.
  var past: [ModelRequest] = []
  /// The request whose answer is waited for.
  var awaited: ModelRequest?
  /// The reason why the latest request was not answered.
  public internal(set) var failure: ModelFailure?
  /// The progress of the model; nil at first.
  var runProgress: RunProgress?
  /// The last request without interventions, and what the model predicted then.
  private var unchanged: (request: ModelRequest, predictions: [Prediction])?
  /// The run that the one on the screen is compared with.
  public internal(set) var compared: ComparedRun?
  /// The same, once the place that is waited for is open.
  var comparedOnceOpen: ComparedRun?
  /// Of the latest request.
  var requestNumber = 0
  /// Costly things that were made of this record lately.
  private(set) var caches = Caches()
  /// The questions asked of the run beyond its record, and their answers.
  public internal(set) var findings = Findings()
  /// Of the latest question.
  var questionNumber = 0

  /// - Parameter progress: How far the model is with the request, which has the number 0; nil if it is done.
  init(record: AttentionRecord, request: ModelRequest?, progress: RunProgress?) {
    self.record = record
    self.request = request
    runProgress = progress
    awaited = progress == nil ? nil : request
    rememberUnchanged()
  }

  /// Keeps what the model predicts by itself, for comparison.
  mutating func rememberUnchanged() {
    if let request, request.interventions.isEmpty { unchanged = (request, record.predictions) }
  }

  /// The model's predictions for the same text without interventions; nil where they are not known.
  var unchangedPredictions: [Prediction]? {
    guard var request else { return nil }
    request.interventions = []
    return unchanged.flatMap { $0.request == request ? $0.predictions : nil }
  }

  public var isRunning: Bool { awaited != nil }

  /// Whether this is the request whose answer is waited for.
  public func isAwaiting(_ number: Int) -> Bool { isRunning && number == requestNumber }

  /// The message while the model runs, with its progress if that is known.
  var runningText: String? {
    guard isRunning else { return nil }
    return runProgress.map { "running: layer \($0.finished) of \($0.total)" } ?? "running"
  }

  /// Whether layers are missing because the pass ended before them.
  public var isIncomplete: Bool {
    !isRunning && record.stacks.contains { $0.layers.count < $0.layerCount }
  }

  /// The message about layers that have not run.
  func missingText(_ numbers: [Int]) -> String {
    let layers = (numbers.count == 1 ? "layer " : "layers ") + NumberList.text(of: numbers)
    guard isRunning else { return layers + " did not run" }
    return layers + (numbers.count == 1 ? " has not run yet" : " have not run yet")
  }

  /// Whether the model has two sides, each with a text of its own.
  ///
  /// Of a model that runs, the encoder alone tells; a file can hold no more than that.
  public var isEncoderDecoder: Bool {
    record.stacks.contains { $0.kind == .cross || (request != nil && $0.kind == .encoder) }
  }

  /// The latest request, answered or not; nil for attention from a file.
  var latestRequest: ModelRequest? { awaited ?? request }

  /// Asks for another record.
  mutating func run(_ new: ModelRequest) -> [Effect] {
    awaited = new
    failure = nil
    runProgress = nil
    requestNumber += 1
    return [.run(new, number: requestNumber)]
  }
}
