import Attention
import TerminalUI

/// Everything the screen shows can be derived from this.
public struct ExplorerState: Sendable {
  public var record: AttentionRecord {
    didSet {
      if record.run != oldValue.run { caches = Caches() }
    }
  }
  /// What the record was made from; nil for attention from a file, which cannot be run again.
  public var request: ModelRequest?
  public var view: ViewKind
  public var selection: Selection
  public var display = Display()
  public var overlay: Overlay?
  /// Said once at the bottom, until the next key.
  public var message: Message?
  public var scroll = Scroll()
  public var width: Int
  public var height: Int
  public let keyMap: KeyMap
  /// Requests to go back to.
  var past: [ModelRequest] = []
  /// The request whose answer is waited for.
  var awaited: ModelRequest?
  /// Why the latest request was not answered.
  public internal(set) var failure: ModelFailure?
  /// How far the model is with it; nil at first.
  var runProgress: RunProgress?
  /// Of the latest request.
  var requestNumber = 0
  var searchText = ""
  /// Whether its hits are marked.
  var marksHits = false
  /// Where the search that is being typed began.
  var beforeSearch: (selection: Selection, scroll: Scroll)?
  /// What was chosen of each side, while filters and the like show another token for it.
  var wishes: [Selection.Side: Wish] = [:]
  /// Where to begin once all layers have run, as long as nobody has done anything.
  var opening: Opening?
  /// The pair as it was left last.
  var settledPair = SettledPair(Selection())
  /// Whether the other token was chosen, so that it stays where it is when the near one moves.
  var isFarTokenChosen = false
  /// What the latest step from peak to peak led to.
  var lastPeak: Selection?
  /// The view that the latest click went to.
  var clickedView: ViewKind?
  /// Commands given so far, the latest last.
  var history: [String] = []
  /// What was made of this record lately.
  private(set) var caches = Caches()

  /// Something over or instead of the view that takes the keys.
  public enum Overlay: Equatable, Sendable {
    case help(Help)
    case prompt(Prompt)
    /// Asks whether to replace the file at a path.
    case replacing(path: String)
  }

  public struct Message: Equatable, Sendable {
    public let text: String
    public let isError: Bool

    init(text: String, isError: Bool) {
      self.text = text
      self.isError = isError
    }

    /// What a person should know of a record; nil where there is nothing.
    init?(notesOf record: AttentionRecord) {
      guard !record.notes.isEmpty else { return nil }
      self.init(text: record.notes.joined(separator: "; "), isError: false)
    }
  }

  /// The first visible item of each list.
  public struct Scroll: Equatable, Sendable {
    public var queries = 0
    public var keys = 0
    /// Whether the other token of the head view may go out of sight: until it moves by itself.
    public var followsCursorOnly = true
    public var layers = 0
    public var heads = 0
  }

  struct Wish: Equatable, Sendable {
    var chosen: Int
    var shown: Int
  }

  /// - Parameter progress: How far the model is with the request, which has the number 0; nil if it is done.
  public init(
    record: AttentionRecord, request: ModelRequest?, progress: RunProgress? = nil,
    view: ViewKind = .head, width: Int, height: Int, keyMap: KeyMap = .standard
  ) {
    self.record = record
    self.request = request
    runProgress = progress
    awaited = progress == nil ? nil : request
    self.view = view
    self.width = width
    self.height = height
    self.keyMap = keyMap
    selection = Selection()
    selection.activeHeads = Set(0..<record.stacks[0].layers[0].headCount)
    message = Message(notesOf: record)
  }

  public var isRunning: Bool { awaited != nil }

  /// Whether this is the request whose answer is waited for.
  public func isAwaiting(_ number: Int) -> Bool { isRunning && number == requestNumber }

  /// What is said while the model runs: that it does, and how far it is, if that is known.
  var runningText: String? {
    guard isRunning else { return nil }
    return runProgress.map { "running: layer \($0.finished) of \($0.total)" } ?? "running"
  }

  /// Whether layers are missing because the pass ended before them.
  public var isIncomplete: Bool {
    !isRunning && record.stacks.contains { $0.layers.count < $0.layerCount }
  }

  /// How many layers have run; nil where all have.
  package var ranLayersText: String? {
    stack.layers.count < stack.layerCount
      ? "\(stack.layers.count) of \(stack.layerCount) layers ran" : nil
  }

  /// What is said of layers that have not run.
  func missingText(_ numbers: [Int]) -> String {
    let layers = (numbers.count == 1 ? "layer " : "layers ") + NumberList.text(of: numbers)
    guard isRunning else { return layers + " did not run" }
    return layers + (numbers.count == 1 ? " has not run yet" : " have not run yet")
  }

  public var stack: AttentionStack { record.stacks[selection.stack] }
  public var layer: LayerAttention { stack.layers[selection.layer] }

  /// The active heads that are kept of the layer, in order.
  public var activeHeads: [Int] { keptHeads.filter(selection.activeHeads.contains) }

  public var queryAxis: TokenAxis { axis(.query, segment: display.filter.querySegment) }
  public var keyAxis: TokenAxis { axis(.key, segment: display.filter.keySegment) }

  private func axis(_ side: Selection.Side, segment: Int?) -> TokenAxis {
    let key = Caches.AxisKey(
      stack: selection.stack, side: side, segment: segment, hidesSpecials: display.hidesSpecials,
      mergesWords: display.mergesWords && view.mergesWords, isRaw: display.showsRawTokens,
      glyphs: display.glyphs)
    return caches.axes.value(for: key) {
      TokenAxis(
        side == .query ? stack.queries : stack.keys, segment: segment,
        hidesSpecials: key.hidesSpecials, mergesWords: key.mergesWords, isRaw: key.isRaw,
        glyphs: key.glyphs)
    }
  }

  public var slice: AttentionSlice {
    AttentionSlice(
      record: record, stack: selection.stack, layer: selection.layer, queries: queryAxis,
      keys: keyAxis, scale: display.scale)
  }

  /// Whether the model has two sides, each with a text of its own.
  ///
  /// Of a model that runs, the encoder alone tells; a file can hold no more than that.
  public var isEncoderDecoder: Bool {
    record.stacks.contains { $0.kind == .cross || (request != nil && $0.kind == .encoder) }
  }

  /// Whether the input is a pair of sentences, so that the filter means something.
  public var isPair: Bool {
    stack.kind != .cross && stack.queries.contains { $0.segment == 1 }
  }
}

extension ExplorerState {
  /// What the model predicts at the cursor's token, or at the first one where it predicts; nothing where these
  /// tokens are not on the screen.
  var predictionItems: [FrameItem] {
    // An encoder-decoder predicts behind its target.
    guard stack.kind != .encoder else { return [] }
    let atCursor = record.predictions.filter { $0.position == selection.query }
    let first = record.predictions.first?.position
    let shown = atCursor.isEmpty ? record.predictions.filter { $0.position == first } : atCursor
    guard let position = shown.first?.position else { return [] }
    let texts = shown.prefix(frame.isBig ? 3 : 1).map {
      let label = TokenAxis.label($0.token, isRaw: display.showsRawTokens, display.glyphs)
      return "\(label) \(NumberText.weight($0.probability))"
    }
    return [.labelled("predicts at \(position)", texts.joined(separator: "  "))]
  }
}

extension ExplorerState {
  /// The key of a binding, for texts that tell what to press.
  public func label(of binding: String) -> String { keyMap.label(of: binding, display.glyphs) }

  /// Shows `text` at the bottom until the next key.
  public mutating func say(_ text: String?) {
    message = text.map { Message(text: $0, isError: false) }
  }
}
