/// The queries at which heads are turned off.
public enum EffectRows: String, CaseIterable, Sendable {
  case all
  /// The one whose prediction is looked at.
  case row
}
