import Attention
import Explorer
import TerminalUI

/// A view as a drawing: what it shows, at the quality of lines and letters, and without the window's limits.
struct Drawing {
  let state: ExplorerState
  let colors: DrawingColors
  var document: Figure

  static let margin = 16.0
  static let rowHeight = 20.0
  /// Below the title.
  static let titledTop = 44.0
  var top: Double { style.caption == .none ? Self.margin + Self.rowHeight / 2 : Self.titledTop }

  private var style: FigureStyle { state.display.figure }

  /// The drawing of `state`'s view.
  static func figure(of state: ExplorerState, appearance: Theme.Appearance) -> Figure {
    var drawing = Drawing(
      state: state, colors: DrawingColors(appearance, showsSigns: state.slice.numbers.isSigned),
      document: Figure(state.display.figure.lettering))
    var size = drawing.draw()
    let title = drawing.title
    if drawing.style.caption != .none {
      let width = Self.margin * 2 + drawing.width(of: title.joined(separator: "  ")) + 20
      size.width = max(size.width, width)
    }
    if drawing.style.caption == .full { drawing.drawCaption(below: &size) }
    var figure = drawing.document
    figure.width = size.width
    figure.height = size.height
    figure.title = title.joined(separator: ", ")
    figure.background = drawing.colors.page
    return figure
  }

  struct Size {
    var width: Double
    var height: Double
  }

  private mutating func draw() -> Size {
    if style.caption != .none { drawTitle() }
    guard state.view == .output || !slice.isEmpty else { return drawNothing() }
    return switch state.view {
    case .model: drawModel()
    case .head: drawHead()
    case .neuron: drawNeurons()
    case .matrix: drawMatrix()
    case .output: drawOutput()
    }
  }

  // MARK: Words

  /// The title: what is drawn, and every state that changes its numbers.
  private var title: [String] {
    let display = state.display
    var parts = [TextWidth.printable(state.record.model)]
    switch state.view {
    case .model, .output: break
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
    if state.view == .output, let outcome = state.outputReport?.outcome {
      parts.append("output, score of \(state.name(of: outcome, .unicode))")
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
    if let tokens = display.tokens { parts.append("tokens \(tokens.text)") }
    parts += state.record.interventions.map(\.description)
    return parts
  }

  private mutating func drawTitle() {
    var x = Self.margin
    for (index, part) in title.enumerated() {
      document.label(
        part, x: x, y: Self.margin + 4, fill: colors.ink(index == 0 ? .bright : .dim),
        isBold: index == 0)
      x += width(of: part) + 16
    }
  }

  /// The caption, on what the head does and what was read, in lines as wide as the picture.
  private mutating func drawCaption(below size: inout Size) {
    let fontSize = 11.0
    let columns = Int(
      (size.width - 2 * Self.margin) / (width(of: "0") * fontSize / Figure.fontSize))
    let lines = TextWidth.printable(state.captionText).wrapped(to: max(20, columns))
    for (index, line) in lines.enumerated() {
      document.label(
        line, x: Self.margin, y: size.height + Self.rowHeight * (Double(index) + 0.5),
        fill: colors.ink(.text), size: fontSize)
    }
    size.height += Self.rowHeight * Double(lines.count) + Self.margin / 2
  }

  private mutating func drawNothing() -> Size {
    document.label(
      AttentionSlice.emptyText, x: Self.margin, y: top,
      fill: colors.ink(.dim))
    return Size(width: 400, height: top + 20)
  }

  // MARK: Measures

  func width(of text: String) -> Double { document.width(of: text) }

  /// A token's text, cut where it is very long.
  static func label(of item: TokenAxis.Item) -> String {
    TextWidth.truncated(item.label, to: 24)
  }

  func labelWidth(_ axis: TokenAxis) -> Double {
    axis.items.map { width(of: Self.label(of: $0)) }.max() ?? 0
  }

  func numberWidth(_ axis: TokenAxis) -> Double {
    width(of: String(axis.items.last?.number ?? 0))
  }

  // MARK: Weights

  var slice: AttentionSlice { state.slice }
}
