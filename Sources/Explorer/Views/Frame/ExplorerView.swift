import TerminalUI

/// One of the views: draws the rows between the state line and the readout.
protocol ExplorerView {
  init(_ state: ExplorerState, theme: Theme)

  /// The items of the second row, most important first: what changes numbers before what changes the look.
  var stateItems: [FrameItem] { get }
  /// The items of the readout, most important first.
  var readout: [FrameItem] { get }
  func draw(on canvas: inout Canvas)
}

extension ExplorerState {
  /// The kind of attention, and what changes its numbers; a view names these right after its layer and heads.
  func numberItems(_ glyphs: Glyphs) -> [FrameItem] {
    var items: [FrameItem] = stack.kind == .own ? [] : [.value(stack.kind.rawValue)]
    // The prediction is what came of it: it gives way to what the numbers are.
    items += changeItems + quantityItems(glyphs) + [changedPredictionItem].compactMap(\.self)
    if !session.record.rowsSumToOne { items.append(.value("rows do not sum to 1")) }
    if display.filter != .all { items.append(.labelled("filter", display.filter.title(glyphs))) }
    if display.mergesWords {
      items.append(.value(view.mergesWords ? "words merged" : "tokens, not words"))
    }
    if display.hidesSpecials { items.append(.value("specials hidden")) }
    if let tokens = display.tokens { items.append(.labelled("tokens", tokens.text)) }
    if let running = session.runningText ?? inquiryText { items.append(.value(running)) }
    if session.isIncomplete, let ranLayersText { items.append(.value(ranLayersText)) }
    return items + noteItems
  }

  /// The changes to the input, in short: what a note says before its colon. A message says the whole of it once.
  var noteItems: [FrameItem] {
    session.record.notes.compactMap { note in
      note.firstRange(of: ": ").map { .value(String(note[..<$0.lowerBound])) }
    }
  }

  /// The apparent role of a head of the layer, in its two best labels at the right end. They are drawn from the whole
  /// text, which is said where the view leaves some of it out.
  func labelItems(ofHead head: Int, isNamed: Bool = false, _ glyphs: Glyphs) -> [FrameItem] {
    let isWhole = queryAxis.count == stack.queries.count && keyAxis.count == stack.shownKeys.count
    let title = (isWhole ? "" : "whole text: ") + (isNamed ? "head \(head) " : "")
    let patterns = summary(HeadPlace(layer: selection.layer, head: head)).patterns
    return patterns.enumerated().map { index, pattern in
      var item = FrameItem(
        .init(text: index == 0 ? title : "", ink: .dim), pattern.run(glyphs, isBest: index == 0))
      item.isAtEnd = true
      return item
    }
  }

  /// The value of full brightness, where it is not a weight of 1, and what is left out.
  var lookItems: [FrameItem] {
    (display.scale == .absolute ? [] : [.labelled("scale", display.scale.rawValue)])
      + restrictionItems
  }

  /// The model's predictions at the cursor's token, or at the first one where it predicts; nothing where these
  /// tokens are not on the screen.
  var predictionItems: [FrameItem] {
    // An encoder-decoder predicts behind its target.
    // Beside what was changed stands what became of it.
    guard stack.kind != .encoder, session.record.interventions.isEmpty, session.compared == nil
    else { return [] }
    let atCursor = session.record.predictions.filter { $0.position == selection.query }
    let first = session.record.predictions.first?.position
    let shown =
      atCursor.isEmpty ? session.record.predictions.filter { $0.position == first } : atCursor
    guard let position = shown.first?.position else { return [] }
    let likeliest = shown.prefix(frame.isBig ? 3 : 1)
    let others = likeliest.dropFirst().filter { $0.probability >= Threshold.namedPrediction }
    let texts = (likeliest.prefix(1) + others).map(text)
    return [.labelled("predicts at \(position)", texts.joined(separator: "  "))]
  }
}
