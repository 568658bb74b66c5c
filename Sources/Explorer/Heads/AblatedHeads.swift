import Attention
import TerminalUI

/// Heads that are off in the run on the screen, or do what they do in another, as every list of heads marks them, and what
/// else was changed.
extension ExplorerState {
  func isAblated(_ place: HeadPlace) -> Bool {
    let ablations = session.record.interventions.ablations
    return !ablations.isEmpty && ablations.contains { $0.head == address(of: place) }
  }

  /// A head of the layer that is looked at: its number, with the mark of one that is off.
  func headTitle(_ head: Int) -> String {
    mark(of: HeadPlace(layer: selection.layer, head: head)) + String(head)
  }

  /// The mark before the number of a head that is off, or does what it does in another run.
  func mark(of place: HeadPlace) -> String { mark(of: address(of: place)) }

  func mark(of head: HeadAddress) -> String {
    let interventions = session.record.interventions
    if interventions.isEmpty { return "" }
    if interventions.patches.contains(where: { $0.head == head }) { return Self.patchMark }
    return interventions.ablations.contains { $0.head == head }
      ? String(display.glyphs.times) : ""
  }

  private static let patchMark = "&"

  /// The changes, and the run that is compared with.
  var changeItems: [FrameItem] {
    [ablationItem, cutItem, patchItem, restorationItem, comparisonItem].compactMap(\.self)
  }

  /// Columns that the names of what was changed may take.
  private var changeWidth: Int { frame.isBig ? 48 : 20 }

  private var ablationItem: FrameItem? {
    let ablations = session.record.interventions.ablations
    guard let first = ablations.first else { return nil }
    let isSame = ablations.allSatisfy {
      $0.replacement == first.replacement && $0.rows == first.rows
    }
    func text(_ ablations: ArraySlice<HeadAblation>) -> String {
      ablations.map { "\($0.head)" }.joined(separator: " ")
    }
    let rows = first.rows == .all ? "" : ", row \(first.rows)"
    let manner = isSame ? " (\(first.replacement.rawValue)\(rows))" : ""
    let whole = text(ablations[...]) + manner
    return .labelled(
      "off",
      whole.count <= changeWidth
        ? whole : "\(ablations.count) head\(ablations.count == 1 ? "" : "s")" + manner)
  }

  private var cutItem: FrameItem? {
    let cuts = session.record.interventions.cuts
    guard !cuts.isEmpty else { return nil }
    let whole = cuts.map(\.description).joined(separator: " ")
    return .labelled("cut", whole.count <= changeWidth ? whole : "\(cuts.count) edges")
  }

  private var patchItem: FrameItem? {
    let patches = session.record.interventions.patches
    guard let first = patches.first else { return nil }
    let heads = patches.map { "\($0.head)" }.joined(separator: " ")
    let isOfCompared = session.compared == ComparedRun(first.source)
    let run = name(of: ComparedRun(first.source), columns: changeWidth)
    let count = "\(patches.count) head\(patches.count == 1 ? "" : "s")"
    return .labelled(
      isOfCompared ? "as there" : "as in \(run)", heads.count <= changeWidth ? heads : count)
  }

  /// The likeliest token, beside the one of the run that is compared with, or of the unchanged one where that is known.
  var changedPredictionItem: FrameItem? {
    guard !session.record.interventions.isEmpty || session.compared != nil,
      let new = prediction(in: session.record.predictions)
    else { return nil }
    let old =
      session.compared != nil
      ? differenceReport?.other.predictions.first
      : session.unchangedPredictions.flatMap { predictions in
        predictions.first { $0.position == new.position }
      }
    let texts = [old, new].compactMap { $0.map(text) }
    return .labelled(
      "predicts", texts.joined(separator: " \(display.glyphs.right) "))
  }

  private func prediction(in all: [Prediction]) -> Prediction? {
    (stack.kind == .encoder ? nil : all.first { $0.position == selection.query }) ?? all.first
  }

  func text(_ prediction: Prediction) -> String {
    let label = TokenAxis.label(prediction.token, isRaw: display.showsRawTokens, display.glyphs)
    return "\(label) \(NumberText.weight(prediction.probability))"
  }
}
