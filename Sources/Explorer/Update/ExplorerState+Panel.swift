import Attention

/// Lists over the view, and what they have to know.
extension ExplorerState {
  /// Shows a list, or leaves it where it is shown. The list of words goes from the pair on to the row.
  mutating func toggle(_ new: Panel) {
    switch (panel, new) {
    case (.written(isOfRow: false), .written): panel = .written(isOfRow: true)
    case (.written(isOfRow: true), .written): panel = nil
    default: panel = panel == new ? nil : new
    }
  }

  /// The list that is on the screen: some belong to views with a pair.
  var shownPanel: Panel? {
    switch panel {
    case .written where view == .model || view == .output: nil
    case .writers where view != .neuron: nil
    default: panel
    }
  }

  /// The questions of the list, the most important first.
  var panelQuestions: [Question] {
    guard let shownPanel, objection(to: shownPanel) == nil else { return [] }
    let head = address(of: place)
    let (query, key) = (selection.query, selection.key)
    switch shownPanel {
    case .written(let isOfRow): return [.words(head, query: query, key: isOfRow ? nil : key)]
    case .writers: return [.origins(head, query: query, key: key)]
    case .card: return session.request == nil ? [] : [effectsQuestion]
    }
  }

  /// The reason why a list can tell nothing here; nil where it can, or nobody knows yet.
  func objection(to panel: Panel) -> String? {
    switch panel {
    case .card: return nil
    case .written(let isOfRow):
      if stack.kind == .encoder, session.isEncoderDecoder {
        return
          "what a head of the encoder writes is read by the decoder, and by nothing that predicts"
      }
      return isOfRow ? nil : objectionToPair
    case .writers:
      if stack.kind == .cross {
        return "query and key come from two stacks; only scores of a stack with itself are split"
      }
      return objectionToPair
    }
  }

  /// The reason why a list stays empty here; nil where there is something to list, or may be.
  func refusal(of panel: Panel) -> String? {
    // A card has more to say than what was asked for it.
    if panel == .card { return nil }
    return objection(to: panel)
      ?? panelQuestions.first.flatMap { session.findings.failures[$0]?.text }
  }

  /// Said at the right end of a list.
  var panelClosing: String { "\(label(of: "back")) closes" }

  private var objectionToPair: String? {
    if layer.isSink(key: selection.key) { return "the sink is no token: it has a weight alone" }
    return layer.mask.visibleKeys(query: selection.query, keyCount: layer.keyCount).contains(
      selection.key)
      ? nil : "the mask hides key \(selection.key) from query \(selection.query)"
  }

  /// The reason why a question has no answer, or a word for an answer that is still to come.
  func absence(of question: Question) -> String {
    session.findings.failures[question]?.text ?? "measuring"
  }
}
