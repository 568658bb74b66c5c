import Attention
import TerminalUI

/// Moving in the output view, and what it has to know.
extension ExplorerState {
  /// The outcome of shares and effects, as questions name it; nil for the likeliest token. What the model says by itself
  /// stays the outcome while something is changed: that it is lost is what one wants to see. What is taken from another
  /// run is judged by what that says and this does not.
  var outcome: String? {
    let interventions = session.record.interventions
    if display.outcome != nil || interventions.isEmpty || !interventions.patches.isEmpty {
      return display.outcome
    }
    return session.unchangedPredictions?.first?.token.id.map { "#\($0)" }
  }

  private var outputQuestion: Question { .output(outcome, query: nil) }

  /// The question of the outcome's loss without each head.
  var effectsQuestion: Question {
    .effects(ablation.replacement, rows: effectRows, outcome)
  }

  /// The rows at which heads are turned off: under a causal mask, the one that predicts is enough.
  var effectRows: EffectRows {
    session.record.stacks.contains { $0.layers[0].mask.isCausal } ? .row : .all
  }

  /// The questions whose answers the output view needs, the most important first.
  var outputQuestions: [Question] { view == .output ? [outputQuestion, effectsQuestion] : [] }

  package var outputReport: OutputReport? {
    if case .output(let report)? = session.findings[outputQuestion] { report } else { nil }
  }

  /// As far as they are known.
  var outputEffects: HeadEffects? {
    if case .effects(let effects)? = session.findings[effectsQuestion] { effects } else { nil }
  }

  /// The reason why nothing is told of the output.
  var outputAbsence: String {
    objection(to: .model) ?? session.runningText ?? absence(of: outputQuestion)
  }

  /// The part under the cursor.
  var outputPart: OutputReport.Source { selection.part ?? .head(address(of: place)) }

  /// Among the parts, to the next ones; the head that is looked at goes along.
  mutating func moveInOutput(by step: Int) {
    guard let parts = OutputScene(self)?.parts, !parts.isEmpty else { return }
    let current = parts.firstIndex { $0.source == outputPart }
    let (sum, overflow) = (current ?? 0).addingReportingOverflow(current == nil ? 0 : step)
    let last = parts.count - 1
    look(at: parts[overflow ? (step < 0 ? 0 : last) : max(0, min(sum, last))].source)
  }

  private mutating func look(at source: OutputReport.Source) {
    selection.part = source
    guard let head = source.head,
      let stack = session.record.stacks.firstIndex(where: { $0.kind == head.kind })
    else { return }
    var new = self
    new.selection.stack = stack
    let place = HeadPlace(layer: head.layer, head: head.head)
    // One that is left out of what there is to look at is only named.
    guard new.keptPlaces.contains(place) else { return }
    new.place = place
    new.selection.part = nil
    self = new
  }

  /// Opens the head under the cursor where the prediction is made.
  mutating func openFromOutput() {
    guard case .head = outputPart, selection.part == nil else {
      say("\(outputPart.name) is no head to open")
      return
    }
    selection.keepsHead = false
    selection.activeHeads = [selection.head]
    selection.side = .query
    view = .head
    if stack.kind != .encoder, let query = outputReport?.query { selection.query = query }
    pair.isFarTokenChosen = false
    forgetPair()
  }

  mutating func followInOutput() {
    choosePart()
    guard let layout = OutputLayout(self) else { return }
    viewport.scroll.parts = layout.window.visible.lowerBound
  }

  /// Begins at the head that is looked at where it is in sight from the top, else at the first one.
  private mutating func choosePart() {
    guard choosesPart, let layout = OutputLayout(self), layout.scene.isSettled else { return }
    choosesPart = false
    viewport.scroll.parts = 0
    let parts = layout.scene.parts
    let position = parts.firstIndex { $0.source == outputPart }
    let isInSight = position.map { $0 < layout.window.visible.count } ?? false
    if !isInSight, let first = parts.first(where: { $0.source.head != nil }) {
      look(at: first.source)
    }
  }

  /// A click chooses a part, a second one opens it.
  mutating func clickOutput(_ mouse: MouseEvent) {
    guard let layout = OutputLayout(self), let position = layout.part(atX: mouse.x, y: mouse.y)
    else { return }
    let source = layout.scene.parts[position].source
    if source == outputPart { openFromOutput() } else { look(at: source) }
  }
}
