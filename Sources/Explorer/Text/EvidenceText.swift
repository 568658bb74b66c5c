import Attention

/// What many texts say of heads, beside what this one does.
extension ExplorerState {
  /// nil where nothing is known of the head, or where it is another model's.
  func evidence(of place: HeadPlace) -> HeadEvidence? {
    guard let evidence, evidence.model == session.record.model else { return nil }
    return evidence.heads[address(of: place)]
  }

  /// `texts prev .91 [.88 .94] 47/50 holds`: of the label that fits best here, or else of the one that fits best there.
  func evidenceItem(_ place: HeadPlace) -> FrameItem? {
    guard let head = evidence(of: place) else { return nil }
    let here = summary(place).patterns[0].label
    return .labelled(
      "texts", head.text(of: here.hasScore && head.share(of: here) != nil ? here : head.label))
  }
}

extension HeadMeasure {
  /// `[.88 .94]`
  package func text(_ interval: HeadEvidence.Interval) -> String {
    "[\(text(interval.low)) \(text(interval.high))]"
  }
}

extension HeadEvidence {
  /// `prev .91 [.88 .94] 47/50 holds`
  func text(of label: PatternLabel) -> String {
    let (measure, figures) = (HeadMeasure(label), measures[HeadMeasure(label)])
    return [
      label.rawValue, label.hasScore ? figures.map { measure.text($0.mean) } : nil,
      label.hasScore ? figures?.interval.map(measure.text) : nil,
      share(of: label).map { "\($0.count)/\($0.textCount)" }, verdict(of: label)?.rawValue,
    ].compactMap(\.self).joined(separator: " ")
  }
}
