import Attention
import TerminalUI

/// What the neuron view says in its bars.
extension NeuronView {
  var stateItems: [FrameItem] {
    var items: [FrameItem] = [
      .labelled("layer", "\(state.layer.index)"), .labelled("head", "\(state.selection.head)"),
    ]
    if state.stack.kind == .cross {
      items.append(.value("cross: decoder \(theme.glyphs.right) encoder"))
    } else if state.stack.kind != .own {
      items.append(.value(state.stack.kind.rawValue))
    }
    if state.display.filter != .all {
      items.append(.labelled("filter", state.display.filter.title))
    }
    if state.display.mergesWords { items.append(.value("tokens, not words")) }
    if state.display.hidesSpecials { items.append(.value("specials hidden")) }
    if state.isRunning { items.append(.value("running")) }
    guard let score else { return items }
    if let cap = score.softcap {
      items.append(.labelled("softcap", NumberText.plain(cap, digits: 0, glyphs: theme.glyphs)))
    }
    if let heads = headsSharingKey {
      items.append(
        .labelled("keys of heads", "\(heads.lowerBound)\(theme.glyphs.dash)\(heads.upperBound - 1)")
      )
    }
    items.append(.labelled("sort", isSorted ? contributionTitle : "index"))
    if let contributions, let count = contributions.count(reaching: 0.9) {
      items.append(.labelled("90%", "\(count) of \(layout.order.count) neurons"))
    }
    items.append(.labelled("scale", scaleTitle))
    items.append(.labelled("size", "\(layout.order.count)"))
    return items
  }

  var isSorted: Bool { state.display.neuron.sortsByContribution }
  private var productTitle: String { "q\(theme.glyphs.times)k" }
  var contributionTitle: String { "|\(productTitle)|" }

  private var scaleTitle: String {
    switch state.display.neuron.scale {
    case .tanh: "tanh |v|/4"
    case .panel: "panel's largest"
    }
  }

  /// The query heads that use the head's keys, where there are several.
  private var headsSharingKey: Range<Int>? {
    guard let score, score.keys.headCount < score.queries.headCount else { return nil }
    let count = score.queries.headCount / score.keys.headCount
    let first = score.keyHead(of: state.selection.head) * count
    return first..<first + count
  }

  /// The chosen pair in words.
  var pairTitle: String {
    guard let query, let key else { return "" }
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
    if layout.neuronsPerCell == 2 {
      title += theme.hasSignedHalves ? ", two a cell" : ", the larger of two a cell"
    }
    if layout.listsQueries, let key { title += ", with k \(key.number) \"\(key.label)\"" }
    return title
  }

  // MARK: Readout

  var readout: [FrameItem] {
    guard let query, let key else { return [] }
    let pair = Pair(query: query.number, key: key.number)
    guard let contributions, let score = score(of: pair) else {
      return [
        FrameItem(
          .init(text: "q \(query.number) ", ink: .dim),
          .init(text: "\"\(query.label)\"", ink: .bright, isBold: true),
          .init(text: " \(theme.glyphs.right) k \(key.number) ", ink: .dim),
          .init(text: "\"\(key.label)\"", ink: .bright, isBold: true)),
        FrameItem(.init(text: "weight ", ink: .dim), weightRun(pair)),
      ]
    }
    let neuron = state.selection.neuron
    let number = FrameItem.labelled("n", "\(neuron)")
    let q = FrameItem.labelled(
      "q", signed(contributions.query[contributions.query.startIndex + neuron]))
    let k = FrameItem.labelled(
      "k", signed(contributions.key[contributions.key.startIndex + neuron]))
    let product = FrameItem(
      .init(text: productTitle + " ", ink: .dim),
      .init(text: signed(contributions.products[neuron]), ink: .accent, isBold: true))
    let share = FrameItem.value(
      "\(percent(contributions.share(of: neuron))) of |\(theme.glyphs.sum)|")
    // The sum matters more than what leads to it.
    let sum = sumItem(pair, score)
    let leads = [[number, q, k, product, share], [number, q, k, product], [number, product], []]
    let lead = leads.first { items in
      items.reduce(1) { $0 + $1.width + 2 } + sum.width <= layout.frame.width
    }
    return (lead ?? []) + [sum, differenceItem(pair)].compactMap { $0 }
  }

  private func signed(_ value: Float) -> String {
    NumberText.signed(value, digits: 2, glyphs: theme.glyphs)
  }

  private func percent(_ share: Float) -> String {
    NumberText.plain(100 * share, digits: 0, glyphs: theme.glyphs) + "%"
  }

  private func weightRun(_ pair: Pair) -> FrameItem.Run {
    .init(
      text: NumberText.plain(weight(of: pair), digits: 3, glyphs: theme.glyphs), ink: .accent,
      isBold: true)
  }

  /// From the sum over neurons to the weight.
  private func sumItem(_ pair: Pair, _ score: NeuronScore) -> FrameItem {
    func number(_ value: Double, digits: Int = 2) -> String {
      NumberText.plain(Float(value), digits: digits, glyphs: theme.glyphs)
    }
    let scale = Double(self.score?.scale ?? 1)
    var runs: [FrameItem.Run] = [
      .init(text: " \(theme.glyphs.sum) ", ink: .dim), .init(text: number(score.sum), ink: .bright),
      .init(text: " \(theme.glyphs.times) \(number(scale, digits: 3)) = ", ink: .dim),
      .init(text: signed(Float(score.scaled)), ink: .bright),
    ]
    if let capped = score.capped {
      runs.append(.init(text: " capped ", ink: .dim))
      runs.append(.init(text: signed(Float(capped)), ink: .bright))
    }
    if let bias = score.bias {
      runs.append(.init(text: " bias ", ink: .dim))
      runs.append(.init(text: signed(Float(bias)), ink: .bright))
      runs.append(.init(text: " = ", ink: .dim))
      runs.append(.init(text: signed(Float(score.value)), ink: .bright))
    }
    let arrow = isMasked(pair) ? " masked \(theme.glyphs.right) " : " \(theme.glyphs.right) "
    runs.append(.init(text: arrow, ink: .dim))
    runs.append(weightRun(pair))
    return FrameItem(runs)
  }

  /// How far the softmax of the scores computed here is from the model's own weight.
  private func differenceItem(_ pair: Pair) -> FrameItem? {
    let visible = visibleKeys(of: pair.query)
    guard visible.contains(pair.key) else { return nil }
    let weight = NeuronScore.softmax(
      of: pair.key - visible.lowerBound, among: Array(scores[visible]))
    let difference = abs(weight - Double(self.weight(of: pair)))
    return FrameItem(
      .init(
        text: "\(theme.glyphs.difference) \(NumberText.scientific(difference))", ink: .dim))
  }
}
