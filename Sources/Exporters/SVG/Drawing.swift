import Attention
import Explorer
import TerminalUI

/// A view as a drawing: what it shows, at the quality of lines and letters, and without the window's limits.
struct Drawing {
  let state: ExplorerState
  let colors: DrawingColors
  var document = SVGDocument()

  static let margin = 16.0
  static let rowHeight = 20.0
  /// Below the caption.
  static let top = 44.0

  /// The drawing of `state`'s view as an SVG document.
  static func svg(of state: ExplorerState, appearance: Theme.Appearance) -> String {
    var drawing = Drawing(
      state: state, colors: DrawingColors(appearance, showsSigns: state.slice.numbers.isSigned))
    let size = drawing.draw()
    let caption = drawing.caption
    let captionWidth = Self.margin * 2 + Self.width(of: caption.joined(separator: "  ")) + 20
    return drawing.document.text(
      width: max(size.width, captionWidth), height: size.height,
      title: caption.joined(separator: ", "), background: drawing.colors.page)
  }

  struct Size {
    var width: Double
    var height: Double
  }

  private mutating func draw() -> Size {
    drawCaption()
    guard !slice.isEmpty else { return drawNothing() }
    return switch state.view {
    case .model: drawModel()
    case .head: drawHead()
    case .neuron: drawNeurons()
    case .matrix: drawMatrix()
    }
  }

  // MARK: Words

  /// The title: what is drawn, and every state that changes its numbers.
  private var caption: [String] {
    let display = state.display
    var parts = [TextWidth.printable(state.record.model)]
    switch state.view {
    case .model: break
    case .head where state.activeHeads.count != 1:
      parts.append("layer \(state.layer.index)")
      parts.append("\(state.activeHeads.count) heads, \(display.aggregation.rawValue)")
    case .head: parts.append("layer \(state.layer.index) head \(state.activeHeads[0])")
    case .neuron, .matrix: parts.append("layer \(state.layer.index) head \(state.selection.head)")
    }
    switch state.stack.kind {
    case .own: break
    case .cross: parts.append("cross: decoder → encoder")
    case .encoder, .decoder: parts.append(state.stack.kind.rawValue)
    }
    if state.view == .model { parts += state.shareTexts }
    if let meaning = state.quantityText { parts.append(meaning) }
    if display.filter != .all { parts.append(display.filter.title(.unicode)) }
    if display.scale != .absolute, state.view != .neuron {
      parts.append("scale \(display.scale.rawValue)")
    }
    if display.mergesWords, state.view != .neuron { parts.append("words merged") }
    if state.view == .neuron, display.neuron.isBeforeRotation, state.layer.score?.rotation != nil {
      parts.append("before rotation")
    }
    if display.hidesSpecials { parts.append("special tokens hidden") }
    parts += state.record.interventions.map(\.description)
    return parts
  }

  private mutating func drawCaption() {
    var x = Self.margin
    for (index, part) in caption.enumerated() {
      document.label(
        part, x: x, y: Self.margin + 4, fill: colors.ink(index == 0 ? .bright : .dim),
        isBold: index == 0)
      x += Self.width(of: part) + 16
    }
  }

  private mutating func drawNothing() -> Size {
    document.label(
      AttentionSlice.emptyText, x: Self.margin, y: Self.top,
      fill: colors.ink(.dim))
    return Size(width: 400, height: Self.top + 20)
  }

  // MARK: Measures

  static func width(of text: String) -> Double {
    Double(TextWidth.columns(of: text)) * SVGDocument.characterWidth
  }

  /// A token's text, cut where it is very long.
  static func label(of item: TokenAxis.Item) -> String {
    TextWidth.truncated(item.label, to: 24)
  }

  static func labelWidth(_ axis: TokenAxis) -> Double {
    axis.items.map { width(of: label(of: $0)) }.max() ?? 0
  }

  static func numberWidth(_ axis: TokenAxis) -> Double {
    width(of: String(axis.items.last?.number ?? 0))
  }

  // MARK: Weights

  var slice: AttentionSlice { state.slice }
}
