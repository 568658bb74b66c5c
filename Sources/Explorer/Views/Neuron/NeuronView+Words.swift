import Attention
import TerminalUI

/// The text of the neuron view above its panels.
extension NeuronView {
  var stateItems: [FrameItem] {
    var items: [FrameItem] = [
      .labelled("layer", "\(state.layer.index)"),
      .labelled("head", state.headTitle(state.selection.head)),
    ]
    items += state.numberItems(theme.glyphs)
    let labels = state.labelItems(ofHead: state.selection.head, theme.glyphs)
    guard let score = scene.score else { return items + state.restrictionItems + labels }
    if state.isBeforeRotation { items.append(.value("before rotation")) }
    if let cap = score.softcap {
      let digits = cap == cap.rounded() ? 0 : 2
      items.append(
        .labelled("softcap", NumberText.plain(cap, digits: digits, glyphs: theme.glyphs)))
    }
    if let heads = headsSharingKey {
      items.append(
        .labelled("keys of heads", "\(heads.lowerBound)\(theme.glyphs.dash)\(heads.upperBound - 1)")
      )
    }
    if isSorted { items.append(.labelled("sort", contributionTitle)) }
    if state.display.neuron.scale == .panel { items.append(.labelled("scale", "panel max")) }
    items += state.restrictionItems + labels.prefix(1)
    if !state.isBeforeRotation, let count = scene.contributions?.count(reaching: 0.9) {
      let verb = count == 1 ? "makes" : "make"
      items.append(.value("\(count) of \(layout.order.count) neurons \(verb) 90%"))
    }
    if score.rotation != nil, !state.isBeforeRotation { items.append(.value("rotated")) }
    items += labels.dropFirst()
    if let maskTitle { items.append(.labelled("sees", maskTitle)) }
    return items
  }

  var isSorted: Bool { state.display.neuron.sortsByContribution }
  var productTitle: String { "q\(theme.glyphs.times)k" }
  var contributionTitle: String { "|\(productTitle)|" }

  /// The keys that a query may look at, where not all.
  private var maskTitle: String? {
    switch state.layer.mask {
    case .bidirectional: nil
    case .causal: "keys up to itself"
    case .causalWindow(let width): "its last \(width) keys"
    case .band(let distance): "keys up to \(distance) away"
    }
  }

  /// The query heads that use the head's keys, where there are several.
  private var headsSharingKey: Range<Int>? {
    guard let score = scene.score, score.keys.headCount < score.queries.headCount else {
      return nil
    }
    let count = score.queries.headCount / score.keys.headCount
    let first = score.keyHead(of: state.selection.head) * count
    return first..<first + count
  }

  /// The chosen pair in words.
  var pairTitle: String {
    guard let query = scene.query, let key = scene.key else { return "" }
    return
      "q \(query.number) \"\(query.label)\" \(theme.glyphs.times) k \(key.number) \"\(key.label)\""
  }

  // MARK: Above the panels

  /// The tabs of a narrow window or the titles of a wide one, and which neurons there are.
  func drawStripRow(on canvas: inout Canvas) {
    let y = layout.frame.stripRow
    guard !layout.panels.isEmpty else {
      canvas.write(
        "no queries and keys: only the weights of this attention are known", x: 1, y: y,
        style: theme.style(.dim))
      return
    }
    for (panel, columns) in layout.tabs {
      let isShown = layout.panels == [panel]
      canvas.write(
        " \(title(of: panel)) ", x: columns.lowerBound, y: y,
        style: isShown ? theme.style(.text, on: .selection) : theme.style(.dim))
    }
    if let last = layout.tabs.last {
      canvas.write(
        neuronsTitle, x: last.columns.upperBound + 1, y: y, style: theme.style(.dim))
      return
    }
    for (index, panel) in layout.panels.enumerated() {
      let x = layout.panelX(index)
      let style = theme.style(.accent).adding(.bold)
      let width = canvas.write(wideTitle(of: panel), x: x, y: y, style: style)
      canvas.write(
        neuronsTitle, x: x + width + 2, y: y, style: theme.style(.dim),
        limit: layout.panelWidth - width - 2)
    }
  }

  private func title(of panel: Panel) -> String {
    panel == .product ? productTitle : panel.rawValue
  }

  private func wideTitle(of panel: Panel) -> String {
    switch panel {
    case .query: "query q"
    case .key: "key k"
    case .product: "q \(theme.glyphs.times) k"
    }
  }

  private var neuronsTitle: String {
    let count = layout.order.count
    let visible = layout.visibleNeurons
    let isWhole = visible.count == count
    let first = isSorted ? visible.lowerBound + 1 : visible.lowerBound
    let last = isSorted ? visible.upperBound : visible.upperBound - 1
    let name = isSorted ? "rank" : "n"
    var title =
      isWhole ? "\(count) neurons" : "\(name) \(first)\(theme.glyphs.dash)\(last) of \(count)"
    if isSorted { title += " by \(contributionTitle)" }
    if state.isBeforeRotation { title += ", before rotation" }
    if layout.neuronsPerCell == 2 {
      title += theme.hasSignedHalves ? ", two a cell" : ", the larger of two a cell"
    }
    if layout.listsQueries, let key = scene.key {
      title += ", with k \(key.number) \"\(key.label)\""
    }
    return title
  }
}
