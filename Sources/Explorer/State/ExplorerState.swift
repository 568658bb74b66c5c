import Attention
import TerminalUI

/// Everything the screen shows can be derived from this.
///
/// The members of its session, viewport and input can be named as its own: `state.record`.
@dynamicMemberLookup
public struct ExplorerState: Sendable {
  public var session: Session
  public var view: ViewKind
  public var selection = Selection()
  public var display = Display()
  public var viewport: Viewport
  public var input = Input()
  public var ablation = AblationSettings()
  /// What many texts say of heads; nil where nobody gave it.
  public var evidence: TextEvidence?
  /// The list that was asked for.
  public var panel: Panel?
  var pair = PairMemory()
  /// Whether the output view has still to choose where it begins.
  var choosesPart = true
  /// The place to begin once all layers have run, as long as nobody has done anything.
  var opening: Opening?
  /// Whether the model is quick enough to be asked at every key.
  public var answersAtOnce = false
  /// The state before the text that is being typed.
  var typing: Preview?
  /// The progress of a person in a tour.
  public var tour: Tour.Progress?
  /// The other places that can be opened; nil as long as nobody has asked.
  var choices: [Choice]?
  var isListing = false
  public let keyMap: KeyMap

  /// - Parameters:
  ///   - progress: How far the model is with the request, which has the number 0; nil if it is done.
  ///   - source: What the command line calls the model or the file; nil where it has no name.
  ///   - options: Those beside it, to open it so again.
  public init(
    record: AttentionRecord, request: ModelRequest?, progress: RunProgress? = nil,
    source: String? = nil, options: [String] = [], view: ViewKind = .head, width: Int,
    height: Int, keyMap: KeyMap = .standard
  ) {
    session = Session(record: record, request: request, progress: progress)
    session.source = source
    session.options = options
    self.view = view
    viewport = Viewport(width: width, height: height)
    self.keyMap = keyMap
    selection.activeHeads = Set(0..<record.stacks[0].layers[0].headCount)
    input.message = Input.Message(notesOf: record)
    if let replacement = record.interventions.ablations.first?.replacement {
      ablation.replacement = replacement
    }
  }

  public subscript<Value>(dynamicMember member: KeyPath<Session, Value>) -> Value {
    session[keyPath: member]
  }

  public subscript<Value>(dynamicMember member: WritableKeyPath<Session, Value>) -> Value {
    get { session[keyPath: member] }
    set { session[keyPath: member] = newValue }
  }

  public subscript<Value>(dynamicMember member: WritableKeyPath<Viewport, Value>) -> Value {
    get { viewport[keyPath: member] }
    set { viewport[keyPath: member] = newValue }
  }

  public subscript<Value>(dynamicMember member: WritableKeyPath<Input, Value>) -> Value {
    get { input[keyPath: member] }
    set { input[keyPath: member] = newValue }
  }

  /// The number of layers that have run; nil where all have.
  package var ranLayersText: String? {
    stack.layers.count < stack.layerCount
      ? "\(stack.layers.count) of \(stack.layerCount) layers ran" : nil
  }

  public var stack: AttentionStack { session.record.stacks[selection.stack] }
  public var layer: LayerAttention { stack.layers[selection.layer] }

  /// The active heads that are kept of the layer, in order.
  public var activeHeads: [Int] { keptHeads.filter(selection.activeHeads.contains) }

  public var queryAxis: TokenAxis { axis(.query, segment: display.filter.querySegment) }
  public var keyAxis: TokenAxis { axis(.key, segment: display.filter.keySegment) }

  private func axis(_ side: Selection.Side, segment: Int?) -> TokenAxis {
    let key = Caches.AxisKey(
      stack: selection.stack, side: side, segment: segment, hidesSpecials: display.hidesSpecials,
      mergesWords: display.mergesWords && view.mergesWords, isRaw: display.showsRawTokens,
      crop: side == .query ? display.tokens?.queries : display.tokens?.keys,
      glyphs: display.glyphs)
    return session.caches.axes.value(for: key) {
      TokenAxis(
        side == .query ? stack.queries : stack.shownKeys, segment: segment,
        hidesSpecials: key.hidesSpecials, only: key.crop, mergesWords: key.mergesWords,
        isRaw: key.isRaw,
        glyphs: key.glyphs)
    }
  }

  public var slice: AttentionSlice {
    AttentionSlice(
      record: session.record, stack: selection.stack, layer: selection.layer, queries: queryAxis,
      keys: keyAxis, numbers: shownNumbers, scale: display.scale)
  }

  /// Whether the input is a pair of sentences, so that the filter means something.
  public var isPair: Bool {
    stack.kind != .cross && stack.queries.contains { $0.segment == 1 }
  }
}

extension ExplorerState {
  /// The key of a binding, for texts that tell what to press.
  public func label(of binding: String) -> String { keyMap.label(of: binding, display.glyphs) }

  /// Shows `text` at the bottom until the next key.
  public mutating func say(_ text: String?) {
    input.message = text.map { Input.Message(text: $0, isError: false) }
  }
}
